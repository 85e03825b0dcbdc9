#include "models/flops.h"

#include <ATen/record_function.h>
#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

#include "models/attention.h"
#include "models/discriminator.h"
#include "models/generator.h"

namespace ganwright::flops_test {
namespace {

// Of the matrix products and convolutions that run while one lives, by the shapes that they are called with.
class CountedProducts {
 public:
  CountedProducts()
      : handle_(
            at::addGlobalCallback(at::RecordFunctionCallback(&CountedProducts::count).needsInputs(true))) {
    total() = 0;
  }
  ~CountedProducts() { at::removeCallback(handle_); }
  CountedProducts(const CountedProducts&) = delete;
  CountedProducts& operator=(const CountedProducts&) = delete;

  static std::atomic<int64_t>& total() {
    static std::atomic<int64_t> count{0};
    return count;
  }

 private:
  static int64_t of_convolution(const torch::Tensor& x, const torch::Tensor& weight) {
    return 2 * (x.numel() / x.size(1)) * weight.numel();
  }

  static std::unique_ptr<at::ObserverContext> count(const at::RecordFunction& call) {
    static const std::set<std::string> products{"aten::mm", "aten::addmm", "aten::bmm"};
    if (products.contains(call.name())) {
      const auto inputs = call.inputs();
      const auto& right = inputs[inputs.size() > 2 ? (std::string(call.name()) == "aten::addmm" ? 2 : 1) : 1];
      const auto& left = inputs[std::string(call.name()) == "aten::addmm" ? 1 : 0];
      total() += 2 * left.toTensor().numel() * right.toTensor().size(-1);
    } else if (std::string(call.name()) == "aten::convolution") {
      total() += of_convolution(call.inputs()[0].toTensor(), call.inputs()[1].toTensor());
    } else if (std::string(call.name()) == "aten::convolution_backward") {
      const auto wanted = call.inputs()[10].toBoolList();
      total() += (static_cast<int64_t>(wanted[0]) + static_cast<int64_t>(wanted[1])) *
                 of_convolution(call.inputs()[1].toTensor(), call.inputs()[2].toTensor());
    }
    return nullptr;
  }

  at::CallbackHandle handle_;
};

template <class Pass>
int64_t counted(const Pass& pass) {
  const MathAttention as_plain_products;
  const CountedProducts counting;
  pass();
  return CountedProducts::total();
}

const std::vector<ModelOptions> shapes{{.size = 8,
                                        .channels = 3,
                                        .patch = 4,
                                        .width = 16,
                                        .depth = 1,
                                        .heads = 2,
                                        .latent = 5,
                                        .latent_tokens = 2},
                                       {.size = 12,
                                        .channels = 1,
                                        .patch = 3,
                                        .width = 24,
                                        .depth = 6,
                                        .heads = 3,
                                        .latent = 7,
                                        .latent_tokens = 3,
                                        .latent_maps = 2}};

TEST(Flops, OfAForwardPassAreThoseOfTheProductsThatItCalls) {
  constexpr int64_t batch = 2;
  for (const ModelOptions& options : shapes) {
    const torch::NoGradGuard no_grad;
    Generator generator(options);
    Discriminator discriminator(options);
    const auto z = torch::randn({batch, options.latent});
    const auto images = torch::randn({batch, options.channels, options.size, options.size});
    EXPECT_EQ(counted([&] { generator->forward(z); }), batch * generator_flops(options).forward());
    EXPECT_EQ(counted([&] { discriminator->forward(images); }),
              batch * discriminator_flops(options).forward());
  }
}

TEST(Flops, OfABackwardPassAreThoseOfTheProductsThatItCalls) {
  constexpr int64_t batch = 2;
  for (const ModelOptions& options : shapes) {
    Discriminator discriminator(options);
    const auto images =
        torch::randn({batch, options.channels, options.size, options.size}, torch::requires_grad());
    const auto with_weights = counted([&] { discriminator->forward(images).sum().backward(); });
    EXPECT_EQ(with_weights,
              batch * (discriminator_flops(options).forward() + discriminator_flops(options).backward()));
    for (auto& parameter : discriminator->parameters()) {
      parameter.requires_grad_(false);
    }
    const auto to_inputs = counted([&] { discriminator->forward(images).sum().backward(); });
    EXPECT_EQ(to_inputs, batch * (discriminator_flops(options).forward() +
                                  discriminator_flops(options).backward_to_inputs()));
  }
}

}  // namespace
}  // namespace ganwright::flops_test
