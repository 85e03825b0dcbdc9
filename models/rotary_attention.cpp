#include "models/rotary_attention.h"

#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "models/fused.h"
#include "models/rms_norm.h"
#include "models/rotary.h"

namespace ganwright {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// [..., pairs, 2] to [..., padded head].
torch::Tensor padded_head(const torch::Tensor& pairs) {
  const torch::Tensor flat = pairs.flatten(-2);
  return at::constant_pad_nd(flat, {0, padded(flat.size(-1)) - flat.size(-1)});
}

// [tokens, 2, padded head]: cosines, and sines with the signs that a turn of (a, b) multiplies (b, a) by.
torch::Tensor turns_of(const torch::Tensor& table) {
  const torch::Tensor first_head = table.select(1, 0).to(torch::kFloat);
  const torch::Tensor cosines = first_head.select(-1, 0);
  const torch::Tensor sines = first_head.select(-1, 1);
  return torch::stack({padded_head(torch::stack({cosines, cosines}, -1)),
                       padded_head(torch::stack({-sines, sines}, -1))},
                      1)
      .contiguous();
}

torch::Tensor scales_of(const torch::Tensor& query_key_scale) {
  return padded_head(query_key_scale.to(torch::kFloat).flatten(1).unsqueeze(-1).expand({-1, -1, 2}))
      .contiguous();
}

struct RotaryAttention : torch::autograd::Function<RotaryAttention> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& projected,
                               const torch::Tensor& query_key_scale, const torch::Tensor& table,
                               int64_t queries, Direction direction) {
    const torch::Tensor input = projected.contiguous();
    const torch::Tensor turns = turns_of(table);
    const torch::Tensor scales = scales_of(query_key_scale);
    const int64_t heads = table.size(1);
    const AttentionShape shape{input.size(1),
                               queries,
                               heads,
                               input.size(2) / (3 * heads),
                               turns.const_data_ptr<float>(),
                               scales.const_data_ptr<float>(),
                               direction};
    torch::Tensor read = torch::empty({input.size(0), queries, input.size(2) / 3}, input.options());
    with_value_type(input.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_ranges(input.size(0) * heads, 1, [&](int64_t begin, int64_t end) {
        kernels<Value>().attention(shape, input.const_data_ptr<Value>(), read.mutable_data_ptr<Value>(),
                                   begin, end);
      });
    });
    context->save_for_backward({input, query_key_scale, turns});
    context->saved_data["queries"] = queries;
    context->saved_data["heads"] = heads;
    context->saved_data["direction"] = static_cast<int64_t>(direction);
    return read;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& projected = saved[0];
    const torch::Tensor& query_key_scale = saved[1];
    const torch::Tensor& turns = saved[2];
    const torch::Tensor scales = scales_of(query_key_scale);
    const torch::Tensor gradient = gradients[0].contiguous();
    const int64_t heads = context->saved_data["heads"].toInt();
    const AttentionShape shape{projected.size(1),
                               context->saved_data["queries"].toInt(),
                               heads,
                               projected.size(2) / (3 * heads),
                               turns.const_data_ptr<float>(),
                               scales.const_data_ptr<float>(),
                               static_cast<Direction>(context->saved_data["direction"].toInt())};
    torch::Tensor gradient_of_projected = torch::empty_like(projected);
    const torch::Tensor gradient_of_scales =
        torch::zeros({projected.size(0) * heads, 2, padded(shape.head_size)});
    with_value_type(projected.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_ranges(projected.size(0) * heads, 1, [&](int64_t begin, int64_t end) {
        kernels<Value>().attention_backward(shape, projected.const_data_ptr<Value>(),
                                            gradient.const_data_ptr<Value>(),
                                            gradient_of_projected.mutable_data_ptr<Value>(),
                                            gradient_of_scales.mutable_data_ptr<float>(), begin, end);
      });
    });
    const torch::Tensor of_pairs =
        gradient_of_scales.sum(0).narrow(1, 0, shape.head_size).unflatten(1, {-1, 2}).sum(-1);
    return once_differentiable(
        {gradient_of_projected, of_pairs.view_as(query_key_scale).to(query_key_scale.scalar_type()),
         torch::Tensor(), torch::Tensor(), torch::Tensor()},
        "attention");
  }
};

// What the first `queries` of [B, heads, tokens, head size] read; no direction needs a mask in memory.
torch::Tensor attend(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                     int64_t queries, Direction direction) {
  const auto first = [&](const torch::Tensor& x) { return x.narrow(2, 0, queries); };
  const auto every_other_head = [](const torch::Tensor& x, int64_t start) {
    return x.slice(1, start, std::nullopt, 2);
  };
  switch (direction) {
    case Direction::forward:
      // Later keys are read by none of them.
      return at::scaled_dot_product_attention(first(query), first(key), first(value), {}, 0.0,
                                              /*is_causal=*/true);
    case Direction::backward: {
      if (queries == 1) {
        break;
      }
      const auto read = at::scaled_dot_product_attention(query.flip(2), key.flip(2), value.flip(2), {}, 0.0,
                                                         /*is_causal=*/true);
      return first(read.flip(2));
    }
    case Direction::alternating_heads: {
      const auto half = [&](int64_t start, Direction of_half) {
        return attend(every_other_head(query, start), every_other_head(key, start),
                      every_other_head(value, start), queries, of_half);
      };
      return torch::stack({half(0, Direction::forward), half(1, Direction::backward)}, 2).flatten(1, 2);
    }
    case Direction::both:
      break;
  }
  return at::scaled_dot_product_attention(first(query), key, value);
}

}  // namespace

torch::Tensor rotary_attention(const torch::Tensor& projected, const torch::Tensor& query_key_scale,
                               const torch::Tensor& table, int64_t queries, Direction direction) {
  if (runs_fused(projected)) {
    return RotaryAttention::apply(projected, query_key_scale, table, queries, direction);
  }
  const auto parts = projected.unflatten(-1, {3, table.size(1), -1}).split_with_sizes({2, 1}, 2);
  const auto query_key = rotate(rms_normalize(parts[0]), table.unsqueeze(1) * query_key_scale).unbind(2);
  const auto query = query_key[0].transpose(1, 2);
  const auto value = parts[1].squeeze(2).transpose(1, 2).to(query.scalar_type());
  const auto read = attend(query, query_key[1].transpose(1, 2), value, queries, direction);
  return read.transpose(1, 2).flatten(2);
}

}  // namespace ganwright
