#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/output.h"
#include "commands/command.h"
#include "errors.h"
#include "losses/analysis/closed_form.h"
#include "losses/divergence/design.h"
#include "losses/divergence/divergence.h"
#include "losses/divergence/named_loss.h"
#include "plots/gnuplot.h"
#include "plots/loss_comparison.h"
#include "plots/loss_plot.h"
#include "plots/loss_summary.h"
#include "run/loss_options.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

const HelpText kLossesHelp{
    "ganwright losses [--kind KIND] [--filter TEXT] [--compare NAME,NAME,...] [options]",
    "Lists the named losses, or compares several.",
    "  ganwright losses --kind design\n"
    "  ganwright losses --filter hellinger --json\n"
    "  ganwright losses --compare kl,reverse-kl,gan --normalize-curvature --markdown --out compared.svg\n"};

enum class Kind { divergence, design, baseline, all };

constexpr Choices<Kind, 4> kind_names{{{"divergence", Kind::divergence},
                                       {"design", Kind::design},
                                       {"baseline", Kind::baseline},
                                       {"all", Kind::all}}};

/// One line of the list.
struct Entry {
  Kind kind;
  std::string name;
  std::string shown_name;
  std::string formula;
  std::string note;
  Json object;
};

Entry entry_of(const DivergenceRow& row) {
  Json object{{"name", row.name}, {"f", row.f}, {"kind", row.dual_pair ? "dual-pair" : "smooth"}};
  std::string note = row.note;
  if (row.parameter) {
    object["parameter"] = {{"symbol", row.parameter->symbol},
                           {"default", row.parameter->default_value},
                           {"range", row.parameter->text()}};
    note += fmt::format(" ({}, default {})", row.parameter->text(), row.parameter->default_value);
  }
  const double curvature = curvature_at_one(named_divergence(row.name));
  object["curvature_at_one"] = number_or_null(curvature);
  object["note"] = row.note;
  return {Kind::divergence,
          row.name,
          row.parameter ? row.name + ":" + row.parameter->symbol : row.name,
          row.f,
          note,
          object};
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ","));
}

// The closed form of a design is that of its default parameters.
Entry entry_of(const DesignRow& row) {
  const auto known = with_closed_form(named_design(row.name));
  Json object{{"name", row.name},   {"f", known ? known->f : ""},         {"kind", "design"},
              {"omega", row.omega}, {"omega_inverse", row.omega_inverse}, {"rho", row.rho}};
  std::string note = row.note;
  if (!row.symbols.empty()) {
    object["parameters"] = {{"symbols", row.symbols}, {"defaults", row.defaults}};
    note += fmt::format(" (default {})", joined(row.defaults));
  }
  object["note"] = row.note;
  return {Kind::design,
          row.name,
          row.symbols.empty() ? row.name : row.name + ":" + joined(row.symbols),
          "omega = " + row.omega + ", rho = " + row.rho,
          note,
          object};
}

Entry entry_of(const BaselineRow& row) {
  return {Kind::baseline, row.name,
          row.name,       row.f,
          row.note,       {{"name", row.name}, {"f", row.f}, {"kind", "baseline"}, {"note", row.note}}};
}

std::vector<Entry> list_of(Kind kind, const std::string& filter) {
  std::vector<Entry> entries;
  const auto append = [&](const auto& table, Kind own_kind) {
    if (kind != Kind::all && kind != own_kind) {
      return;
    }
    for (const auto& row : table) {
      const bool is_asked_for =
          row.name.find(filter) != std::string::npos || row.note.find(filter) != std::string::npos;
      if (is_asked_for) {
        entries.push_back(entry_of(row));
      }
    }
  };
  append(divergence_table(), Kind::divergence);
  append(design_table(), Kind::design);
  append(baseline_table(), Kind::baseline);
  if (entries.empty()) {
    throw UsageError("--filter " + filter + ": no name or note contains it; leave --filter out to see all");
  }
  return entries;
}

std::string headline_of(Kind kind) {
  return kind == Kind::divergence
             ? "Divergences: D_f(p||q) = E_q[f(t)], t = p/q; p: data, q: generator. A parameter "
               "follows a colon: alpha:0.5"
         : kind == Kind::design
             ? "Likelihood-ratio designs: phi' = rho(v), psi' = -omega^-1(v) rho(v). Parameters follow "
               "a colon: sigmoid:1,-1,0"
             : "Baselines, trained as they are";
}

void print_list(const std::vector<Entry>& entries) {
  size_t name_width = 0;
  size_t formula_width = 0;
  for (const Entry& entry : entries) {
    name_width = std::max(name_width, entry.shown_name.size());
    formula_width = std::max(formula_width, entry.formula.size());
  }
  std::optional<Kind> kind;
  for (const Entry& entry : entries) {
    if (entry.kind != kind) {
      std::cout << (kind ? "\n" : "") << headline_of(entry.kind) << "\n\n";
      kind = entry.kind;
    }
    std::cout << fmt::format("{:<{}}  {:<{}}  {}\n", entry.shown_name, name_width, entry.formula,
                             formula_width, entry.note);
  }
}

void print_comparison(const Comparison& comparison, bool json, bool markdown) {
  if (json) {
    std::cout << to_json(comparison).dump(2) << "\n";
    return;
  }
  std::cout << (markdown ? to_markdown(comparison) : to_text(comparison));
  for (const LeftOut& row : comparison.left_out) {
    std::cout << (markdown ? "\n" : "") << "left out: " << row.name << ": " << row.reason << "\n";
  }
}

void run_comparison(const std::vector<std::string>& names, bool normalize, bool json, bool markdown,
                    const std::string& out) {
  if (!out.empty()) {
    check_plot_path(out);
  }
  const Comparison comparison = compare(names, normalize);
  if (!out.empty()) {
    std::vector<Divergence> divergences;
    std::vector<double> scales;
    for (const ComparisonRow& row : comparison.rows) {
      divergences.push_back(row.divergence);
      scales.push_back(row.scale);
    }
    draw_comparison(divergences, scales, out);
  }
  print_comparison(comparison, json, markdown);
}

struct LossesOptions {
  Kind kind = Kind::all;
  std::string filter;
  std::vector<std::string> names;
  bool normalize = false;
  bool markdown = false;
  bool json = false;
  std::string out;
};

OptionTable losses_table(LossesOptions& options) {
  OptionTable table;
  table.add("kind", options.kind, kind_names, "what to list");
  table.add("filter", options.filter, "list only losses whose name or note contains this text");
  table.add_list("compare", options.names, "losses to compare");
  table.suggest("compare", loss_names());
  table.add_flag("normalize-curvature", options.normalize, "compare f / f''(1)");
  table.add_flag("markdown", options.markdown, "print the comparison as a Markdown table");
  table.add_flag("json", options.json, "print JSON instead of a table");
  table.add("out", options.out, "a .png or .svg file for a plot of the comparison");
  return table;
}

int run_losses(const LossesOptions& options) {
  if (options.json && options.markdown) {
    throw UsageError("--json and --markdown are mutually exclusive; give one of them");
  }
  if (!options.names.empty()) {
    if (options.kind != Kind::all || !options.filter.empty()) {
      throw UsageError("--kind and --filter apply to the list; drop them with --compare");
    }
    run_comparison(whole_names(options.names), options.normalize, options.json, options.markdown,
                   options.out);
    return 0;
  }
  if (options.markdown || options.normalize || !options.out.empty()) {
    throw UsageError(
        "--markdown, --normalize-curvature and --out belong to --compare; give the names to compare");
  }
  const std::vector<Entry> entries = list_of(options.kind, options.filter);
  if (!options.json) {
    print_list(entries);
    return 0;
  }
  Json list = Json::array();
  for (const Entry& entry : entries) {
    list.push_back(entry.object);
  }
  std::cout << list.dump(2) << "\n";
  return 0;
}

}  // namespace

CommandBody losses_command() {
  return command_body(kLossesHelp, losses_table, run_losses);
}

}  // namespace ganwright
