#include "losses/objective/f_gan_link.h"

#include <map>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"
#include "losses/objective/dual_link.h"
#include "losses/objective/link_parts.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {

using GiNaC::ex;
using GiNaC::numeric;

Link f_gan_link(const Divergence& divergence) {
  const std::string name = "f-gan";
  const std::string base = divergence.name.substr(0, divergence.name.find(':'));
  const auto& t = variable_t();
  // The multiples of h that log r becomes under -exp(-v), 1 - exp(-v) and log 2 - log(1 + exp(-v)).
  static const std::map<std::string, double> multiples = {
      {"reverse-kl", 1}, {"squared-hellinger", 2}, {"neyman-chi2", 0.5}, {"js", 1}, {"gan", 1}};
  if (const auto found = multiples.find(base); found != multiples.end()) {
    const double multiple = found->second;
    const ScalarFunction log_ratio{
        RealFunction([multiple](double h) { return SignedLog::from_value(multiple * h); }),
        constant(multiple)};
    return {.name = name,
            .note = "the paper's activation g_f, under which log r is a multiple of h",
            .output = composed(log_ratio_form(divergence).phi, log_ratio),
            .log_ratio = log_ratio};
  }
  if (base == "kl" || base == "jeffreys" || base == "pearson-chi2") {
    return dual_link(name, divergence);
  }
  const auto parameter = [&] { return parse_number(divergence.name.substr(divergence.name.find(':') + 1)); };
  const auto from_ratio = [&](const ex& ratio) {
    const LogRatioForm form = log_ratio_form(divergence);
    const ScalarFunction log_ratio = log_of_output(ratio, /*falls_in_t=*/true);
    const Link link{.name = name,
                    .note = "the paper's activation g_f maps onto Omega = " + range_of(form.phi.value).text(),
                    .output = composed(form.phi, log_ratio),
                    .log_ratio = log_ratio};
    require_rising(link);
    return link;
  };
  if (base == "weighted-js") {
    const numeric weight = parameter();
    const ex posterior = GiNaC::pow(1 + t, -1 / weight);
    return from_ratio(posterior / (1 - posterior) * (1 - weight) / weight);
  }
  if (base == "alpha" && parameter() > 0 && parameter() < 1) {
    const numeric rest = 1 - parameter();
    return from_ratio(GiNaC::pow(rest * GiNaC::log(1 + t), -1 / rest));
  }
  if (base == "alpha" && parameter() > 1) {
    const LogRatioForm form = log_ratio_form(divergence);
    return solved_dual_link(name, {identity(), constant(1)}, range_of(form.phi.value), form,
                            "v = h; below Omega r is 0 and psi stays f(0), which is concave");
  }
  throw LossError("link f-gan: the f-GAN paper lists no output activation for " + divergence.name +
                      "; choose the link dual",
                  Remedy::link);
}

}  // namespace ganwright
