#include "training/interpolation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "training/sampling.h"

namespace ganwright {
namespace {

double angle(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor x = a.to(torch::kFloat64);
  const torch::Tensor y = b.to(torch::kFloat64);
  return std::acos(std::min(1.0, (x.dot(y) / (x.norm() * y.norm())).item<double>()));
}

TEST(SphericalInterpolation, MovesByEqualAnglesFromEndToEnd) {
  const torch::Tensor ends = latents_from_seed(2, 64, 1);
  const torch::Tensor points =
      spherical_interpolation(ends[0], ends[1], torch::arange(11, torch::kFloat64) / 10);
  EXPECT_TRUE(torch::allclose(points[0], ends[0]));
  EXPECT_TRUE(torch::allclose(points[10], ends[1]));
  const double whole = angle(ends[0], ends[1]);
  // On unequal lengths the steps are equal only nearly, and these are nearly equal.
  const torch::Tensor unit = ends / ends.norm(2, {1}, true);
  const torch::Tensor on_sphere =
      spherical_interpolation(unit[0], unit[1], torch::arange(11, torch::kFloat64) / 10);
  for (int64_t i = 0; i < 10; ++i) {
    EXPECT_NEAR(angle(on_sphere[i], on_sphere[i + 1]), whole / 10, 1e-3);
    EXPECT_NEAR(on_sphere[i].norm().item<double>(), 1, 1e-6);
  }
}

TEST(SphericalInterpolation, KeepsTheLengthOfNormalLatents) {
  const torch::Tensor ends = latents_from_seed(2, 512, 2);
  const torch::Tensor points =
      spherical_interpolation(ends[0], ends[1], torch::tensor({0.25, 0.5, 0.75}, torch::kFloat64));
  for (int64_t i = 0; i < points.size(0); ++i) {
    EXPECT_NEAR(points[i].norm().item<double>(), std::sqrt(512.0), 2) << i;
  }
  // Halfway, the sine of half the angle over that of the whole: the chord's middle, made longer.
  const torch::Tensor expected = (ends[0] + ends[1]) / (2 * std::cos(angle(ends[0], ends[1]) / 2));
  EXPECT_TRUE(torch::allclose(points[1], expected, 1e-5, 1e-6));
}

TEST(SphericalInterpolation, OfLatentsWithoutAnArcBetweenThemIsStraight) {
  const torch::Tensor a = latents_from_seed(1, 8, 3)[0];
  const torch::Tensor shares = torch::tensor({0.0, 0.25, 1.0});
  for (const torch::Tensor& b : {a, 2 * a, -a, torch::zeros_like(a)}) {
    const torch::Tensor points = spherical_interpolation(a, b, shares);
    EXPECT_TRUE(torch::allclose(points[1], 0.75 * a + 0.25 * b)) << points;
  }
}

TEST(LatentPath, PassesItsStopsAndEndsAtTheLastOne) {
  const torch::Tensor stops = latents_from_seed(3, 16, 4);
  const torch::Tensor path = latent_path(stops, 5, /*closed=*/false);
  ASSERT_EQ(path.size(0), 11);
  for (int64_t stop = 0; stop < 3; ++stop) {
    EXPECT_TRUE(torch::allclose(path[5 * stop], stops[stop]));
  }
}

TEST(LatentPath, ThatIsClosedGoesOnFromItsLastPointToItsFirst) {
  const torch::Tensor stops = latents_from_seed(3, 16, 5);
  const torch::Tensor path = latent_path(stops, 8, /*closed=*/true);
  ASSERT_EQ(path.size(0), 24);
  const auto step = [&](int64_t i) { return (path[(i + 1) % 24] - path[i]).norm().item<double>(); };
  // The step back to the start is like the others on the same arc.
  EXPECT_NEAR(step(23), step(22), 0.1 * step(22));
}

TEST(LatentPaths, AreTheSameForEveryNumberOfRows) {
  const torch::Tensor many = latent_paths(5, 3, 4, /*closed=*/true, 6, 7);
  EXPECT_EQ(many.sizes(), (std::vector<int64_t>{5, 12, 6}));
  EXPECT_TRUE(torch::equal(latent_paths(2, 3, 4, /*closed=*/true, 6, 7), many.narrow(0, 0, 2)));
}

}  // namespace
}  // namespace ganwright
