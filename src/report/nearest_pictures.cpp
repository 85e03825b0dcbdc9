#include "report/nearest_pictures.h"

#include <algorithm>
#include <vector>

namespace ganwright {
namespace {

// Rows of numbers from 0 to 1, one a picture.
torch::Tensor rows_of(const torch::Tensor& pictures, torch::ScalarType type) {
  return pictures.flatten(1).to(type) / 255;
}

// The nearest were found from sums of squares in float32, which lose digits where pictures are much alike.
NearestPictures with_exact_distances(const torch::Tensor& queries, const torch::Tensor& pictures,
                                     const torch::Tensor& indices) {
  std::vector<torch::Tensor> rows;
  for (int64_t i = 0; i < queries.size(0); ++i) {
    const torch::Tensor difference = rows_of(pictures.index_select(0, indices[i]), torch::kFloat64) -
                                     rows_of(queries.narrow(0, i, 1), torch::kFloat64);
    rows.push_back(difference.square().mean(1).sqrt());
  }
  const auto [distances, order] = torch::stack(rows).sort(1);
  return {indices.gather(1, order), distances};
}

}  // namespace

NearestPictures nearest_pictures(const torch::Tensor& queries, const torch::Tensor& pictures, int64_t k,
                                 const ProgressCallback& progress, const InterruptCheck& interrupted) {
  constexpr int64_t kNumbersAPart = 16 << 20;
  const int64_t count = pictures.size(0);
  const int64_t part = std::max<int64_t>(1, kNumbersAPart / pictures[0].numel());
  const torch::Tensor wanted = rows_of(queries, torch::kFloat32);
  torch::Tensor best;
  torch::Tensor indices;
  for (int64_t start = 0; start < count; start += part) {
    if (interrupted && interrupted()) {
      throw Interrupted("interrupted while the nearest pictures were looked for");
    }
    const torch::Tensor rows =
        rows_of(pictures.narrow(0, start, std::min(part, count - start)), torch::kFloat32);
    // |q - x|^2 but for |q|^2, which is the same for every picture.
    const torch::Tensor squares = rows.square().sum(1) - 2 * wanted.matmul(rows.t());
    const torch::Tensor places = torch::arange(start, start + rows.size(0)).expand_as(squares);
    best = best.defined() ? torch::cat({best, squares}, 1) : squares;
    indices = indices.defined() ? torch::cat({indices, places}, 1) : places;
    torch::Tensor order;
    std::tie(best, order) = best.topk(std::min(k, best.size(1)), 1, /*largest=*/false);
    indices = indices.gather(1, order);
    if (progress) {
      progress(start + rows.size(0), count);
    }
  }
  return with_exact_distances(queries, pictures, indices);
}

}  // namespace ganwright
