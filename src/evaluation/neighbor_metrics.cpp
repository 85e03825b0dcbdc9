#include "evaluation/neighbor_metrics.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <vector>

namespace ganwright {
namespace {

constexpr int64_t kBlockOfRows = 512;

// Points with their squared lengths, about a common center, so that differences cancel little.
struct Points {
  torch::Tensor places;
  torch::Tensor lengths;

  Points(const torch::Tensor& features, const torch::Tensor& center)
      : places(features - center), lengths(places.square().sum(1)) {}

  [[nodiscard]] int64_t count() const { return places.size(0); }
};

// Between `rows` from `start` on, at most kBlockOfRows of them, and all of `columns`.
torch::Tensor squared_distances(const Points& rows, int64_t start, const Points& columns) {
  const int64_t count = std::min(kBlockOfRows, rows.count() - start);
  const torch::Tensor scale = rows.lengths.narrow(0, start, count).unsqueeze(1) + columns.lengths;
  const torch::Tensor distances =
      torch::addmm(scale, rows.places.narrow(0, start, count), columns.places.t(), 1, -2);
  // So that equal points are at distance 0 whatever the rounding.
  return distances.masked_fill(distances < 1e-12 * scale, 0);
}

// Squared radii of the balls that hold so many others.
struct Radii {
  torch::Tensor precision_recall;
  torch::Tensor density_coverage;
};

Radii radii_of(const Points& points, const NeighborCounts& counts) {
  const int64_t most = std::max(counts.precision_recall, counts.density_coverage);
  std::vector<torch::Tensor> nearest;
  for (int64_t start = 0; start < points.count(); start += kBlockOfRows) {
    // The first is the point itself.
    nearest.push_back(std::get<0>(squared_distances(points, start, points).topk(most + 1, 1, false)));
  }
  const torch::Tensor all = torch::cat(nearest);
  return {all.select(1, counts.precision_recall), all.select(1, counts.density_coverage)};
}

NeighborCounts within(const NeighborCounts& counts, int64_t points) {
  return {std::min(counts.precision_recall, points - 1), std::min(counts.density_coverage, points - 1)};
}

// The mean over one of the sets.
Estimate share(const torch::Tensor& of_real, const torch::Tensor& of_generated, const torch::Tensor& counted,
               double highest) {
  Estimate estimate = linear_estimate(counted.mean().item<double>(), of_real, of_generated);
  estimate.lowest = 0;
  estimate.highest = highest;
  return estimate;
}

}  // namespace

NeighborMetrics neighbor_metrics(const torch::Tensor& real, const torch::Tensor& generated,
                                 const NeighborCounts& counts) {
  const torch::Tensor center = real.mean(0);
  const Points reals(real, center);
  const Points fakes(generated, center);
  const NeighborCounts real_counts = within(counts, reals.count());
  const Radii real_radii = radii_of(reals, real_counts);
  const Radii fake_radii = radii_of(fakes, within(counts, fakes.count()));

  std::vector<torch::Tensor> precise;
  std::vector<torch::Tensor> dense;
  torch::Tensor recalled = torch::zeros({reals.count()}, real.options().dtype(torch::kBool));
  torch::Tensor nearest =
      torch::full({reals.count()}, std::numeric_limits<double>::infinity(), real.options());
  for (int64_t start = 0; start < fakes.count(); start += kBlockOfRows) {
    const torch::Tensor distances = squared_distances(fakes, start, reals);
    const torch::Tensor radii = fake_radii.precision_recall.narrow(0, start, distances.size(0)).unsqueeze(1);
    precise.push_back((distances <= real_radii.precision_recall).any(1));
    dense.push_back((distances <= real_radii.density_coverage).sum(1));
    recalled = recalled.logical_or((distances <= radii).any(0));
    nearest = torch::minimum(nearest, distances.amin(0));
  }
  const torch::Tensor precision = torch::cat(precise).to(torch::kFloat64);
  const torch::Tensor density =
      torch::cat(dense).to(torch::kFloat64) / static_cast<double>(real_counts.density_coverage);
  const torch::Tensor recall = recalled.to(torch::kFloat64);
  const torch::Tensor coverage = (nearest <= real_radii.density_coverage).to(torch::kFloat64);
  const torch::Tensor none_of_real = torch::zeros_like(recall);
  const torch::Tensor none_of_fake = torch::zeros_like(precision);
  return {share(none_of_real, precision, precision, 1), share(recall, none_of_fake, recall, 1),
          share(none_of_real, density, density, std::numeric_limits<double>::infinity()),
          share(coverage, none_of_fake, coverage, 1)};
}

}  // namespace ganwright
