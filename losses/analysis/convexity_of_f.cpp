#include <algorithm>
#include <limits>

#include "losses/analysis/convexity_parts.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/grouping.h"
#include "losses/formula/parser.h"
#include "losses/formula/parts.h"
#include "losses/interval/domain_certificate.h"
#include "losses/interval/gap.h"
#include "losses/interval/interval_program.h"
#include "losses/numeric/infinity.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

constexpr int64_t kShareOfFirstTry = 10;

Range range_of_piece(const std::vector<SmoothPiece>& pieces, size_t index) {
  Range range;
  range.low = pieces[index].start.upper();
  if (index + 1 < pieces.size()) {
    range.high = pieces[index + 1].start.lower();
  }
  return range;
}

// f where its written form has a value: cancelled or not, a step without one counts. A divisor's zero is a
// gap if f has a limit there; pieces begin at those gaps that are returned.
std::vector<Place> certify_domain_of(const Divergence& divergence, const SignOptions& options,
                                     std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  const Range everything{numeric(0), {}};
  const DomainCertificate found = certify_domain(divergence.domain, variable_t(), everything, options);
  certificate.undecided.insert(certificate.undecided.end(), found.unproved.begin(), found.unproved.end());
  if (found.undefined_at) {
    certificate.counterexample = undefined_at(*found.undefined_at, "f", "t");
    return {};
  }
  std::vector<Place> gaps;
  for (const Place& place : found.zero_divisors) {
    if (pieces.empty()) {
      certificate.undecided.push_back({place.value(), place.value(), "f is not shown to be finite there"});
      continue;
    }
    const GapFinding gap = fill_gap(pieces, place);
    if (!gap.text.empty()) {
      certificate.kinks.push_back(gap.text);
      gaps.push_back(place);
    }
    if (gap.verdict == Verdict::undecided) {
      certificate.undecided.push_back({place.value(), place.value(), "f is not shown to be finite there"});
    }
    if (gap.counterexample) {
      certificate.counterexample = gap.counterexample;
      return gaps;
    }
  }
  return gaps;
}

}  // namespace

Counterexample undefined_at(const numeric& place, const std::string& what, const std::string& variable) {
  return {place, std::numeric_limits<double>::quiet_NaN(),
          what + " has no real value at " + variable + " = " + exact_text(place)};
}

void add_sign(const SignCertificate& found, const std::string& what, const std::string& variable,
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
    certificate.counterexample = undefined_at(*found.undefined_at, what == "f''" ? "f" : what, variable);
  }
}

int64_t certify_smooth_pieces(const std::vector<SmoothPiece>& pieces, SignOptions options,
                              ConvexityCertificate& certificate) {
  for (size_t i = 0; i < pieces.size() && !certificate.counterexample; ++i) {
    const ex& f = pieces[i].expression;
    const ex curvature = f.diff(variable_t(), 2);
    options.analytic = f;
    options.parts = second_derivative_by_parts(f);
    options.budget -= kCostOfAlgebra * IntervalProgram(curvature, variable_t()).cost();
    const SignCertificate found =
        certify_nonnegative(curvature, variable_t(), range_of_piece(pieces, i), options);
    options.budget -= found.cost;
    add_sign(found, "f''", "t", certificate);
  }
  return options.budget;
}

void certify_kinks(const std::vector<SmoothPiece>& pieces, const std::vector<Place>& gaps,
                   ConvexityCertificate& certificate) {
  for (size_t i = 1; i < pieces.size() && !certificate.counterexample; ++i) {
    if (std::find(gaps.begin(), gaps.end(), pieces[i].start) != gaps.end()) {
      continue;
    }
    const KinkCertificate finding = certify_kink(pieces, i);
    certificate.kinks.push_back(finding.text);
    certificate.counterexample = finding.counterexample;
    if (finding.verdict == Verdict::undecided) {
      const double place = pieces[i].start.value();
      certificate.undecided.push_back({place, place, "f is not shown to be convex across the kink"});
    }
  }
}

namespace {

ConvexityCertificate certify_by_pieces(const std::vector<SmoothPiece>& pieces, const std::vector<Place>& gaps,
                                       const SignOptions& options, ConvexityCertificate certificate) {
  if (pieces.empty()) {
    certificate.undecided.push_back({0, kInfinity, "the kinks of f are not isolated"});
  }
  certify_smooth_pieces(pieces, options, certificate);
  certify_kinks(pieces, gaps, certificate);
  return certificate;
}

}  // namespace

void certify_written(const Divergence& divergence, const SignOptions& options,
                     std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate) {
  const std::vector<Place> gaps = certify_domain_of(divergence, options, pieces, certificate);
  const bool is_seen_composed = divergence.written && is_composed(*divergence.written);
  // Most are settled with little; then their parts are the simpler ones.
  SignOptions first = options;
  first.budget = is_seen_composed ? options.budget / kShareOfFirstTry : options.budget;
  ConvexityCertificate found = certify_by_pieces(pieces, gaps, first, certificate);
  if (is_seen_composed && !found.counterexample && found.undecided.size() > certificate.undecided.size()) {
    ConvexityCertificate composed = certificate;
    if (is_composed_of_convex_functions(*divergence.written, options, composed)) {
      found = composed;
    } else {
      found = certify_by_pieces(pieces, gaps, options, certificate);
    }
  }
  certificate = found;
}

}  // namespace ganwright
