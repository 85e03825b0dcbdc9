#include <spdlog/fmt/fmt.h>

#include <cctype>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "commands/command.h"
#include "errors.h"
#include "plots/gnuplot.h"
#include "plots/loss_plot.h"
#include "plots/loss_summary.h"
#include "run/loss_options.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

const HelpText kShowHelp{
    "ganwright show NAME | --f EXPR [options]",
    "Describes a loss: f, its derivatives, conjugate and limits, the objective under a link, the\n"
    "gradient weights, what the generator minimizes, and what the tails mean; as text, JSON and a plot.",
    "  ganwright show gan\n"
    "  ganwright show --f \"t*log(t) - t + 1\" --link dual --out kl.svg\n"
    "  ganwright show alpha:0.3 --generator-objective minimax --json\n"};

Json limits_json(const Limits& limits) {
  return {{"f(0)", shown_json(limits.f_at_zero)},
          {"f'(0)", shown_json(limits.slope_at_zero)},
          {"f'(1)", shown_json(limits.slope_at_one)},
          {"f'(inf)", shown_json(limits.slope_at_infinity)},
          {"largest_value", shown_json(limits.largest_value())},
          {"missed_cost", shown_json(limits.missed_cost())},
          {"stray_cost", shown_json(limits.stray_cost())}};
}

Json to_json(const LossSummary& summary) {
  Json object{
      {"name", summary.name}, {"f", summary.f}, {"slope", summary.slope}, {"curvature", summary.curvature}};
  object["conjugate"] = summary.conjugate;
  object["limits"] = summary.limits ? limits_json(*summary.limits) : Json(nullptr);
  object["curvature_at_one"] = shown_json(summary.curvature_at_one);
  object["recognized"] = summary.recognized;
  object["link"] = summary.link;
  object["omega"] = summary.omega;
  object["omega_inverse"] = summary.omega_inverse;
  object["rho"] = summary.rho;
  object["phi"] = summary.phi;
  object["psi"] = summary.psi;
  object["weights"] = Json::array();
  for (const WeightRow& row : summary.weights) {
    object["weights"].push_back({{"ratio", shown_json(row.ratio)},
                                 {"output", shown_json(row.output)},
                                 {"real", shown_json(row.real)},
                                 {"fake", shown_json(row.fake)},
                                 {"generator", shown_json(row.generator)}});
  }
  object["generator_objective"] = summary.generator_objective;
  object["effective"] = summary.effective;
  object["wrong_way"] = Json::array();
  for (const RatioInterval& interval : summary.wrong_way) {
    object["wrong_way"].push_back({shown_json(interval.low), shown_json(interval.high)});
  }
  object["remarks"] = summary.remarks;
  return object;
}

void print_weights(const LossSummary& summary) {
  const bool tells_ratio = !std::isnan(summary.weights[0].ratio);
  std::cout << fmt::format("\nGradient weights {}\n{:>10}  {:>12}  {:>12}  {:>12}\n",
                           tells_ratio ? "in u = log r" : "in the output h", tells_ratio ? "r" : "h",
                           tells_ratio ? "r f''" : "phi'", tells_ratio ? "r^2 f''" : "-psi'", "-beta'");
  for (const WeightRow& row : summary.weights) {
    std::cout << fmt::format("{:>10}  {:>12}  {:>12}  {:>12}\n", shown(tells_ratio ? row.ratio : row.output),
                             shown(row.real), shown(row.fake), shown(row.generator));
  }
}

void print_summary(const LossSummary& summary) {
  print_line("name", summary.name);
  print_line("f(t)",
             summary.f.empty() && summary.limits ? "no closed form is known; f(1) = f'(1) = 0" : summary.f);
  print_line("f'(t)", summary.slope);
  print_line("f''(t)", summary.curvature);
  print_lines("f*(v)", summary.conjugate);
  if (summary.limits) {
    const Limits& limits = *summary.limits;
    print_line("limits",
               fmt::format("f(0) = {}, f'(0) = {}, f'(1) = {}, f'(inf) = {}, f''(1) = {}",
                           shown(limits.f_at_zero), shown(limits.slope_at_zero), shown(limits.slope_at_one),
                           shown(limits.slope_at_infinity), shown(summary.curvature_at_one)));
  }
  for (const std::string& name : summary.recognized) {
    print_line("is", name + " up to c (t - 1)");
  }
  std::cout << "\n";
  print_line("link", summary.link);
  print_line("omega(t)", summary.omega);
  print_line("omega^-1(v)", summary.omega_inverse);
  print_line("rho(v)", summary.rho);
  print_line("phi(v)", summary.phi);
  print_line("psi(v)", summary.psi);
  const std::string effective = !summary.wrong_way.empty()  ? "no divergence (" + summary.effective + ")"
                                : summary.effective.empty() ? "no divergence"
                                                            : summary.effective;
  print_line("generator", summary.generator_objective + "; it descends " + effective);
  for (const RatioInterval& interval : summary.wrong_way) {
    print_line("wrong way", fmt::format("beta rises with r, away from the data, for {} < r < {}",
                                        shown(interval.low), shown(interval.high)));
  }
  print_weights(summary);
  if (!summary.remarks.empty()) {
    std::cout << "\n";
  }
  for (const std::string& sentence : summary.remarks) {
    std::cout << "- " << sentence << "\n";
  }
}

std::string file_stem(const std::string& name) {
  constexpr size_t kLongest = 60;
  std::string stem;
  for (const char c : name.substr(0, kLongest)) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.';
    stem += is_plain ? c : '_';
  }
  return stem;
}

// The file itself, or a .png and an .svg in a folder.
std::vector<std::filesystem::path> plot_files(const std::filesystem::path& out, const std::string& name) {
  if (out.empty()) {
    return {};
  }
  if (out.has_extension() && !std::filesystem::is_directory(out)) {
    prepare_output_file(out);
    return {out};
  }
  create_output_folder(out);
  const std::string stem = file_stem(name);
  return {out / (stem + ".png"), out / (stem + ".svg")};
}

struct ShowOptions {
  LossOptions loss;
  std::string out;
  bool json = false;
};

OptionTable show_table(ShowOptions& options) {
  OptionTable table;
  add_named_divergence_options(table, options.loss);
  add_objective_options(table, options.loss);
  table.add("out", options.out, "a .png or .svg file for the plot, or a folder for both");
  table.add_flag("json", options.json, "print one JSON object instead of text");
  return table;
}

int run_show(const ShowOptions& options) {
  check_one_divergence(options.loss);
  const Loss loss = make_loss(options.loss);
  const std::vector<std::filesystem::path> files = plot_files(options.out, loss.divergence.name);
  for (const std::filesystem::path& file : files) {
    check_plot_path(file);
  }
  for (const std::filesystem::path& file : files) {
    draw_loss(loss, file);
  }
  const LossSummary summary = summarize(loss);
  if (options.json) {
    std::cout << to_json(summary).dump(2) << "\n";
    return 0;
  }
  print_summary(summary);
  for (const std::filesystem::path& file : files) {
    std::cout << "\nplot: " << file.string();
  }
  std::cout << (files.empty() ? "" : "\n");
  return 0;
}

}  // namespace

CommandBody show_command() {
  return command_body(kShowHelp, show_table, run_show);
}

}  // namespace ganwright
