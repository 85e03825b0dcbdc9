#include "losses/divergence/named_loss.h"

#include <algorithm>

#include "losses/divergence/design.h"
#include "losses/formula/parser.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"
#include "losses/text/nearest_name.h"

namespace ganwright {
namespace {

// min(sign h, 1).
ScalarFunction hinged(double sign) {
  return {RealFunction([sign](double h) { return SignedLog::from_value(std::min(sign * h, 1.0)); }),
          RealFunction([sign](double h) { return SignedLog::from_value(sign * h < 1 ? sign : 0.0); })};
}

ScalarFunction linear(double sign) {
  return {RealFunction([sign](double h) { return SignedLog::from_value(sign * h); }),
          RealFunction([sign](double) { return SignedLog::from_value(sign); })};
}

Divergence baseline(const BaselineRow& row) {
  const bool is_hinge = row.name == "hinge";
  Divergence divergence{.name = row.name, .f = row.f, .pieces = {}};
  divergence.plain = is_hinge ? PlainLoss{hinged(1), hinged(-1)} : PlainLoss{linear(1), linear(-1)};
  if (is_hinge) {
    divergence.pieces = split_at_kinks(parse_expression(row.f));
    for (const SmoothPiece& piece : divergence.pieces) {
      divergence.curvature.push_back({piece.start, 0});
    }
  }
  return divergence;
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

const std::vector<BaselineRow>& baseline_table() {
  static const std::vector<BaselineRow> table = {
      {"hinge", "abs(t-1)", "phi = min(h, 1), psi = min(-h, 1): twice total-variation"},
      {"wasserstein", "", "phi = h, psi = -h: no f-divergence; it needs a gradient penalty"},
  };
  return table;
}

std::vector<std::string> loss_names() {
  std::vector<std::string> names = divergence_names();
  for (const std::string& name : design_names()) {
    names.push_back(name);
  }
  for (const BaselineRow& row : baseline_table()) {
    names.push_back(row.name);
  }
  return names;
}

Divergence divergence_by_name(std::string_view name) {
  const std::string base(name.substr(0, name.find(':')));
  if (contains(divergence_names(), base)) {
    return named_divergence(name);
  }
  if (contains(design_names(), base)) {
    return named_design(name);
  }
  for (const BaselineRow& row : baseline_table()) {
    if (row.name == name) {
      return baseline(row);
    }
    if (row.name == base) {
      throw LossError(base + " takes no parameter; write '" + base + "'");
    }
  }
  throw LossError("unknown divergence '" + base + "'" + did_you_mean(base, loss_names()), Remedy::name);
}

}  // namespace ganwright
