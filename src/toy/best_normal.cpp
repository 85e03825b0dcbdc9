#include "toy/best_normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <opencv2/core/optim.hpp>
#include <vector>

#include "losses/numeric/infinity.h"
#include "toy/exact.h"

namespace ganwright {
namespace {

// Mixtures of more components start from their moments alone.
constexpr size_t kMostStarts = 8;

// The grade of an infinite divergence and of an unknown one: the simplex takes no infinity.
constexpr double kNone = std::numeric_limits<double>::max();

// Rises with a divergence and is finite wherever that is: from 1 on, its logarithm.
double graded(const std::optional<SignedLog>& divergence) {
  if (!divergence) {
    return kNone;
  }
  return divergence->log > 0 ? std::clamp(divergence->sign * (1 + divergence->log), -kNone, kNone)
                             : divergence->value();
}

struct Graded {
  FittedNormal normal;
  double grade;
  bool operator<(const Graded& other) const { return grade < other.grade; }
};

double grade_at(const RatioFunction& f, const Density& p, double mean, double standard_deviation) {
  return f ? graded(exact_divergence(f, p, normal_density(mean, standard_deviation))) : kNone;
}

// The grade of D_f(p||.) of a Gaussian, as a function of its mean and the logarithm of its deviation.
class GradeOfNormal : public cv::MinProblemSolver::Function {
 public:
  GradeOfNormal(const RatioFunction& f, const Density& p) : f_(f), p_(p) {}
  int getDims() const override { return 2; }
  double calc(const double* at) const override { return grade_at(f_, p_, at[0], std::exp(at[1])); }

 private:
  const RatioFunction& f_;
  const Density& p_;
};

// By the simplex of Nelder and Mead (1965), of which `start` is the center.
Graded minimum_near(const cv::Ptr<GradeOfNormal>& grade, const FittedNormal& start) {
  constexpr int kMostCalls = 400;
  constexpr double kCloseEnough = 1e-12;
  const cv::Matx12d step(0.3 * start.standard_deviation, 0.3);
  cv::Matx12d at(start.mean, std::log(start.standard_deviation));
  const auto solver = cv::DownhillSolver::create(
      grade, step, {cv::TermCriteria::COUNT + cv::TermCriteria::EPS, kMostCalls, kCloseEnough});
  const double lowest = solver->minimize(at);
  const double divergence = lowest == kNone ? kInfinity : lowest > 1 ? std::exp(lowest - 1) : lowest;
  return {{at(0), std::exp(at(1)), divergence}, lowest};
}

std::vector<FittedNormal> candidates(const Density& p) {
  std::vector<FittedNormal> list{{mean_of(p), standard_deviation_of(p), kInfinity}};
  if (p.components.size() <= kMostStarts) {
    for (const Density::Component& component : p.components) {
      list.push_back({component.mean[0], component.standard_deviation, kInfinity});
    }
  }
  return list;
}

double distance(const FittedNormal& a, const FittedNormal& b) {
  return std::hypot(a.mean - b.mean, a.standard_deviation - b.standard_deviation);
}

}  // namespace

FittedNormal starting_normal(const RatioFunction& f, const Density& p) {
  std::vector<Graded> list;
  for (FittedNormal normal : candidates(p)) {
    normal.mean += normal.standard_deviation / 4;
    normal.standard_deviation *= 1.25;
    list.push_back({normal, grade_at(f, p, normal.mean, normal.standard_deviation)});
  }
  return std::min_element(list.begin(), list.end())->normal;
}

std::optional<FittedNormal> best_normal(const RatioFunction& f, const Density& p, const FittedNormal& fit) {
  if (!exact_divergence(f, p, normal_density(fit.mean, fit.standard_deviation))) {
    return std::nullopt;
  }
  const auto grade = cv::makePtr<GradeOfNormal>(f, p);
  std::vector<FittedNormal> starts = candidates(p);
  starts.push_back(fit);
  std::vector<Graded> minima;
  for (const FittedNormal& start : starts) {
    minima.push_back(minimum_near(grade, start));
  }
  const Graded best = *std::min_element(minima.begin(), minima.end());
  if (best.grade == kNone) {
    return std::nullopt;
  }
  FittedNormal nearest = best.normal;
  for (const Graded& minimum : minima) {
    const bool as_good = minimum.grade <= best.grade + 1e-7 * std::max(1.0, best.grade);
    if (as_good && distance(minimum.normal, fit) < distance(nearest, fit)) {
      nearest = minimum.normal;
    }
  }
  return nearest;
}

}  // namespace ganwright
