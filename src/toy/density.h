#pragma once

#include <torch/types.h>

#include <array>
#include <string>
#include <vector>

namespace ganwright {

/// A mixture of isotropic Gaussians on the line or in the plane.
struct Density {
  /// One Gaussian of the mixture.
  struct Component {
    double weight;               ///< its share of the mass
    std::array<double, 2> mean;  ///< the second coordinate is 0 on the line
    double standard_deviation;   ///< in every direction
  };
  int64_t dimension = 1;              ///< 1 or 2
  std::vector<Component> components;  ///< their weights sum to 1
};

/// The named targets in the plane: "ring" (8 Gaussians), "grid" (5 x 5), "spiral" and "two-moons" (many small
/// Gaussians along curves, so that their density is known too).
std::vector<std::string> planar_density_names();

/// Reads "weight,mean,std;weight,mean,std" or the name of a planar density; weights are normalized. Messages
/// name the text by `origin`. Throws UsageError for an unknown name, for numbers that are missing or
/// not finite, for weights and deviations that are not positive, and for more than 100 components.
Density read_density(const std::string& text, const std::string& origin);

/// The Gaussian of this mean and standard deviation on the line.
Density normal_density(double mean, double standard_deviation);

/// share p + (1 - share) q, of one dimension.
Density blend(const Density& p, const Density& q, double share);

/// The same with every standard deviation `factor` times as large.
Density widened(const Density& density, double factor);

/// The same with every mean moved along the first coordinate.
Density shifted(const Density& density, double distance);

/// The mean of the first coordinate.
double mean_of(const Density& density);

/// The standard deviation of the first coordinate.
double standard_deviation_of(const Density& density);

/// Log density at a point of the line.
double log_density(const Density& density, double x);

/// Log densities at the points [count, dimension], float64: [count].
torch::Tensor log_density(const Density& density, const torch::Tensor& points);

/// Points [count, dimension] of a density from uniform numbers in (0, 1) of that shape, float64: the first
/// column picks the component and, by its remainder, the first coordinate in it. On the line, the points
/// of one component rise with their numbers.
torch::Tensor points_at(const Density& density, const torch::Tensor& uniform);

/// Uniform numbers [count, dimension], float64, the first column with one number in each of `count` equal
/// strata, so that means over points_at have far less noise than those of independent draws.
torch::Tensor stratified_uniform(int64_t count, int64_t dimension, at::Generator& random);

/// Independent uniform numbers [count, dimension], float64.
torch::Tensor independent_uniform(int64_t count, int64_t dimension, at::Generator& random);

}  // namespace ganwright
