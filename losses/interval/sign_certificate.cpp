#include "losses/interval/sign_certificate.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/sign_search.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// The points origin + direction * t, 0 < t <= width. Every range is a union of such rays, so that there is
// one kind of box, whose edge at the end of the range is exact: (t-1/3)^(3/2) becomes t^(3/2).
struct Ray {
  numeric origin;
  int direction;
  double width;
  [[nodiscard]] ex points() const { return origin + direction * variable_t(); }
  [[nodiscard]] numeric point(const numeric& t) const { return origin + direction * t; }
  [[nodiscard]] std::pair<double, double> part(double nearest, double farthest) const {
    const double start = origin.to_double();
    return direction > 0 ? std::pair(start + nearest, start + farthest)
                         : std::pair(start - farthest, start - nearest);
  }
};

// Doubles hold the boxes.
void check_limit(const std::optional<numeric>& limit) {
  const numeric most = GiNaC::pow(numeric(10), numeric(250));
  if (limit && !limit->is_zero() && (GiNaC::abs(*limit) > most || GiNaC::abs(*limit) < 1 / most)) {
    throw LossError("a kink or limit at " + exact_text(*limit) + " is beyond 1e-250 to 1e250");
  }
}

std::vector<Ray> rays_of(const Range& range) {
  check_limit(range.low);
  check_limit(range.high);
  if (range.low && range.high) {
    if (*range.low >= *range.high) {
      throw LossError("an empty range from " + exact_text(*range.low) + " to " + exact_text(*range.high));
    }
    const double half = std::nextafter(((*range.high - *range.low) / 2).to_double(), kInfinity);
    return {{*range.low, 1, half}, {*range.high, -1, half}};
  }
  if (range.low) {
    return {{*range.low, 1, kInfinity}};
  }
  if (range.high) {
    return {{*range.high, -1, kInfinity}};
  }
  return {{0, 1, kInfinity}, {0, -1, kInfinity}};
}

void add(SignCertificate& certificate, const SignSearch& search, const Ray& ray) {
  if (search.negative) {
    certificate.negative = NegativePoint{ray.point(search.negative->at), search.negative->bound};
  }
  if (search.undefined_at) {
    certificate.undefined_at = ray.point(*search.undefined_at);
  }
  for (const UnprovedPart& part : search.unproved) {
    const auto [lower, upper] = ray.part(part.lower, part.upper);
    certificate.unproved.push_back({lower, upper, part.reason});
  }
  certificate.boxes += search.boxes;
  certificate.depth = std::max(certificate.depth, search.depth);
  certificate.cost += search.cost();
}

void join_neighbors(std::vector<UnprovedPart>& parts) {
  std::sort(parts.begin(), parts.end(),
            [](const UnprovedPart& a, const UnprovedPart& b) { return a.lower < b.lower; });
  std::vector<UnprovedPart> joined;
  for (const UnprovedPart& part : parts) {
    if (!joined.empty() && joined.back().upper >= part.lower && joined.back().reason == part.reason) {
      joined.back().upper = std::max(joined.back().upper, part.upper);
    } else {
      joined.push_back(part);
    }
  }
  parts = std::move(joined);
}

// The two halves of the whole line leave out the point between them.
Regularity regularity_at_zero(const ex& expression, const GiNaC::symbol& variable) {
  return IntervalProgram(expression, variable).run(Interval(0)).regularity;
}

// A point of few digits beside one that is measured from a kink between two bounds, if that refutes too.
void shorten(NegativePoint& negative, const ex& expression, const GiNaC::symbol& variable, const Range& range,
             const SignOptions& options) {
  constexpr size_t kFewDigits = 24;
  constexpr double kBeside = 1e-6;
  const double place = negative.at.to_double();
  if (to_text(negative.at).size() <= kFewDigits || place <= 0) {
    return;
  }
  const numeric candidate = short_decimal_between(place * (1 - kBeside), place * (1 + kBeside));
  const auto at_candidate = [&](const ex& e) { return IntervalProgram(e, variable).run(enclose(candidate)); };
  const Enclosure found = at_candidate(expression);
  const bool is_inside = (!range.low || candidate > *range.low) && (!range.high || candidate < *range.high);
  const bool is_analytic =
      !options.analytic || at_candidate(*options.analytic).regularity == Regularity::analytic;
  if (is_inside && is_analytic && found.regularity <= Regularity::continuous && found.value.is_below(0)) {
    negative = {candidate, found.value.upper()};
  }
}

}  // namespace

std::string verdict_name(Verdict verdict) {
  switch (verdict) {
    case Verdict::proved:
      return "proved";
    case Verdict::refuted:
      return "refuted";
    case Verdict::undecided:
      break;
  }
  return "undecided";
}

SignCertificate certify_nonnegative(const ex& expression, const GiNaC::symbol& variable, const Range& range,
                                    const SignOptions& options) {
  SignCertificate certificate;
  bool is_analytic = true;
  bool is_positive_somewhere = false;
  for (const Ray& ray : rays_of(range)) {
    const auto along_ray = [&](const ex& e) { return e.subs(variable == ray.points()); };
    SignOptions ray_options = options;
    ray_options.budget = options.budget - certificate.cost;
    if (options.analytic) {
      ray_options.analytic = along_ray(*options.analytic);
    }
    for (ex& part : ray_options.parts) {
      part = along_ray(part);
    }
    SignSearch search(along_ray(expression), ray.width, ray_options);
    search.run();
    add(certificate, search, ray);
    is_analytic = is_analytic && search.is_analytic;
    is_positive_somewhere = is_positive_somewhere || search.is_positive_somewhere;
    if (certificate.negative || certificate.undefined_at) {
      certificate.verdict = Verdict::refuted;
      if (certificate.negative) {
        shorten(*certificate.negative, expression, variable, range, options);
      }
      return certificate;
    }
  }
  if (range.is_whole_line()) {
    const Regularity regularity = regularity_at_zero(expression, variable);
    is_analytic = is_analytic && regularity == Regularity::analytic;
    if (regularity > Regularity::continuous ||
        (options.analytic && regularity_at_zero(*options.analytic, variable) != Regularity::analytic)) {
      certificate.unproved.push_back({0, 0, SignSearch::kIrregular});
    }
  }
  join_neighbors(certificate.unproved);
  if (certificate.unproved.empty()) {
    certificate.verdict = Verdict::proved;
    certificate.is_positive_but_for_isolated_zeros = is_analytic && is_positive_somewhere;
  }
  return certificate;
}

}  // namespace ganwright
