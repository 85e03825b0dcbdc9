#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "losses/analysis/closed_form.h"
#include "losses/analysis/limits.h"
#include "losses/loss.h"

namespace ganwright {

/// The strength of the gradients at one likelihood ratio, in u = log r; for a loss whose outputs do not tell
/// the ratio (a dual pair, a baseline), at one output h.
struct WeightRow {
  double ratio;      ///< r, or nan
  double output;     ///< h
  double real;       ///< r f''(r), the slope of phi
  double fake;       ///< r^2 f''(r), the slope of -psi
  double generator;  ///< the slope of -beta
};

/// Everything that can be said of a loss, as texts and numbers. Formulas that algebra does not find are "".
struct LossSummary {
  std::string name;
  std::string f;
  std::string slope;                    ///< f'
  std::string curvature;                ///< f''
  std::vector<std::string> conjugate;   ///< f*, one part of its domain a line
  std::optional<Limits> limits;         ///< nothing where there is no f
  double curvature_at_one = 0;          ///< f''(1)
  std::vector<std::string> recognized;  ///< such as "2 * squared-hellinger"
  std::string link;
  std::string omega;
  std::string omega_inverse;
  std::string rho;
  std::string phi;
  std::string psi;
  std::vector<WeightRow> weights;
  std::string generator_objective;
  std::string effective;  ///< the divergence that the generator descends
  std::vector<RatioInterval> wrong_way;
  std::vector<std::string> remarks;  ///< the tails in words, a sentence each
};

LossSummary summarize(const Loss& loss);

/// The slope of -beta in u = log r, or, where the outputs do not tell the ratio, in h.
RealFunction generator_weight(const Loss& loss);

/// What the limits of f mean for real modes that are missed, for fakes far off the data, and for the largest
/// value of D_f.
std::vector<std::string> describe_costs(const Limits& limits);

/// Six significant digits; "inf", "-inf", and "unknown" for nan.
std::string shown(double number);

/// The number for a script: JSON has no infinite ones, so these are "inf" and "-inf"; nan is null.
nlohmann::ordered_json shown_json(double number);

}  // namespace ganwright
