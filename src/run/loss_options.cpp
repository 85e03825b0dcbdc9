#include "run/loss_options.h"

#include <spdlog/fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "errors.h"
#include "losses/analysis/convexity.h"
#include "losses/divergence/named_loss.h"

namespace ganwright {
namespace {

std::vector<std::string> link_names() {
  std::vector<std::string> names;
  for (const LinkRow& row : link_table()) {
    names.push_back(row.name);
  }
  return names;
}

void add_written_divergence(OptionTable& table, LossOptions& options) {
  // Commands say more of an f that is not convex than that it is refused.
  options.require_convex = false;
  table.add("f", options.f,
            "a custom convex f(t) with f(1) = 0, e.g. \"t*log(t) - t + 1\"; replaces --divergence");
  table.add_list("param", options.parameters, "value of a parameter in a formula, e.g. a=0.3; repeatable");
  table.add_flag("shift", options.shift, "replace f by f - f(1)");
  table.add("omega", options.omega, "a likelihood-ratio design's link omega(t)");
  table.add("omega-inverse", options.omega_inverse, "its inverse, in v");
  table.add("rho", options.rho, "its positive rho(v): phi' = rho, psi' = -omega^-1 rho");
}

void warn_unless_convex(const Divergence& divergence) {
  if (divergence.plain) {
    return;
  }
  const ConvexityCertificate certificate = certify_convexity(divergence);
  // Of a design the certificate gives up sooner, also on some that are right for every exponent.
  const bool is_doubted = divergence.design
                              ? certificate.verdict == Verdict::refuted
                              : certificate.verdict != Verdict::proved || !certificate.covers_everything();
  if (is_doubted) {
    spdlog::warn("{}: {}", divergence.name, certificate.headline);
  }
}

}  // namespace

void add_loss_options(OptionTable& table, LossOptions& options) {
  table.add("divergence", options.divergence, "NAME or NAME:PARAMETER, see `ganwright losses`");
  add_written_divergence(table, options);
  add_objective_options(table, options);
  table.suggest("divergence", loss_names());
  table.exclude({{"divergence"}, {"f"}, {"omega", "omega-inverse", "rho"}});
  table.add_flag("normalize-curvature", options.normalize_curvature, "divide f by f''(1)");
}

void add_objective_options(OptionTable& table, LossOptions& options) {
  table.add("link", options.link,
            fmt::format("{}, or omega(t); default: the natural one, log for a smooth f",
                        fmt::join(link_names(), ", ")));
  table.suggest("link", link_names());
  table.add("generator-objective", options.generator_objective,
            "minimax (E_q[psi]), non-saturating (-E_q[phi]) or a divergence that the generator follows");
  std::vector<std::string> followed = loss_names();
  followed.insert(followed.begin(), {"minimax", "non-saturating"});
  table.suggest("generator-objective", followed);
  table.add("generator-f", options.generator_f, "a custom divergence g(t) that the generator follows");
  table.add("beta", options.beta, "an explicit beta(v): the generator minimizes E_q[beta]");
  table.exclude({{"generator-objective"}, {"generator-f"}, {"beta"}});
}

void log_loss(const Loss& loss, bool in_pairs) {
  spdlog::info("loss: {}, link {}: {}", loss.divergence.name, loss.link.name, loss.link.note);
  const GeneratorObjective& generator = loss.generator_objective;
  spdlog::info("generator: {}; effective generator divergence: {}", generator.name,
               in_pairs ? "not defined for relativistic pairing" : generator.effective_text);
  warn_of_loss(loss);
}

void warn_of_loss(const Loss& loss) {
  for (const RatioInterval& interval : loss.generator_objective.wrong_way) {
    spdlog::warn("generator: gradient points away from the data for likelihood ratios in ({:.4g}, {:.4g})",
                 interval.low, interval.high);
  }
  if (is_flat_at_zero(loss.objective)) {
    spdlog::warn(
        "{}: f''(1) is 0, so that outputs of 0 have no gradient and learning slows down where q is near p",
        loss.divergence.name);
  }
  warn_unless_convex(loss.divergence);
}

void add_named_divergence_options(OptionTable& table, LossOptions& options) {
  options.divergence = "";
  table.add_optional_positional("NAME", options.divergence,
                                "a divergence, design or baseline, e.g. alpha:0.5");
  table.suggest("NAME", loss_names());
  add_written_divergence(table, options);
}

void check_one_divergence(const LossOptions& options) {
  if (options.divergence.empty() == !is_written(options)) {
    throw UsageError(
        options.divergence.empty()
            ? "no divergence is given: give a NAME, --f or a design; `ganwright losses` lists names"
            : "both NAME " + options.divergence + " and a written divergence are given; give one");
  }
}

std::vector<std::string> whole_names(const std::vector<std::string>& parts) {
  std::vector<std::string> names;
  for (const std::string& part : parts) {
    if (!names.empty() && part.find_first_of("0123456789+-.") == 0) {
      names.back() += "," + part;
    } else {
      names.push_back(part);
    }
  }
  return names;
}

}  // namespace ganwright
