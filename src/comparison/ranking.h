#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ganwright {

/// The metrics of a comparison, as `evaluate` names them. The losses are ranked by the first; the smaller,
/// the better.
inline constexpr std::array kComparedMetrics = {"frechet_distance", "kernel_distance", "sliced_wasserstein",
                                                "precision",        "recall",          "density",
                                                "coverage"};

/// What became of one run.
struct CellResult {
  std::string loss;
  int64_t seed;
  nlohmann::ordered_json evaluation;  ///< null for one that failed
  std::string failure;
  double rate_scale = 1;  ///< what rollbacks have left of the learning rate
};

/// Mean and sample deviation over seeds; nan if there is no number, or, for the deviation, only one.
struct Spread {
  double mean;
  double deviation;
};

/// The mean and sample deviation of the values that are not nan.
Spread spread_of(const std::vector<double>& values);

/// A loss with its metrics over all seeds.
struct RankedLoss {
  std::string loss;
  int64_t runs;                 ///< that were evaluated
  std::vector<Spread> metrics;  ///< in the order of kComparedMetrics
};

/// The losses of which a run was evaluated, the best first; equal ones, and those without a number at the
/// end, in the order of the results.
std::vector<RankedLoss> ranked(const std::vector<CellResult>& results);

/// A row a run: loss, seed, metrics; empty where a run failed. As RFC 4180 has it.
std::string to_csv(const std::vector<CellResult>& results);

/// A row a loss: rank, loss, metrics as mean ± deviation over the seeds, runs.
std::string to_markdown(const std::vector<RankedLoss>& losses);

}  // namespace ganwright
