#include "losses/analysis/convexity.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "losses/analysis/convexity_parts.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/grouping.h"
#include "losses/formula/parser.h"
#include "losses/interval/gap.h"
#include "losses/interval/interval_program.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// In interval additions.
constexpr int64_t kBudget = 1'500'000;
constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();
// Relative: the ends of the range that boxes cover are rounded.
constexpr double kSlack = 1e-9;
// Places where a concave triple is looked for, which takes a few milliseconds each.
constexpr size_t kLargestNumberOfTriples = 8;

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

// f(1) = 0, where f has that expression next to 1 and that value at 1, or a limit.
void certify_zero_at_one(const ex& f, std::optional<Interval> value, bool may_be_limit,
                         ConvexityCertificate& certificate) {
  const std::optional<ex> limit = value || !may_be_limit ? std::nullopt : limit_at(f, 1);
  if (limit) {
    value = IntervalProgram(*limit, variable_t()).run(Interval(1)).value;
  }
  certificate.f_at_one = value ? value->lower() / 2 + value->upper() / 2 : kNoValue;
  if (value && !value->contains(0)) {
    certificate.zero_at_one = Verdict::refuted;
  } else if (value && is_zero_at(limit ? *limit : f, 1)) {
    certificate.zero_at_one = Verdict::proved;
    certificate.f_at_one = 0;
  }
}

void certify_zero_at_one(const std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  const SmoothPiece& piece = piece_at(pieces, 1);
  const bool is_kink = piece.start == 1 && !(&piece - 1)->expression.is_equal(piece.expression);
  certify_zero_at_one(piece.expression, enclose_at(pieces, 1), !is_kink, certificate);
}

void certify_zero_at_one(const ex& f, ConvexityCertificate& certificate) {
  const Enclosure found = IntervalProgram(f, variable_t()).run(Interval(1));
  const bool is_value = found.regularity <= Regularity::continuous && found.value.is_finite();
  certify_zero_at_one(f, is_value ? std::optional(found.value) : std::nullopt, false, certificate);
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
  std::vector<SmoothPiece> pieces = divergence.pieces;
  const bool has_f = !pieces.empty() || divergence.written;
  if (!has_f && !divergence.design) {
    throw LossError(
        divergence.name + " is not an f-divergence: there is no f to certify; choose another loss",
        Remedy::name);
  }
  ConvexityCertificate certificate;
  SignOptions sign_options;
  sign_options.log_range = options.log_range;
  sign_options.budget = kBudget;
  has_f ? certify_written(divergence, sign_options, pieces, certificate)
        : certify_design(divergence, sign_options, certificate);
  set_tails_apart(options.log_range, certificate);
  look_for_concave_triples(pieces, certificate);
  certificate.convexity = certificate.counterexample      ? Verdict::refuted
                          : certificate.undecided.empty() ? Verdict::proved
                                                          : Verdict::undecided;
  if (!has_f) {
    // phi and psi are integrals from omega(1).
    certificate.zero_at_one = Verdict::proved;
  } else if (certificate.counterexample && std::isnan(certificate.counterexample->bound)) {
    certificate.f_at_one = kNoValue;
  } else if (pieces.empty()) {
    certify_zero_at_one(without_groups(*divergence.written), certificate);
  } else {
    certify_zero_at_one(pieces, certificate);
  }
  certificate.verdict = verdict_of(certificate);
  certificate.headline = headline_of(certificate);
  return certificate;
}

}  // namespace ganwright
