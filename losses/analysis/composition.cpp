#include <algorithm>
#include <cstddef>

#include "losses/analysis/convexity_parts.h"
#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/grouping.h"
#include "losses/formula/parser.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;

class Composition {
 public:
  Composition(const SignOptions& options, ConvexityCertificate& certificate)
      : options_(options), certificate_(certificate) {}

  // factor * e, for a positive factor: the groups and maxima in it one by one, the other terms together.
  bool is_convex(const ex& e, const ex& factor) {
    ex rest = 0;
    for (const ex& term : terms_of(e)) {
      rest += is_convex_part(term, factor) ? ex(0) : without_groups(term);
    }
    return is_convex_part_of_its_own(factor * rest);
  }

  [[nodiscard]] size_t count() const { return count_; }

 private:
  bool is_convex_part(const ex& term, const ex& factor) {
    const std::vector<ex> parts = factors_of(term);
    return std::any_of(parts.begin(), parts.end(), [&](const ex& part) {
      if (!is_group(part) && !is_maximum(part)) {
        return false;
      }
      const ex multiple = factor * without_groups(term / part);
      return is_positive(multiple) && std::all_of(part.begin(), part.end(), [&](const ex& operand) {
               return is_convex(operand, multiple);
             });
    });
  }

  static bool is_positive(const ex& multiple) {
    return is_positive_by_signs(multiple) || (is_constant(multiple) && sign_of_constant(multiple) == 1);
  }

  bool is_convex_part_of_its_own(const ex& f) {
    if (f.diff(variable_t(), 2).is_zero()) {
      return true;
    }
    if (options_.budget <= 0) {
      return false;
    }
    ++count_;
    ConvexityCertificate found;
    try {
      const std::vector<SmoothPiece> pieces = split_at_kinks(f);
      options_.budget = certify_smooth_pieces(pieces, options_, found);
      certify_kinks(pieces, {}, found);
    } catch (const LossError&) {
      return false;
    }
    certificate_.boxes += found.boxes;
    certificate_.depth = std::max(certificate_.depth, found.depth);
    return !found.counterexample && found.undecided.empty();
  }

  SignOptions options_;
  ConvexityCertificate& certificate_;
  size_t count_ = 0;
};

}  // namespace

bool is_composed_of_convex_functions(const ex& written, const SignOptions& options,
                                     ConvexityCertificate& certificate) {
  Composition composition(options, certificate);
  if (!composition.is_convex(written, 1)) {
    return false;
  }
  certificate.kinks = {"f is composed of " + std::to_string(composition.count()) + " convex functions"};
  return true;
}

}  // namespace ganwright
