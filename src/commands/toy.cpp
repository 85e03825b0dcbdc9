#include <ATen/Parallel.h>
#include <spdlog/spdlog.h>

#include <cmath>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <system_error>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "losses/text/number.h"
#include "plots/gnuplot.h"
#include "run/loss_options.h"
#include "toy/networks.h"
#include "toy/picture.h"
#include "toy/training.h"

namespace ganwright {
namespace {

const HelpText kToyHelp{
    "ganwright toy [--target DENSITY] [loss options] [options]",
    "Tries a loss on known densities in seconds: trains a small critic (and a generator, unless\n"
    "--critic-only) and compares the estimated D_f with the exact one. A density is a Gaussian mixture\n"
    "\"weight,mean,std;weight,mean,std\" or ring, grid, spiral or two-moons.\n"
    "An affine generator mean + std z starts a quarter of a standard deviation from the moments of the\n"
    "target or of one component, whichever has the smaller divergence. If both densities are known, x is\n"
    "drawn with bounded weights; --plain-sampling shows what a GAN would see.",
    "  ganwright toy --divergence reverse-kl --target \"0.3,-1,0.5;0.7,1.5,0.9\" --out toys/reverse-kl\n"
    "  ganwright toy --critic-only --target 1,0,1 --source 1,1,1.2 --f \"(t-1)^2\" --json\n"
    "  ganwright toy --target ring --divergence js --generator-objective non-saturating --out toys/ring\n"};

struct ToyOptions {
  LossOptions loss;
  std::string target = "0.5,-2,0.7;0.5,2,0.7";
  std::string source;
  std::optional<ToyGeneratorKind> generator;
  ToyCriticKind critic = ToyCriticKind::mlp;
  bool critic_only = false;
  bool plain_sampling = false;
  int64_t steps = 500;
  int64_t batch_size = 512;
  int64_t seed = 0;
  std::string out;
  bool json = false;
  std::string config;
};

OptionTable toy_table(ToyOptions& options) {
  // The generator descends D_f itself, so that its optimum is that of the divergence that is named.
  options.loss.generator_objective = "minimax";
  OptionTable table;
  table.add("target", options.target, "the density p");
  table.add_flag("critic-only", options.critic_only, "hold q fixed, at --source");
  table.add("source", options.source, "the density q, with --critic-only");
  table.add("generator", options.generator, toy_generator_names,
            "generator network; default: affine in 1-D, mlp in 2-D");
  table.add("critic", options.critic, toy_critic_names, "the discriminator's network");
  table.add_flag("plain-sampling", options.plain_sampling, "draw x from p and q, without weights");
  table.add("steps", options.steps, 1, 1'000'000,
            "steps of the generator, or of the critic with --critic-only");
  table.add("batch-size", options.batch_size, 2, 1'000'000, "points a step");
  table.add("seed", options.seed, 0, OptionTable::kAny, "seed of the initial networks and of all draws");
  table.add("out", options.out,
            "FILE.png, FILE.svg, or a directory for toy.png and toy.svg; default: no pictures");
  table.add_flag("json", options.json, "print one JSON object");
  table.begin_section("Loss");
  add_loss_options(table, options.loss);
  table.add_config(options.config);
  return table;
}

ToyProblem problem_of(const ToyOptions& options) {
  ToyProblem problem{.target = read_density(options.target, "--target"),
                     .source = std::nullopt,
                     .generator = options.generator,
                     .critic = options.critic,
                     .plain_sampling = options.plain_sampling,
                     .steps = options.steps,
                     .batch_size = options.batch_size,
                     .seed = options.seed};
  if (options.critic_only != !options.source.empty()) {
    throw UsageError(options.critic_only ? "--critic-only needs the density q; give --source"
                                         : "--source is the q of --critic-only; give both or neither");
  }
  if (options.critic_only && options.generator) {
    throw UsageError("--critic-only trains no generator; leave --generator out");
  }
  if (options.critic_only) {
    problem.source = read_density(options.source, "--source");
    if (problem.source->dimension != problem.target.dimension) {
      throw UsageError(
          "--source and --target differ in dimension; give two 1-D mixtures or two of ring, grid, spiral, "
          "two-moons");
    }
  } else if (options.generator == ToyGeneratorKind::affine && problem.target.dimension != 1) {
    throw UsageError("--generator affine is for 1-D targets; choose mlp, or a mixture as --target");
  }
  return problem;
}

// What is not known is null as well.
nlohmann::ordered_json or_null(const std::optional<double>& value) {
  return value ? number_or_null(*value) : nlohmann::ordered_json(nullptr);
}

nlohmann::ordered_json describe(const Loss& loss, const ToyProblem& problem, const ToyResult& result) {
  nlohmann::ordered_json entry{{"divergence", loss.divergence.name},
                               {"link", loss.link.name},
                               {"generator_objective", loss.generator_objective.name}};
  entry["critic"] = name_of(toy_critic_names, problem.critic);
  entry["steps"] = problem.steps;
  entry["batch_size"] = problem.batch_size;
  entry["seed"] = problem.seed;
  entry["sampling"] = result.sampling;
  entry["evaluation"] = result.evaluation;
  entry["estimate"] = or_null(result.estimate);
  entry["standard_error"] = or_null(result.standard_error);
  const auto& exact = result.exact;
  entry["exact"] = or_null(exact ? std::optional(exact->value()) : std::nullopt);
  entry["exact_is_infinite"] = exact && std::isinf(exact->log) && exact->sign != 0;
  entry["log_exact"] = or_null(exact && exact->sign > 0 ? std::optional(exact->log) : std::nullopt);
  entry["log_ratio_error"] = or_null(result.log_ratio_error);
  if (result.fit) {
    const auto& optimum = result.optimum;
    entry["mean"] = result.fit->mean;
    entry["std"] = result.fit->standard_deviation;
    entry["optimum_mean"] = or_null(optimum ? std::optional(optimum->mean) : std::nullopt);
    entry["optimum_std"] = or_null(optimum ? std::optional(optimum->standard_deviation) : std::nullopt);
    entry["optimum_of"] = loss.generator_objective.effective_text;
  }
  return entry;
}

std::string text_of(const std::optional<double>& value) {
  return value ? number_text(*value) : "unknown";
}

std::string exact_text(const std::optional<SignedLog>& exact) {
  if (!exact) {
    return "unknown";
  }
  return std::isfinite(exact->log) && std::isinf(exact->value())
             ? fmt::format("{}e^{:.7g}, finite and beyond the range of a double", exact->sign < 0 ? "-" : "",
                           exact->log)
             : number_text(exact->value());
}

void print(const Loss& loss, const ToyResult& result) {
  std::cout << "D_f        " << loss.divergence.name << ", link " << loss.link.name << "\n"
            << "estimate   " << text_of(result.estimate)
            << (result.standard_error ? " +- " + number_text(*result.standard_error) : "") << " ("
            << result.evaluation << ")\n"
            << "exact      " << exact_text(result.exact) << "\n"
            << "log ratio  error " << text_of(result.log_ratio_error) << " (root mean square under (p+q)/2)\n"
            << "sampling   " << result.sampling << "\n";
  if (result.fit) {
    std::cout << fmt::format("generator  mean {:.4f}, std {:.4f}\n", result.fit->mean,
                             result.fit->standard_deviation);
  }
  if (result.optimum) {
    std::cout << fmt::format("optimum    mean {:.4f}, std {:.4f} (of {})\n", result.optimum->mean,
                             result.optimum->standard_deviation, loss.generator_objective.effective_text);
  }
}

// The pictures that --out asks for: one file of that name, or both kinds in a directory.
std::vector<std::filesystem::path> prepared_pictures(const std::filesystem::path& out) {
  if (out.empty()) {
    return {};
  }
  const bool is_file = out.extension() == ".png" || out.extension() == ".svg";
  is_file ? prepare_output_file(out) : create_output_folder(out);
  const std::vector<std::filesystem::path> pictures =
      is_file ? std::vector{out} : std::vector{out / "toy.png", out / "toy.svg"};
  check_plot_path(pictures.front());
  return pictures;
}

int run_toy(ToyOptions& options, OptionTable& table, const Arguments& arguments) {
  if (!options.config.empty()) {
    table.parse_file(options.config);
    table.parse_arguments(arguments);
  }
  const ToyProblem problem = problem_of(options);
  const Loss loss = make_loss(options.loss);
  require_nontrivial(loss.divergence);
  warn_of_loss(loss);
  const std::vector<std::filesystem::path> pictures = prepared_pictures(options.out);
  // Networks this small lose more by waiting for a second thread than they gain.
  at::set_num_threads(1);
  const ToyResult result = try_loss(loss, problem, show_progress("toy"));
  if (const int64_t clamped = *loss.objective.clamped; clamped > 0) {
    spdlog::warn("{} values or slopes of the objective overflowed float32 and were clamped", clamped);
  }
  if (!pictures.empty()) {
    const std::string script = toy_script(loss, problem, result);
    for (const std::filesystem::path& picture : pictures) {
      draw_plot(script, picture, toy_picture_size(problem, result));
    }
  }
  if (options.json) {
    std::cout << describe(loss, problem, result).dump(2) << "\n";
  } else {
    print(loss, result);
  }
  return 0;
}

}  // namespace

CommandBody toy_command() {
  return command_body(kToyHelp, toy_table, run_toy);
}

}  // namespace ganwright
