#include "training/augmentation.h"

#include <stdexcept>
#include <string>

namespace ganwright {
namespace {

// The columns of AugmentationParameters::values. A picture that a kind leaves alone has its neutral value,
// for cutout a corner beyond the picture.
enum Column : int64_t { kFlip, kBrightness, kSaturation, kContrast, kDown, kRight, kTop, kLeft };

// Of each picture, to be broadcast over [batch, C, side, side].
torch::Tensor column(const AugmentationParameters& parameters, Column which, torch::ScalarType dtype) {
  return parameters.values.select(1, which).to(dtype).view({-1, 1, 1, 1});
}

// Brightness, saturation and contrast after one another come down to a sum of three terms, since none changes
// the mean that the next one keeps, but for the brightness, which adds to it.
torch::Tensor recolored(const torch::Tensor& images, const AugmentationParameters& parameters) {
  const torch::Tensor contrast = column(parameters, kContrast, images.scalar_type());
  const torch::Tensor offset =
      (1 - contrast) * images.mean({1, 2, 3}, true) + column(parameters, kBrightness, images.scalar_type());
  if (images.size(1) == 1) {
    return torch::addcmul(offset, contrast, images);
  }
  const torch::Tensor saturation = column(parameters, kSaturation, images.scalar_type());
  return torch::addcmul(offset + contrast * (1 - saturation) * images.mean(1, true), contrast * saturation,
                        images);
}

struct Range {
  torch::Tensor position;  // int64, where a row or column comes from
  torch::Tensor inside;    // bool, whether that lies in the picture
};

Range moved(const torch::Tensor& index, const torch::Tensor& shift) {
  const torch::Tensor position = index - shift;
  const torch::Tensor clamped = position.clamp(0, index.numel() - 1);
  return {clamped, position == clamped};
}

torch::Tensor within(const torch::Tensor& index, const torch::Tensor& start) {
  return (index >= start).logical_and(index < start + (index.numel() + 1) / 2);
}

}  // namespace

AugmentationParameters draw_augmentation(const std::set<Augmentation>& kinds,
                                         const torch::Tensor& probability, int64_t batch, int64_t side,
                                         const at::Generator& random) {
  if (kinds.empty()) {
    return {};
  }
  // One draw for all: four for whether a kind acts, eight for how.
  const torch::Tensor uniform =
      torch::rand({12, batch}, random, torch::TensorOptions(probability.device()).dtype(torch::kFloat32));
  const auto acts = [&](int64_t row, Augmentation kind) {
    return kinds.contains(kind) ? uniform[row] < probability
                                : torch::zeros({batch}, uniform.options().dtype(torch::kBool));
  };
  const auto value = [&](Column which) { return uniform[4 + which]; };
  const auto whole = [&](Column which, int64_t choices) { return (value(which) * choices).floor(); };
  const torch::Tensor flip = acts(0, Augmentation::flip);
  const torch::Tensor color = acts(1, Augmentation::color);
  const torch::Tensor translation = acts(2, Augmentation::translation);
  const torch::Tensor cutout = acts(3, Augmentation::cutout);
  const int64_t furthest = (side + 4) / 8;
  const int64_t square = (side + 1) / 2;
  // An even square has one place more, for its middle lies between pixels.
  const int64_t places = side + 1 - square % 2;
  return {kinds,
          torch::stack({flip.logical_and(value(kFlip) < 0.5).to(torch::kFloat32),
                        torch::where(color, value(kBrightness) - 0.5, 0.0),
                        torch::where(color, value(kSaturation) * 2, 1.0),
                        torch::where(color, value(kContrast) + 0.5, 1.0),
                        torch::where(translation, whole(kDown, 2 * furthest + 1) - furthest, 0.0),
                        torch::where(translation, whole(kRight, 2 * furthest + 1) - furthest, 0.0),
                        torch::where(cutout, whole(kTop, places) - square / 2, static_cast<double>(side)),
                        torch::where(cutout, whole(kLeft, places) - square / 2, static_cast<double>(side))},
                       1)};
}

torch::Tensor augment(const torch::Tensor& images, const AugmentationParameters& parameters) {
  const std::set<Augmentation>& kinds = parameters.kinds;
  if (kinds.empty()) {
    return images;
  }
  const int64_t batch = images.size(0);
  if (parameters.values.size(0) != batch) {
    throw std::invalid_argument("augmentation of " + std::to_string(parameters.values.size(0)) +
                                " pictures for " + std::to_string(batch));
  }
  torch::Tensor result = kinds.contains(Augmentation::color) ? recolored(images, parameters) : images;
  const int64_t side = images.size(-1);
  const torch::Tensor index = torch::arange(side, images.options().dtype(torch::kLong).requires_grad(false));
  const torch::Tensor rows = index.view({1, 1, side, 1});
  const torch::Tensor columns = index.view({1, 1, 1, side});
  const auto choice = [&](Column which) { return column(parameters, which, torch::kLong); };
  torch::Tensor kept;  // 1, or 0 where a pixel becomes 0: products are vectorized, choices by a bool are not
  const auto both = [&](const torch::Tensor& a, const torch::Tensor& b) {
    return a.to(images.scalar_type()) * b.to(images.scalar_type());
  };
  if (kinds.contains(Augmentation::flip) || kinds.contains(Augmentation::translation)) {
    const Range row = moved(rows, choice(kDown));
    const Range col = moved(columns, choice(kRight));
    const torch::Tensor source =
        row.position * side + torch::where(choice(kFlip) == 1, side - 1 - col.position, col.position);
    result = result.flatten(2)
                 .gather(2, source.view({batch, 1, side * side}).expand({-1, images.size(1), -1}))
                 .view(images.sizes());
    if (kinds.contains(Augmentation::translation)) {
      kept = both(row.inside, col.inside);
    }
  }
  if (kinds.contains(Augmentation::cutout)) {
    const torch::Tensor uncut = 1 - both(within(rows, choice(kTop)), within(columns, choice(kLeft)));
    kept = kept.defined() ? kept * uncut : uncut;
  }
  return kept.defined() ? result * kept : result;
}

AugmentationParameters narrowed(const AugmentationParameters& parameters, int64_t start, int64_t count) {
  return parameters.kinds.empty()
             ? parameters
             : AugmentationParameters{parameters.kinds, parameters.values.narrow(0, start, count)};
}

}  // namespace ganwright
