#include "toy/density.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <limits>
#include <numbers>
#include <sstream>

#include "errors.h"
#include "losses/text/nearest_name.h"

namespace ganwright {
namespace {

constexpr size_t kMostComponents = 100;
// Beyond these, squares of distances in units of a deviation overflow.
constexpr double kLargestNumber = 1e6;
constexpr double kSmallestDeviation = 1e-6;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) {
    parts.push_back(part);
  }
  return parts;
}

double read_number(const std::string& text, const std::string& origin) {
  const size_t start = std::min(text.find_first_not_of(' '), text.size());
  const size_t end = text.find_last_not_of(' ') + 1;
  double value = 0;
  const auto [stopped, error] = std::from_chars(text.data() + start, text.data() + end, value);
  if (start >= end || error != std::errc() || stopped != text.data() + end ||
      !(std::abs(value) <= kLargestNumber)) {
    throw UsageError(origin + ": '" + text + "' is not a number from -1e6 to 1e6; give weight,mean,std;...");
  }
  return value;
}

Density normalized(Density density) {
  double sum = 0;
  for (const Density::Component& component : density.components) {
    sum += component.weight;
  }
  for (Density::Component& component : density.components) {
    component.weight /= sum;
  }
  return density;
}

Density read_mixture(const std::string& text, const std::string& origin) {
  Density density;
  for (const std::string& part : split(text, ';')) {
    const std::vector<std::string> numbers = split(part, ',');
    if (numbers.size() != 3) {
      throw UsageError(origin + ": '" + part + "' is not of the form weight,mean,std; as in 0.5,-2,0.7");
    }
    const double weight = read_number(numbers[0], origin);
    const double mean = read_number(numbers[1], origin);
    const double deviation = read_number(numbers[2], origin);
    if (!(weight > 0) || !(deviation >= kSmallestDeviation)) {
      throw UsageError(origin + ": '" + part + "': the weight has to be positive and the std at least 1e-6");
    }
    density.components.push_back({weight, {mean, 0.0}, deviation});
    if (density.components.size() > kMostComponents) {
      throw UsageError(origin + ": more than 100 components; give fewer");
    }
  }
  if (density.components.empty()) {
    throw UsageError(origin + ": no component; give weight,mean,std, as in \"0.5,-2,0.7;0.5,2,0.7\"");
  }
  return normalized(std::move(density));
}

Density on_curve(int64_t count, double deviation, const std::function<std::array<double, 2>(double)>& curve) {
  Density density{.dimension = 2, .components = {}};
  for (int64_t i = 0; i < count; ++i) {
    const double along = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    density.components.push_back({1.0, curve(along), deviation});
  }
  return normalized(std::move(density));
}

Density ring() {
  return on_curve(8, 0.1, [](double along) {
    const double angle = 2 * std::numbers::pi * along;
    return std::array{2 * std::cos(angle), 2 * std::sin(angle)};
  });
}

Density grid() {
  return on_curve(25, 0.1, [](double along) {
    const auto i = static_cast<int>(25 * along);
    return std::array{static_cast<double>(i % 5 - 2), static_cast<double>(i / 5 - 2)};
  });
}

Density spiral() {
  return on_curve(120, 0.08, [](double along) {
    // The square root spreads the points evenly over the length.
    const double angle = 3.5 * std::numbers::pi * std::sqrt(along);
    const double radius = 0.2 * angle;
    return std::array{radius * std::cos(angle), radius * std::sin(angle)};
  });
}

Density two_moons() {
  return on_curve(80, 0.1, [](double along) {
    const bool upper = along < 0.5;
    const double angle = 2 * std::numbers::pi * (upper ? along : along - 0.5);
    return upper ? std::array{1.5 * std::cos(angle) - 0.75, 1.5 * std::sin(angle) - 0.375}
                 : std::array{0.75 - 1.5 * std::cos(angle), 0.375 - 1.5 * std::sin(angle)};
  });
}

}  // namespace

std::vector<std::string> planar_density_names() {
  return {"ring", "grid", "spiral", "two-moons"};
}

Density read_density(const std::string& text, const std::string& origin) {
  const std::string letters = text.substr(0, text.find_first_of("0123456789,;.+"));
  if (text.empty() || letters.find_first_not_of(" -") == std::string::npos) {
    return read_mixture(text, origin);
  }
  if (text == "ring") {
    return ring();
  }
  if (text == "grid") {
    return grid();
  }
  if (text == "spiral") {
    return spiral();
  }
  if (text == "two-moons") {
    return two_moons();
  }
  throw UsageError(origin + ": unknown density '" + text + "'" + did_you_mean(text, planar_density_names()) +
                   "; give ring, grid, spiral, two-moons or weight,mean,std;...");
}

Density normal_density(double mean, double standard_deviation) {
  return {1, {{1.0, {mean, 0.0}, standard_deviation}}};
}

Density blend(const Density& p, const Density& q, double share) {
  Density result{.dimension = p.dimension, .components = {}};
  for (const auto& [density, weight] : {std::pair(&p, share), std::pair(&q, 1 - share)}) {
    for (Density::Component component : density->components) {
      component.weight *= weight;
      result.components.push_back(component);
    }
  }
  return result;
}

Density widened(const Density& density, double factor) {
  Density result = density;
  for (Density::Component& component : result.components) {
    component.standard_deviation *= factor;
  }
  return result;
}

Density shifted(const Density& density, double distance) {
  Density result = density;
  for (Density::Component& component : result.components) {
    component.mean[0] += distance;
  }
  return result;
}

double mean_of(const Density& density) {
  double mean = 0;
  for (const Density::Component& component : density.components) {
    mean += component.weight * component.mean[0];
  }
  return mean;
}

double standard_deviation_of(const Density& density) {
  const double mean = mean_of(density);
  double variance = 0;
  for (const Density::Component& component : density.components) {
    const double shift = component.mean[0] - mean;
    const double deviation = component.standard_deviation;
    variance += component.weight * (deviation * deviation + shift * shift);
  }
  return std::sqrt(variance);
}

double log_density(const Density& density, double x) {
  // The sum is taken relative to its largest term, so that it does not vanish far out.
  double largest = -std::numeric_limits<double>::infinity();
  double sum = 0;
  for (const Density::Component& component : density.components) {
    const double z = (x - component.mean[0]) / component.standard_deviation;
    const double term = std::log(component.weight / component.standard_deviation) - z * z / 2;
    if (term > largest) {
      sum = sum * std::exp(largest - term) + 1;
      largest = term;
    } else {
      sum += std::exp(term - largest);
    }
  }
  return largest + std::log(sum) - std::log(2 * std::numbers::pi) / 2;
}

torch::Tensor log_density(const Density& density, const torch::Tensor& points) {
  std::vector<double> means;
  std::vector<double> deviations;
  std::vector<double> offsets;
  const auto dimension = static_cast<size_t>(density.dimension);
  for (const Density::Component& component : density.components) {
    means.insert(means.end(), component.mean.begin(), component.mean.begin() + dimension);
    deviations.push_back(component.standard_deviation);
    const double scale = std::sqrt(2 * std::numbers::pi) * component.standard_deviation;
    offsets.push_back(std::log(component.weight) - static_cast<double>(dimension) * std::log(scale));
  }
  const torch::Tensor centers = torch::tensor(means, torch::kFloat64).view({-1, density.dimension});
  const torch::Tensor scales = torch::tensor(deviations, torch::kFloat64).square() * -2;
  const torch::Tensor logarithms = torch::tensor(offsets, torch::kFloat64);
  // In parts: all points times all components may not fit into memory.
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& part : points.split(4096)) {
    const torch::Tensor squares = (part.unsqueeze(1) - centers).square().sum(2);
    parts.push_back(torch::logsumexp(squares / scales + logarithms, 1));
  }
  return torch::cat(parts);
}

torch::Tensor points_at(const Density& density, const torch::Tensor& uniform) {
  torch::Tensor points = uniform.clone();
  auto rows = points.accessor<double, 2>();
  const auto& components = density.components;
  std::vector<double> ends;
  double end = 0;
  for (const Density::Component& component : components) {
    ends.push_back(end += component.weight);
  }
  std::vector<size_t> chosen;
  for (int64_t i = 0; i < points.size(0); ++i) {
    const auto found = std::upper_bound(ends.begin(), ends.end() - 1, rows[i][0]);
    const auto k = static_cast<size_t>(found - ends.begin());
    chosen.push_back(k);
    const double weight = components[k].weight;
    // Rounding of the sums must not reach 0 or 1, whose quantiles are infinite.
    rows[i][0] = std::clamp((rows[i][0] - (ends[k] - weight)) / weight, 1e-15, 1 - 1e-15);
  }
  points = at::special_ndtri(points);
  auto quantiles = points.accessor<double, 2>();
  for (int64_t i = 0; i < points.size(0); ++i) {
    const Density::Component& component = components[chosen[static_cast<size_t>(i)]];
    for (int64_t j = 0; j < points.size(1); ++j) {
      quantiles[i][j] =
          component.mean[static_cast<size_t>(j)] + component.standard_deviation * quantiles[i][j];
    }
  }
  return points;
}

torch::Tensor stratified_uniform(int64_t count, int64_t dimension, at::Generator& random) {
  torch::Tensor uniform = independent_uniform(count, dimension, random);
  uniform.select(1, 0).add_(torch::arange(count, torch::kFloat64)).div_(static_cast<double>(count));
  return uniform;
}

torch::Tensor independent_uniform(int64_t count, int64_t dimension, at::Generator& random) {
  // 0 itself has an infinite quantile.
  return torch::rand({count, dimension}, random, torch::kFloat64).clamp_min(1e-15);
}

}  // namespace ganwright
