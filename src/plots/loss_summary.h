#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "losses/analysis/closed_form.h"
#include "losses/analysis/limits.h"
#include "losses/objective/make_loss.h"

namespace ganwright {

/// The strength of the gradients at one likelihood ratio, in u = log r; for a loss whose outputs do not
/// determine the ratio (a dual pair, a baseline), at one output h.
struct WeightRow {
  double ratio;      ///< r, or nan where outputs do not determine it
  double output;     ///< h
  double real;       ///< r f''(r), the slope of phi
  double fake;       ///< r^2 f''(r), the slope of -psi
  double generator;  ///< the slope of -beta
};

/// Everything that is known of a loss, as texts and numbers. Formulas that algebra does not find are "".
struct LossSummary {
  std::string name;                      ///< of the divergence
  std::string f;                         ///< f(t)
  std::string slope;                     ///< f'
  std::string curvature;                 ///< f''
  std::vector<std::string> conjugate;    ///< f*, one part of its domain a line
  std::optional<Limits> limits;          ///< missing if there is no f
  double curvature_at_one = 0;           ///< f''(1)
  std::vector<std::string> recognized;   ///< such as "2 * squared-hellinger"
  std::string link;                      ///< its name and range
  std::string omega;                     ///< in t
  std::string omega_inverse;             ///< in v
  std::string rho;                       ///< in v
  std::string phi;                       ///< in v
  std::string psi;                       ///< in v
  std::vector<WeightRow> weights;        ///< at several ratios or outputs
  std::string generator_objective;       ///< its name
  std::string effective;                 ///< the divergence that the generator descends
  std::vector<RatioInterval> wrong_way;  ///< where the generator is pushed away from the data
  std::vector<std::string> remarks;      ///< the tails in words, a sentence each
};

/// Collects what is known of a loss.
LossSummary summarize(const Loss& loss);

/// The slope of -beta in u = log r, or, where the outputs do not determine the ratio, in h.
RealFunction generator_weight(const Loss& loss);

/// What the limits of f mean for real modes that are missed, for fakes far off the data, and for the largest
/// value of D_f.
std::vector<std::string> describe_costs(const Limits& limits);

/// A number with six significant digits; "inf", "-inf", and "unknown" for nan.
std::string shown(double number);

/// A number in JSON, which has no infinite ones: these are "inf" and "-inf"; nan is null.
nlohmann::ordered_json shown_json(double number);

}  // namespace ganwright
