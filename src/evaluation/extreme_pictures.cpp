#include "evaluation/extreme_pictures.h"

#include <algorithm>

namespace ganwright {

std::vector<ExtremePicture> extreme_pictures(const Dataset& dataset, const torch::Tensor& places,
                                             const torch::Tensor& log_ratios, int64_t count,
                                             Extreme extreme) {
  const torch::Tensor order =
      log_ratios.argsort(/*stable=*/true, /*dim=*/0, /*descending=*/extreme == Extreme::largest);
  std::vector<ExtremePicture> pictures;
  for (int64_t i = 0; i < std::min(count, order.size(0)); ++i) {
    const auto at = order[i].item<int64_t>();
    const auto place = places[at].item<int64_t>();
    pictures.push_back({place, dataset.paths[static_cast<size_t>(place)], log_ratios[at].item<double>()});
  }
  return pictures;
}

torch::Tensor pixels_of(const std::vector<ExtremePicture>& pictures, const Dataset& dataset) {
  std::vector<torch::Tensor> pixels;
  for (const ExtremePicture& picture : pictures) {
    pixels.push_back(dataset.pixels[picture.place]);
  }
  return torch::stack(pixels);
}

}  // namespace ganwright
