#include "losses/analysis/convexity.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "losses/divergence/design.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/interval_program.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
// Relative: the ends of the range that boxes cover are rounded.
constexpr double kSlack = 1e-9;
// Places where a concave triple is looked for, which takes a few milliseconds each.
constexpr size_t kLargestNumberOfTriples = 8;

Range range_of_piece(const std::vector<SmoothPiece>& pieces, size_t index) {
  Range range;
  range.low = pieces[index].start;
  if (index + 1 < pieces.size()) {
    range.high = pieces[index + 1].start;
  }
  return range;
}

void add(const SignCertificate& found, const std::string& what, const std::string& variable,
         ConvexityCertificate& certificate) {
  certificate.boxes += found.boxes;
  certificate.depth = std::max(certificate.depth, found.depth);
  certificate.undecided.insert(certificate.undecided.end(), found.unproved.begin(), found.unproved.end());
  if (found.negative) {
    certificate.counterexample =
        Counterexample{found.negative->at, found.negative->bound,
                       what + "(" + variable + ") = " + number_text(found.negative->bound) + " < 0 at " +
                           variable + " = " + exact_text(found.negative->at)};
  } else if (found.undefined_at) {
    certificate.counterexample = Counterexample{*found.undefined_at, kNoValue,
                                                (what == "f''" ? "f" : what) + " has no real value at " +
                                                    variable + " = " + exact_text(*found.undefined_at)};
  }
}

void certify_pieces(const std::vector<SmoothPiece>& pieces, SignOptions options,
                    ConvexityCertificate& certificate) {
  for (size_t i = 0; i < pieces.size() && !certificate.counterexample; ++i) {
    const ex& f = pieces[i].expression;
    options.analytic = f;
    const SignCertificate found =
        certify_nonnegative(f.diff(variable_t(), 2), variable_t(), range_of_piece(pieces, i), options);
    options.budget -= found.cost;
    add(found, "f''", "t", certificate);
  }
}

// How near omega^{-1} is certain to come to 0 (direction -1) or infinity (1) on its range: 0 or infinity
// itself where algebra says so, else e^-L or e^L where an enclosure near the end is beyond it.
std::optional<double> reach_of(const Design& design, const Range& range, int direction, double log_range) {
  const bool is_low = direction < 0;
  const std::optional<numeric>& end = is_low ? range.low : range.high;
  const ex& t = variable_t();
  const ex vanishing = is_low ? design.omega_inverse : 1 / design.omega_inverse;
  if (end && is_zero_at(stable_form_if_possible(vanishing.subs(variable_v() == *end - direction * t)), 0)) {
    return is_low ? 0 : std::numeric_limits<double>::infinity();
  }
  const IntervalProgram program(design.omega_inverse, variable_v());
  const double wanted = std::exp(direction * log_range);
  constexpr int kSteps = 60;
  for (int i = 0; i < kSteps; ++i) {
    const numeric step = GiNaC::pow(numeric(2), numeric(end ? -i : i));
    const Enclosure found = program.run(enclose(end ? *end - direction * step : direction * step));
    if (found.regularity <= Regularity::continuous && found.value.is_above(0) &&
        (is_low ? found.value.is_at_most(wanted) : found.value.is_at_least(wanted))) {
      return wanted;
    }
  }
  return std::nullopt;
}

void certify_reach(const Design& design, const Range& range, double log_range,
                   ConvexityCertificate& certificate) {
  const auto low = reach_of(design, range, -1, log_range);
  const auto high = reach_of(design, range, 1, log_range);
  certificate.covered_from = low.value_or(certificate.covered_from);
  certificate.covered_to = high.value_or(certificate.covered_to);
  const double first = range.low ? range.low->to_double() : -kInfinity;
  const double last = range.high ? range.high->to_double() : kInfinity;
  if (!low) {
    certificate.undecided.push_back({first, first, "omega^-1 is not shown to come down to 0 there"});
  }
  if (!high) {
    certificate.undecided.push_back({last, last, "omega^-1 is not shown to go up to infinity there"});
  }
}

// f'' = rho(omega) omega' where omega is known to undo the omega^{-1} that is trained with; otherwise
// rho >= 0 and a rising omega^{-1} say the same of what is trained.
void certify_design(const Divergence& divergence, SignOptions options, ConvexityCertificate& certificate) {
  const Design& design = *divergence.design;
  if (design.omega && certify_inverse(*design.omega, design.omega_inverse) == Verdict::proved) {
    options.analytic = *design.omega;
    const ex& curvature = divergence.curvature[0].expression;
    add(certify_nonnegative(curvature, variable_t(), Range{numeric(0), {}}, options), "f''", "t",
        certificate);
    return;
  }
  const Range range = range_of(design);
  certificate.variable = "v";
  const SignCertificate rho = certify_nonnegative(design.rho, variable_v(), range, options);
  options.budget -= rho.cost;
  add(rho, "rho", "v", certificate);
  if (!certificate.counterexample) {
    const ex slope = design.omega_inverse.diff(variable_v());
    add(certify_nonnegative(slope, variable_v(), range, options), "(omega^-1)'", "v", certificate);
  }
  if (!certificate.counterexample) {
    certify_reach(design, range, options.log_range, certificate);
  }
  if (design.omega) {
    certificate.undecided.push_back({-std::numeric_limits<double>::infinity(),
                                     std::numeric_limits<double>::infinity(),
                                     "omega and omega^-1 are not shown to undo one another"});
  }
}

void certify_kinks(const std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  for (size_t i = 1; i < pieces.size() && !certificate.counterexample; ++i) {
    const KinkCertificate finding = certify_kink(pieces, i);
    certificate.kinks.push_back(finding.text);
    certificate.counterexample = finding.counterexample;
    if (finding.verdict == Verdict::undecided) {
      const double place = pieces[i].start.to_double();
      certificate.undecided.push_back({place, place, "f is not shown to be convex across the kink"});
    }
  }
}

// At a pole, or where f has a kink that is not written as one.
void look_for_concave_triples(const std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  const size_t count = pieces.empty() ? 0 : std::min(certificate.undecided.size(), kLargestNumberOfTriples);
  for (size_t i = 0; i < count && !certificate.counterexample; ++i) {
    const UnprovedPart& part = certificate.undecided[i];
    certificate.counterexample = find_concave_triple(pieces, short_decimal_between(part.lower, part.upper));
  }
}

// Takes the parts beyond e^-L and e^L out of the undecided ones, where these are about t.
void set_tails_apart(double log_range, ConvexityCertificate& certificate) {
  if (certificate.variable != "t") {
    return;
  }
  const double left = std::exp(-log_range) * (1 + kSlack);
  const double right = std::exp(log_range) * (1 - kSlack);
  std::vector<UnprovedPart> inside;
  for (const UnprovedPart& part : certificate.undecided) {
    if (part.upper <= left) {
      certificate.covered_from = std::max(certificate.covered_from, part.upper);
    } else if (part.lower >= right) {
      certificate.covered_to = std::min(certificate.covered_to, part.lower);
    } else {
      inside.push_back(part);
    }
  }
  certificate.undecided = std::move(inside);
}

void certify_zero_at_one(const std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  const auto piece = std::find_if(pieces.rbegin(), pieces.rend(),
                                  [](const SmoothPiece& candidate) { return candidate.start <= 1; });
  const std::optional<Interval> value = enclose_at(pieces, 1);
  certificate.f_at_one = value ? value->lower() / 2 + value->upper() / 2 : kNoValue;
  if (value && !value->contains(0)) {
    certificate.zero_at_one = Verdict::refuted;
  } else if (value && is_zero_at(piece->expression, 1)) {
    certificate.zero_at_one = Verdict::proved;
    certificate.f_at_one = 0;
  }
}

std::string place_text(const UnprovedPart& part, const std::string& variable) {
  const std::string lower = number_text(part.lower);
  const std::string upper = number_text(part.upper);
  return lower == upper ? "near " + variable + " = " + lower
                        : "for " + variable + " in [" + lower + ", " + upper + "]";
}

std::string convexity_text(const ConvexityCertificate& certificate) {
  if (certificate.convexity == Verdict::refuted) {
    const bool has_value = !std::isnan(certificate.counterexample->bound);
    return (has_value ? "not convex: " : "not a function on t > 0: ") + certificate.counterexample->statement;
  }
  if (certificate.convexity == Verdict::proved) {
    const std::string range =
        (certificate.covered_from == 0 ? "(" : "[") + number_text(certificate.covered_from) + ", " +
        number_text(certificate.covered_to) + (std::isinf(certificate.covered_to) ? ")" : "]");
    return "convex (proved on " + range + ")";
  }
  const UnprovedPart& first = certificate.undecided.front();
  const size_t others = certificate.undecided.size() - 1;
  return "undecided " + place_text(first, certificate.variable) + ": " + std::string(first.reason) +
         (others > 0 ? " (and " + std::to_string(others) + " parts more)" : "");
}

std::string headline_of(const ConvexityCertificate& certificate) {
  const std::string convexity = convexity_text(certificate);
  if (certificate.convexity == Verdict::refuted || certificate.zero_at_one == Verdict::proved) {
    return convexity;
  }
  if (certificate.zero_at_one == Verdict::refuted) {
    const std::string value = certificate.f_at_one == 0
                                  ? "is not 0, though less than any double"
                                  : "= " + number_text(certificate.f_at_one) + ", not 0";
    return "no divergence: f(1) " + value + "; take f - f(1). " + convexity;
  }
  return "undecided: f(1) is not shown to be 0. " + convexity;
}

Verdict verdict_of(const ConvexityCertificate& certificate) {
  const auto is_any = [&](Verdict verdict) {
    return certificate.convexity == verdict || certificate.zero_at_one == verdict;
  };
  return is_any(Verdict::refuted)     ? Verdict::refuted
         : is_any(Verdict::undecided) ? Verdict::undecided
                                      : Verdict::proved;
}

}  // namespace

bool ConvexityCertificate::covers_everything() const {
  return convexity == Verdict::proved && covered_from == 0 && std::isinf(covered_to);
}

ConvexityCertificate certify_convexity(const Divergence& divergence, const ConvexityOptions& options) {
  const std::vector<SmoothPiece>& pieces = divergence.pieces;
  if (pieces.empty() && !divergence.design) {
    throw LossError(
        divergence.name + " is not an f-divergence: there is no f to certify; choose another loss",
        Remedy::name);
  }
  ConvexityCertificate certificate;
  SignOptions sign_options;
  sign_options.log_range = options.log_range;
  if (pieces.empty()) {
    certify_design(divergence, sign_options, certificate);
  } else {
    certify_pieces(pieces, sign_options, certificate);
    certify_kinks(pieces, certificate);
  }
  set_tails_apart(options.log_range, certificate);
  look_for_concave_triples(pieces, certificate);
  certificate.convexity = certificate.counterexample      ? Verdict::refuted
                          : certificate.undecided.empty() ? Verdict::proved
                                                          : Verdict::undecided;
  if (pieces.empty()) {
    // phi and psi are integrals from omega(1).
    certificate.zero_at_one = Verdict::proved;
  } else {
    certify_zero_at_one(pieces, certificate);
  }
  certificate.verdict = verdict_of(certificate);
  certificate.headline = headline_of(certificate);
  return certificate;
}

}  // namespace ganwright
