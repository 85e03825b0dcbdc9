#include "plots/loss_comparison.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>

#include "errors.h"
#include "losses/analysis/closed_form.h"
#include "losses/divergence/named_loss.h"
#include "losses/objective/log_ratio_form.h"
#include "plots/loss_summary.h"

namespace ganwright {
namespace {

using Table = std::vector<std::vector<std::string>>;

constexpr std::array<double, 3> kRatios = {0.1, 1, 10};

std::string formula_of(const Divergence& divergence) {
  const auto known = with_closed_form(divergence);
  return known ? known->f : "";
}

ComparisonRow row_of(const Divergence& divergence, const LogRatioForm& form, double curvature, double scale) {
  const Limits limits = limits_of(divergence);
  ComparisonRow row{.divergence = divergence,
                    .scale = scale,
                    .curvature_at_one = scale * curvature,
                    .f_at_zero = scale * limits.f_at_zero,
                    .slope_at_infinity = scale * limits.slope_at_infinity,
                    .real_weights = {},
                    .fake_weights = {}};
  for (const double ratio : kRatios) {
    row.real_weights.push_back(scale * form.phi.slope(std::log(ratio)));
    row.fake_weights.push_back(-scale * form.psi.slope(std::log(ratio)));
  }
  return row;
}

Table table_of(const Comparison& comparison) {
  Table table{{"name", "f(t)", "scale", "f''(1)", "f(0)", "f'(inf)"}};
  for (const char* weight : {"r f''", "r^2 f''"}) {
    for (const double ratio : kRatios) {
      table[0].push_back(fmt::format("{}, r = {}", weight, shown(ratio)));
    }
  }
  for (const ComparisonRow& row : comparison.rows) {
    std::vector<std::string> cells{row.divergence.name,  formula_of(row.divergence),
                                   shown(row.scale),     shown(row.curvature_at_one),
                                   shown(row.f_at_zero), shown(row.slope_at_infinity)};
    for (const auto& weights : {row.real_weights, row.fake_weights}) {
      for (const double weight : weights) {
        cells.push_back(shown(weight));
      }
    }
    table.push_back(cells);
  }
  return table;
}

}  // namespace

Comparison compare(const std::vector<std::string>& names, bool normalize_curvature) {
  Comparison comparison;
  for (const std::string& name : names) {
    const Divergence divergence = divergence_by_name(name);
    const LogRatioForm form = log_ratio_form(divergence);
    if (!form.f) {
      comparison.left_out.push_back({name, "no f-divergence"});
      continue;
    }
    const double curvature =
        divergence.curvature.empty() ? form.phi.slope(0.0) : curvature_at_one(divergence);
    if (normalize_curvature && !(curvature > 0 && std::isfinite(curvature))) {
      comparison.left_out.push_back(
          {name, "f''(1) is " + shown(curvature) + ", so it cannot be normalized by it"});
      continue;
    }
    comparison.rows.push_back(row_of(divergence, form, curvature, normalize_curvature ? 1 / curvature : 1));
  }
  if (comparison.rows.empty()) {
    throw UsageError("--compare: nothing is left to compare: " + comparison.left_out[0].name + ": " +
                     comparison.left_out[0].reason + "; name other losses");
  }
  return comparison;
}

std::string to_markdown(const Comparison& comparison) {
  std::string text;
  const Table table = table_of(comparison);
  for (size_t i = 0; i < table.size(); ++i) {
    text += "|";
    for (const std::string& cell : table[i]) {
      text += " " + cell + " |";
    }
    text += "\n";
    if (i == 0) {
      text += "|";
      for (size_t column = 0; column < table[0].size(); ++column) {
        text += column < 2 ? "---|" : "--:|";
      }
      text += "\n";
    }
  }
  return text;
}

std::string to_text(const Comparison& comparison) {
  const Table table = table_of(comparison);
  std::vector<size_t> widths(table[0].size(), 0);
  for (const auto& row : table) {
    for (size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::string text;
  for (const auto& row : table) {
    for (size_t i = 0; i < row.size(); ++i) {
      text += i < 2 ? fmt::format("{:<{}}  ", row[i], widths[i])
                    : fmt::format("{:>{}}{}", row[i], widths[i], i + 1 < row.size() ? "  " : "\n");
    }
  }
  return text;
}

nlohmann::ordered_json to_json(const Comparison& comparison) {
  nlohmann::ordered_json object{{"rows", nlohmann::ordered_json::array()},
                                {"left_out", nlohmann::ordered_json::array()}};
  for (const ComparisonRow& row : comparison.rows) {
    nlohmann::ordered_json entry{{"name", row.divergence.name},
                                 {"f", formula_of(row.divergence)},
                                 {"scale", row.scale},
                                 {"curvature_at_one", shown_json(row.curvature_at_one)},
                                 {"f(0)", shown_json(row.f_at_zero)},
                                 {"f'(inf)", shown_json(row.slope_at_infinity)},
                                 {"weights", nlohmann::ordered_json::array()}};
    for (size_t i = 0; i < kRatios.size(); ++i) {
      entry["weights"].push_back({{"ratio", kRatios[i]},
                                  {"real", shown_json(row.real_weights[i])},
                                  {"fake", shown_json(row.fake_weights[i])}});
    }
    object["rows"].push_back(entry);
  }
  for (const LeftOut& row : comparison.left_out) {
    object["left_out"].push_back({{"name", row.name}, {"reason", row.reason}});
  }
  return object;
}

}  // namespace ganwright
