#include "models/kernels.h"

#include <gtest/gtest.h>
#include <torch/types.h>

#include <functional>

namespace ganwright::kernels_test {
namespace {

// What one set of kernels makes of some input: every array that it wrote.
using Outcome = std::vector<torch::Tensor>;
using Call = std::function<Outcome(const Kernels<float>&)>;

void expect_equal_sets(const Call& call) {
  torch::manual_seed(1);
  const Outcome portable = call(portable_kernels());
  torch::manual_seed(1);
  const Outcome chosen = call(kernels<float>());
  ASSERT_EQ(portable.size(), chosen.size());
  for (size_t i = 0; i < portable.size(); ++i) {
    EXPECT_GT(portable[i].abs().max().item<float>(), 0) << i;
    EXPECT_TRUE(torch::allclose(portable[i], chosen[i], 1e-4, 1e-5)) << i;
  }
}

const float* in(const torch::Tensor& tensor) {
  return tensor.const_data_ptr<float>();
}

float* out(const torch::Tensor& tensor) {
  return tensor.mutable_data_ptr<float>();
}

class Widths : public testing::TestWithParam<int64_t> {};

TEST_P(Widths, NormAndResidualAndSwigluAgreeOnEveryInstructionSet) {
  const Rows rows{5, GetParam()};
  const std::vector<int64_t> shape{rows.rows, rows.width};
  expect_equal_sets([&](const Kernels<float>& set) {
    const auto x = torch::randn(shape);
    const auto scale = torch::randn({rows.width});
    const auto gradient = torch::randn(shape);
    Outcome made{torch::zeros(shape), torch::zeros(shape), torch::zeros({rows.width}),
                 torch::zeros(shape), torch::zeros(shape), torch::zeros({rows.width})};
    set.norm(rows, in(x), in(scale), out(made[0]));
    set.norm_backward(rows, in(x), in(scale), in(gradient), in(x), out(made[1]), out(made[2]));
    set.residual(rows, in(x), in(gradient), in(scale), out(made[3]));
    set.residual_backward(rows, in(gradient), in(x), in(scale), out(made[4]), out(made[5]));
    return made;
  });
  expect_equal_sets([&](const Kernels<float>& set) {
    const auto pairs = torch::randn({rows.rows, 2 * rows.width});
    const auto gradient = torch::randn(shape);
    Outcome made{torch::zeros(shape), torch::zeros({rows.rows, 2 * rows.width})};
    set.swiglu(rows, in(pairs), out(made[0]));
    set.swiglu_backward(rows, in(pairs), in(gradient), out(made[1]));
    return made;
  });
}

INSTANTIATE_TEST_SUITE_P(Kernels, Widths, testing::Values(1, 3, 8, 17, 96));

TEST(Kernels, AttentionAgreesOnEveryInstructionSet) {
  for (const auto& [head_size, direction] : {std::pair<int64_t, Direction>{4, Direction::both},
                                             {12, Direction::both},
                                             {24, Direction::both},
                                             {12, Direction::alternating_heads}}) {
    constexpr int64_t kImages = 2;
    constexpr int64_t kTokens = 7;
    constexpr int64_t kHeads = 2;
    constexpr int64_t kQueries = 5;
    expect_equal_sets([&, size = head_size, way = direction](const Kernels<float>& set) {
      const auto projected = torch::randn({kImages, kTokens, 3, kHeads, size});
      const auto gradient = torch::randn({kImages, kQueries, kHeads, size});
      const auto turns =
          at::constant_pad_nd(torch::randn({kTokens, 2, size}), {0, padded(size) - size}).contiguous();
      const auto scales = at::constant_pad_nd(torch::randn({2, size}), {0, padded(size) - size}).contiguous();
      const AttentionShape shape{kTokens, kQueries, kHeads, size, in(turns), in(scales), way};
      Outcome made{torch::zeros_like(gradient), torch::zeros_like(projected),
                   torch::zeros({kImages * kHeads, 2, padded(size)})};
      set.attention(shape, in(projected), out(made[0]), 0, kImages * kHeads);
      set.attention_backward(shape, in(projected), in(gradient), out(made[1]), out(made[2]), 0,
                             kImages * kHeads);
      return made;
    });
  }
}

}  // namespace
}  // namespace ganwright::kernels_test
