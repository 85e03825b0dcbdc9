#include "models/convolution.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <optional>
#include <vector>

#include "models/attention.h"
#include "models/model_error.h"

namespace ganwright::convolution_test {
namespace {

struct Shape {
  int64_t images, height, width, inputs, outputs;
};
const std::vector<Shape> shapes{{1, 1, 1, 8, 8},  {2, 5, 3, 1, 8},   {3, 7, 9, 8, 8},   {2, 28, 28, 16, 8},
                                {2, 8, 16, 3, 8}, {2, 9, 12, 8, 3},  {1, 6, 8, 24, 16}, {2, 4, 5, 1, 1},
                                {2, 4, 6, 3, 5},  {70, 10, 11, 8, 1}};

// Output and the gradients of input, weight and bias of a sum with fixed weights.
std::vector<torch::Tensor> output_and_gradients(Convolution& convolution, const torch::Tensor& x) {
  const auto leaf = x.detach().requires_grad_(true);
  const auto output = convolution(leaf);
  torch::manual_seed(7);
  std::vector<torch::Tensor> wanted{leaf};
  for (const auto& parameter : convolution->parameters()) {
    wanted.push_back(parameter);
  }
  auto found = torch::autograd::grad({(output * torch::randn(output.sizes())).sum()}, wanted);
  found.insert(found.begin(), output);
  return found;
}

TEST(Convolution, FusedIsThatOfComposedOperations) {
  for (const InputActivation activation : {InputActivation::none, InputActivation::silu}) {
    for (const auto& [images, height, width, inputs, outputs] : shapes) {
      SCOPED_TRACE(testing::Message() << height << " x " << width << ", " << inputs << " to " << outputs);
      torch::manual_seed(1);
      Convolution convolution(inputs, outputs, activation, 1.0);
      const torch::NoGradGuard no_grad;
      convolution->named_parameters()["bias"].copy_(torch::randn({outputs}));
      const at::AutoGradMode with_gradients(true);
      const auto x = torch::randn({images, height, width, inputs});
      const auto fused = output_and_gradients(convolution, x);
      const MathAttention composing;
      const auto composed = output_and_gradients(convolution, x);
      ASSERT_EQ(fused.size(), 4U);
      for (size_t i = 0; i < fused.size(); ++i) {
        EXPECT_EQ(fused[i].sizes(), composed[i].sizes());
        EXPECT_LE((fused[i] - composed[i]).norm().item<double>(), 1e-5 * composed[i].norm().item<double>())
            << "result " << i;
      }
    }
  }
}

TEST(Convolution, ReadsAViewThatIsNotContiguous) {
  torch::manual_seed(2);
  Convolution convolution(3, 8, InputActivation::none, 1.0);
  const auto pictures = torch::randn({2, 3, 6, 5});
  EXPECT_TRUE(torch::equal(convolution(pictures.permute({0, 2, 3, 1})),
                           convolution(pictures.permute({0, 2, 3, 1}).contiguous())));
}

TEST(Convolution, AShiftedPictureGivesAShiftedOutput) {
  torch::manual_seed(3);
  Convolution convolution(8, 8, InputActivation::silu, 1.0);
  const auto x = torch::randn({1, 12, 12, 8});
  const auto inside = [](const torch::Tensor& y, int64_t row, int64_t column) {
    return y.narrow(1, row, 6).narrow(2, column, 6);
  };
  EXPECT_TRUE(torch::allclose(inside(convolution(x.roll({2, 1}, {1, 2})), 4, 4), inside(convolution(x), 2, 3),
                              1e-5, 1e-6));
}

TEST(Convolution, KeepsTheDeviationOfWhatItReadsTimesItsGain) {
  torch::manual_seed(4);
  for (const double gain : {0.5, 1.0, 2.0}) {
    Convolution convolution(64, 64, InputActivation::none, gain);
    const auto y = convolution(torch::randn({4, 32, 32, 64})).narrow(1, 1, 30).narrow(2, 1, 30);
    EXPECT_NEAR(y.std().item<double>(), gain, 0.05 * gain);
  }
}

TEST(Convolution, RefusesASecondDerivativeWhereItIsFused) {
  Convolution convolution(8, 8, InputActivation::silu, 1.0);
  const auto x = torch::randn({1, 4, 4, 8}, torch::requires_grad());
  const auto gradient = [&] {
    return torch::autograd::grad({convolution(x).square().sum()}, {x}, {}, true, /*create_graph=*/true)[0];
  };
  EXPECT_THROW(torch::autograd::grad({gradient().square().sum()}, {x}), c10::Error);
  const MathAttention composing;
  EXPECT_NO_THROW(torch::autograd::grad({gradient().square().sum()}, {x}));
}

}  // namespace
}  // namespace ganwright::convolution_test
