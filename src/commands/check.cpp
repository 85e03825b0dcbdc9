#include <spdlog/fmt/fmt.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/output.h"
#include "commands/command.h"
#include "losses/analysis/convexity.h"
#include "losses/analysis/variational.h"
#include "losses/divergence/recognition.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/stable_form.h"
#include "losses/text/number.h"
#include "run/loss_options.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

const HelpText kCheckHelp{
    "ganwright check NAME | --f EXPR [options]",
    "Proves or refutes, by interval arithmetic, that f is convex on t > 0 with f(1) = 0 and that its\n"
    "training objective has D_f as its maximum. No sampling: a proof covers every t, a refutation names\n"
    "a point.\n"
    "Exit code: 0 proved, 3 refuted, 4 undecided, 5 proved on a bounded range of t only, 2 wrong usage.",
    "  ganwright check alpha:0.5\n"
    "  ganwright check --f \"t*log(t) - t + 1\"\n"
    "  ganwright check --f \"(t^a - 1 - a*(t-1))/(a*(a-1))\" --param a=0.3 --json\n"};

struct Check {
  Divergence divergence;
  std::vector<std::string> curvature;  ///< f'' on each piece
  ConvexityCertificate convexity;
  VariationalCertificate variational;
  std::vector<Recognized> known;  ///< divergences that it equals up to scale and c (t - 1)
  bool is_trivial;                ///< whether it is a multiple of t - 1

  /// Of all that is asked: a refutation of any part refutes the whole.
  [[nodiscard]] Verdict verdict() const {
    const bool is_refuted = convexity.verdict == Verdict::refuted || variational.verdict == Verdict::refuted;
    const bool is_proved = convexity.verdict == Verdict::proved && variational.verdict == Verdict::proved;
    return is_refuted ? Verdict::refuted : is_proved ? Verdict::proved : Verdict::undecided;
  }

  /// Whether the proof leaves out a tail, as on [1e-08, 1e+08].
  [[nodiscard]] bool is_proved_in_part() const {
    return verdict() == Verdict::proved && !convexity.covers_everything();
  }
};

// A written f is taken as it is, whatever f(1): that is part of what is checked.
Divergence divergence_to_check(const LossOptions& options) {
  if (options.f.empty() || options.shift || is_written_design(options)) {
    return divergence_of(options);
  }
  return divergence_to_certify(options.f, parameters_of(options));
}

std::vector<std::string> curvature_of(const std::vector<SmoothPiece>& pieces) {
  std::vector<std::string> texts;
  for (size_t i = 0; i < pieces.size(); ++i) {
    const std::string text = to_text(pieces[i].expression);
    const std::string end = i + 1 < pieces.size() ? pieces[i + 1].start.text() : "inf";
    texts.push_back(pieces.size() == 1 ? text : text + " on (" + pieces[i].start.text() + ", " + end + ")");
  }
  return texts;
}

Check check(const Divergence& divergence, double log_range) {
  const ConvexityCertificate convexity = certify_convexity(divergence, {log_range});
  const VariationalCertificate not_asked{Verdict::undecided, {"not asked for: there is no divergence"}};
  return {divergence,
          curvature_of(divergence.curvature),
          convexity,
          convexity.convexity == Verdict::refuted && !divergence.design
              ? not_asked
              : certify_variational_form(divergence),
          convexity.convexity == Verdict::refuted ? std::vector<Recognized>{} : recognize(divergence),
          convexity.convexity != Verdict::refuted && is_trivial(divergence)};
}

Json to_json(const Check& check) {
  const ConvexityCertificate& found = check.convexity;
  Json object{{"name", check.divergence.name},
              {"f", check.divergence.f},
              {"verdict", check.is_proved_in_part() ? "proved in part" : verdict_name(check.verdict())},
              {"headline", found.headline},
              {"convexity", verdict_name(found.convexity)}};
  object["covers"] = nullptr;
  if (found.convexity == Verdict::proved) {
    object["covers"] = {{"from", found.covered_from},
                        {"to", number_or_null(found.covered_to)},
                        {"everything", found.covers_everything()}};
  }
  object["counterexample"] = nullptr;
  if (found.counterexample) {
    object["counterexample"] = {{"t", exact_text(found.counterexample->t)},
                                {"bound", number_or_null(found.counterexample->bound)},
                                {"statement", found.counterexample->statement}};
  }
  object["undecided"] = Json::array();
  for (const UnprovedPart& part : found.undecided) {
    object["undecided"].push_back(
        {{"from", part.lower}, {"to", number_or_null(part.upper)}, {"reason", part.reason}});
  }
  object["f_at_one"] = number_or_null(found.f_at_one);
  object["zero_at_one"] = verdict_name(found.zero_at_one);
  object["curvature"] = check.curvature;
  object["kinks"] = found.kinks;
  object["variational"] = {{"verdict", verdict_name(check.variational.verdict)},
                           {"lines", check.variational.lines}};
  object["trivial"] = check.is_trivial;
  object["known_as"] = Json::array();
  for (const Recognized& known : check.known) {
    object["known_as"].push_back({{"name", known.name}, {"scale", to_text(known.scale)}});
  }
  object["boxes"] = found.boxes;
  object["depth"] = found.depth;
  return object;
}

void print(const Check& check) {
  const ConvexityCertificate& found = check.convexity;
  std::cout << found.headline << "\n\n";
  if (check.divergence.design) {
    print_lines("omega^-1(v)", {to_text(check.divergence.design->omega_inverse)});
    print_lines("rho(v)", {to_text(check.divergence.design->rho)});
  } else {
    print_lines("f(t)", {check.divergence.f});
  }
  print_lines("f''(t)", check.curvature);
  print_lines("f(1)",
              {number_text(found.f_at_one) + " (f(1) = 0 is " + verdict_name(found.zero_at_one) + ")"});
  print_lines("kinks", found.kinks);
  std::vector<std::string> known;
  for (const Recognized& one : check.known) {
    known.push_back(one.text() + ", up to c (t - 1)");
  }
  if (check.is_trivial) {
    known = {"a multiple of t - 1: D_f is 0 whatever p and q are"};
  }
  print_lines("is", known);
  print_lines("objective", check.variational.lines);
  print_lines("boxes", {fmt::format("{}, the smallest one halved {} times", found.boxes, found.depth)});
}

int exit_code_of(const Check& check) {
  constexpr int kProvedInPart = 5;
  switch (check.verdict()) {
    case Verdict::proved:
      return check.is_proved_in_part() ? kProvedInPart : 0;
    case Verdict::refuted:
      return 3;
    case Verdict::undecided:
      break;
  }
  return 4;
}

struct CheckOptions {
  LossOptions loss;
  double log_range = ConvexityOptions{}.log_range;
  bool json = false;
};

OptionTable check_table(CheckOptions& options) {
  OptionTable table;
  add_named_divergence_options(table, options.loss);
  table.add("range", options.log_range, 1, 80,
            "L: subdivide t in [e^-L, e^L]; treat each tail as one interval");
  table.add_flag("json", options.json, "print one JSON object");
  return table;
}

int run_check(const CheckOptions& options) {
  check_one_divergence(options.loss);
  const Check result = run_algebra(options.loss.f.empty() ? options.loss.divergence : options.loss.f, [&] {
    return check(divergence_to_check(options.loss), options.log_range);
  });
  if (options.json) {
    std::cout << to_json(result).dump(2) << "\n";
  } else {
    print(result);
  }
  return exit_code_of(result);
}

}  // namespace

CommandBody check_command() {
  return command_body(kCheckHelp, check_table, run_check);
}

}  // namespace ganwright
