#include "losses/interval/domain_certificate.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/parser.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/sign_search.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/interval/zeros.h"

namespace ganwright {
namespace {

// Of one condition, in interval additions.
constexpr int64_t kLargestConditionCost = 500'000;

using GiNaC::ex;
using Relation = DomainCondition::Relation;

void add(const SignCertificate& found, DomainCertificate& certificate) {
  if (found.negative) {
    certificate.undefined_at = found.negative->at;
  } else if (found.undefined_at) {
    certificate.undefined_at = found.undefined_at;
  }
  certificate.unproved.insert(certificate.unproved.end(), found.unproved.begin(), found.unproved.end());
}

bool holds_abs(const ex& e) {
  return (is_function(e, "abs") && !is_constant(e)) || std::any_of(e.begin(), e.end(), holds_abs);
}

bool is_positive_axis(const GiNaC::symbol& variable, const Range& range) {
  return variable.is_equal(variable_t()) && range.low && range.low->is_zero() && !range.high;
}

SignCertificate certify_relation(const ex& argument, Relation relation, const GiNaC::symbol& variable,
                                 const Range& range, SignOptions options) {
  options.is_strict = relation != Relation::nonnegative;
  options.budget = std::min(options.budget, kLargestConditionCost);
  return certify_nonnegative(argument, variable, range, options);
}

std::optional<GiNaC::numeric> end_of(const std::vector<SmoothPiece>& pieces, size_t index) {
  return index + 1 < pieces.size() ? std::optional(pieces[index + 1].start.lower()) : std::nullopt;
}

// Between its kinks where these are exact, since no derivative sees them: max(t-1, 0) is 0 and then t - 1.
// The open pieces say the same of the kinks, the argument being continuous.
void certify_root(const ex& argument, const GiNaC::symbol& variable, const Range& range,
                  const SignOptions& options, DomainCertificate& certificate) {
  std::vector<SmoothPiece> pieces{{0, argument}};
  if (is_positive_axis(variable, range) && holds_abs(argument)) {
    pieces = split_at_kinks(argument);
  }
  const bool are_exact = std::all_of(pieces.begin(), pieces.end(),
                                     [](const SmoothPiece& piece) { return piece.start.is_exact(); });
  if (pieces.size() == 1 || !are_exact) {
    return add(certify_relation(argument, Relation::nonnegative, variable, range, options), certificate);
  }
  for (size_t i = 0; i < pieces.size() && !certificate.undefined_at; ++i) {
    Range part{pieces[i].start.lower(), {}};
    part.high = end_of(pieces, i);
    add(certify_relation(pieces[i].expression, Relation::nonnegative, variable, part, options), certificate);
  }
}

bool may_vanish_at(const ex& expression, const Place& place) {
  const Enclosure found =
      IntervalProgram(expression, variable_t()).run(hull(enclose(place.lower()), enclose(place.upper())));
  return found.regularity > Regularity::continuous || found.value.contains(0);
}

// A divisor: its zeros, or that it has none since it has one sign.
void certify_divisor(const ex& argument, const GiNaC::symbol& variable, const Range& range,
                     const SignOptions& options, DomainCertificate& certificate) {
  std::vector<UnprovedPart> unsettled;
  std::vector<Place> places;
  if (is_positive_axis(variable, range)) {
    const std::vector<SmoothPiece> pieces = split_at_kinks(argument);
    for (size_t i = 0; i < pieces.size(); ++i) {
      const Place& start = pieces[i].start;
      const Zeros zeros = find_zeros(pieces[i].expression, start.upper(), end_of(pieces, i), ZeroKind::all);
      for (const Zero& zero : zeros.found) {
        places.push_back(zero.place);
      }
      unsettled.insert(unsettled.end(), zeros.unsettled.begin(), zeros.unsettled.end());
      if (i > 0 && may_vanish_at(pieces[i].expression, start)) {
        places.push_back(start);
      }
    }
  } else {
    unsettled.push_back({0, 0, SignSearch::kIrregular});
  }
  for (const int sign : {1, -1}) {
    if (!unsettled.empty() &&
        certify_relation(sign * argument, Relation::positive, variable, range, options).verdict ==
            Verdict::proved) {
      return;
    }
  }
  certificate.zero_divisors.insert(certificate.zero_divisors.end(), places.begin(), places.end());
  certificate.unproved.insert(certificate.unproved.end(), unsettled.begin(), unsettled.end());
}

}  // namespace

DomainCertificate certify_domain(const Domain& domain, const GiNaC::symbol& variable, const Range& range,
                                 const SignOptions& options) {
  DomainCertificate certificate;
  for (const auto& [relation, argument] : domain) {
    if (certificate.undefined_at) {
      break;
    }
    if (relation == Relation::nonzero) {
      certify_divisor(argument, variable, range, options, certificate);
    } else if (relation == Relation::nonnegative) {
      certify_root(argument, variable, range, options, certificate);
    } else {
      add(certify_relation(argument, relation, variable, range, options), certificate);
    }
  }
  auto& places = certificate.zero_divisors;
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  certificate.verdict = certificate.undefined_at       ? Verdict::refuted
                        : certificate.unproved.empty() ? Verdict::proved
                                                       : Verdict::undecided;
  return certificate;
}

}  // namespace ganwright
