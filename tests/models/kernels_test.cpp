#include "models/kernels.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/gated_residual.h"
#include "models/modulated_norm.h"
#include "models/rotary_attention.h"
#include "models/swiglu.h"

namespace ganwright::kernels_test {
namespace {

// What the kernels of one instruction set make of some input: every array that they wrote.
using Outcome = std::vector<torch::Tensor>;

const float* in(const torch::Tensor& tensor) {
  return tensor.const_data_ptr<float>();
}

float* out(const torch::Tensor& tensor) {
  return tensor.mutable_data_ptr<float>();
}

void expect_same(const Outcome& found, const Outcome& expected) {
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i) {
    EXPECT_GT(expected[i].abs().max().item<double>(), 0) << "array " << i;
    EXPECT_TRUE(torch::allclose(found[i].to(torch::kDouble), expected[i].to(torch::kDouble), 1e-4, 1e-5))
        << "array " << i;
  }
}

// Outputs and the gradients of `leaves` of their sum weighted by `weights`, in float64.
Outcome with_gradients(const Outcome& outputs, const Outcome& weights, const Outcome& leaves) {
  Outcome made;
  for (const torch::Tensor& output : outputs) {
    made.push_back(output.detach());
  }
  for (const torch::Tensor& gradient : torch::autograd::grad(outputs, leaves, weights)) {
    made.push_back(gradient);
  }
  return made;
}

torch::Tensor leaf(const torch::Tensor& x) {
  return x.to(torch::kDouble).requires_grad_(true);
}

// Arrays that the operations on rows read.
struct RowInputs {
  explicit RowInputs(int64_t width) : rows{5, width} {
    torch::manual_seed(1);
    x = torch::randn({rows.rows, width});
    y = torch::randn({rows.rows, width});
    vector = torch::randn({width});
    gradient = torch::randn({rows.rows, width});
    other = torch::randn({rows.rows, width});
    pairs = torch::randn({rows.rows, 2 * width});
  }

  Rows rows;
  torch::Tensor x, y, vector, gradient, other, pairs;
};

Outcome run_rows(const Kernels<float>& set, const RowInputs& inputs) {
  const auto like_x = [&] { return torch::zeros_like(inputs.x); };
  const auto like_vector = [&] { return torch::zeros_like(inputs.vector); };
  Outcome made{like_x(), like_x(),      like_vector(), like_x(),
               like_x(), like_vector(), like_x(),      torch::zeros_like(inputs.pairs)};
  set.norm(inputs.rows, in(inputs.x), in(inputs.vector), out(made[0]));
  set.norm_backward(inputs.rows, in(inputs.x), in(inputs.vector), in(inputs.gradient), in(inputs.other),
                    out(made[1]), out(made[2]));
  set.residual(inputs.rows, in(inputs.x), in(inputs.y), in(inputs.vector), out(made[3]));
  set.residual_backward(inputs.rows, in(inputs.gradient), in(inputs.y), in(inputs.vector), out(made[4]),
                        out(made[5]));
  set.swiglu(inputs.rows, in(inputs.pairs), out(made[6]));
  set.swiglu_backward(inputs.rows, in(inputs.pairs), in(inputs.gradient), out(made[7]));
  return made;
}

// The same composed of operations of the library, in float64.
Outcome compose_rows(const RowInputs& inputs) {
  const auto x = leaf(inputs.x);
  const auto y = leaf(inputs.y);
  const auto vector = leaf(inputs.vector);
  const auto pairs = leaf(inputs.pairs);
  const auto gradient = inputs.gradient.to(torch::kDouble);
  Outcome made = with_gradients({modulated_norm(x, vector).second}, {gradient}, {x, vector});
  made[1] = made[1] + inputs.other;
  for (const Outcome& part : {with_gradients({gated_residual(x, y, vector)}, {gradient}, {y, vector}),
                              with_gradients({swiglu(pairs)}, {gradient}, {pairs})}) {
    made.insert(made.end(), part.begin(), part.end());
  }
  return made;
}

struct Heads {
  int64_t size;
  Direction direction;
};

// Arrays that attention reads: queries and keys turn by random angles.
struct AttentionInputs {
  static constexpr int64_t images = 2;
  static constexpr int64_t tokens = 7;
  static constexpr int64_t heads = 2;
  static constexpr int64_t queries = 5;

  explicit AttentionInputs(const Heads& of) : size(of.size), direction(of.direction) {
    torch::manual_seed(2);
    projected = torch::randn({images, tokens, 3 * heads * size});
    gradient = torch::randn({images, queries, heads * size});
    scale = torch::randn({2, 1, size / 2, 1});
    const auto angles = torch::randn({tokens, size / 2});
    table = torch::stack({angles.cos(), angles.sin()}, -1).unsqueeze(1).expand({-1, heads, -1, -1});
  }

  int64_t size;
  Direction direction;
  torch::Tensor projected, gradient, scale, table;
};

Outcome run_attention(const Kernels<float>& set, const AttentionInputs& inputs) {
  const int64_t size = inputs.size;
  const auto padded_head = [&](const torch::Tensor& pairs) {
    return at::constant_pad_nd(pairs.flatten(-2), {0, padded(size) - size});
  };
  const auto cosines = inputs.table.select(1, 0).select(-1, 0);
  const auto sines = inputs.table.select(1, 0).select(-1, 1);
  const auto turns = torch::stack({padded_head(torch::stack({cosines, cosines}, -1)),
                                   padded_head(torch::stack({-sines, sines}, -1))},
                                  1)
                         .contiguous();
  const auto scales = padded_head(inputs.scale.flatten(1).unsqueeze(-1).expand({-1, -1, 2})).contiguous();
  constexpr int64_t heads = AttentionInputs::heads;
  const AttentionShape shape{
      AttentionInputs::tokens, AttentionInputs::queries, heads, size, in(turns), in(scales),
      inputs.direction};
  constexpr int64_t of_all_images = AttentionInputs::images * heads;
  Outcome made{torch::zeros_like(inputs.gradient), torch::zeros_like(inputs.projected)};
  const auto gradient_of_scales = torch::zeros({of_all_images, 2, padded(size)});
  set.attention(shape, in(inputs.projected), out(made[0]), 0, of_all_images);
  set.attention_backward(shape, in(inputs.projected), in(inputs.gradient), out(made[1]),
                         out(gradient_of_scales), 0, of_all_images);
  made.push_back(
      gradient_of_scales.sum(0).narrow(1, 0, size).unflatten(1, {-1, 2}).sum(-1).view_as(inputs.scale));
  return made;
}

Outcome compose_attention(const AttentionInputs& inputs) {
  const auto projected = leaf(inputs.projected);
  const auto scale = leaf(inputs.scale);
  const auto read = rotary_attention(projected, scale, inputs.table.to(torch::kDouble),
                                     AttentionInputs::queries, inputs.direction);
  return with_gradients({read}, {inputs.gradient.to(torch::kDouble)}, {projected, scale});
}

Outcome run_convolution(const Kernels<float>& set, const ConvolutionShape& shape) {
  torch::manual_seed(3);
  const auto x = torch::randn({shape.height, shape.width, shape.inputs});
  const auto weights = torch::randn({9, shape.inputs, shape.outputs});
  const auto bias = torch::randn({shape.outputs});
  const auto gradient = torch::randn({shape.height, shape.width, shape.outputs});
  Outcome made{torch::zeros({shape.height + 2, shape.width + 2, shape.inputs}), torch::zeros_like(gradient),
               torch::zeros_like(weights), torch::zeros_like(bias), torch::ones_like(x)};
  set.pad(shape, in(x), /*activate=*/true, out(made[0]));
  set.convolve(shape, in(made[0]), in(weights), in(bias), out(made[1]));
  set.convolve_backward(shape, in(made[0]), in(gradient), out(made[2]), out(made[3]));
  set.silu_backward(x.numel(), in(x), out(made[4]));
  return made;
}

const std::vector<ConvolutionShape> convolutions{
    {5, 7, 8, 8}, {4, 9, 3, 8}, {6, 12, 8, 3}, {3, 5, 4, 12}, {2, 17, 16, 24}};

const std::vector<int64_t> widths{1, 3, 8, 17, 96};
const std::vector<Heads> shapes{
    {4, Direction::both}, {12, Direction::both}, {24, Direction::both}, {12, Direction::alternating_heads}};

TEST(PortableKernels, AreThoseOfComposedOperationsInDoublePrecision) {
  const auto& portable = kernels<float>(InstructionSet::portable);
  for (const int64_t width : widths) {
    SCOPED_TRACE("width " + std::to_string(width));
    expect_same(run_rows(portable, RowInputs(width)), compose_rows(RowInputs(width)));
  }
  for (const Heads& of : shapes) {
    SCOPED_TRACE("heads of " + std::to_string(of.size));
    expect_same(run_attention(portable, AttentionInputs(of)), compose_attention(AttentionInputs(of)));
  }
}

class InstructionSets : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override {
    if (!runs(GetParam())) {
      GTEST_SKIP() << "this processor has no " << name_of(GetParam());
    }
  }

 public:
  static std::string name_of(InstructionSet set) {
    const auto* row = std::find_if(instruction_set_names.begin(), instruction_set_names.end(),
                                   [&](const auto& named) { return named.second == set; });
    return std::string(row->first);
  }
};

TEST_P(InstructionSets, DoWhatThePortableKernelsDo) {
  const auto& portable = kernels<float>(InstructionSet::portable);
  const auto& set = kernels<float>(GetParam());
  ASSERT_NE(&set, &portable);
  for (const int64_t width : widths) {
    SCOPED_TRACE("width " + std::to_string(width));
    expect_same(run_rows(set, RowInputs(width)), run_rows(portable, RowInputs(width)));
  }
  for (const Heads& of : shapes) {
    SCOPED_TRACE("heads of " + std::to_string(of.size));
    expect_same(run_attention(set, AttentionInputs(of)), run_attention(portable, AttentionInputs(of)));
  }
  for (const ConvolutionShape& shape : convolutions) {
    SCOPED_TRACE(std::to_string(shape.inputs) + " to " + std::to_string(shape.outputs) + " channels");
    expect_same(run_convolution(set, shape), run_convolution(portable, shape));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, InstructionSets, testing::Values(InstructionSet::avx2),
                         [](const auto& set) { return InstructionSets::name_of(set.param); });

}  // namespace
}  // namespace ganwright::kernels_test
