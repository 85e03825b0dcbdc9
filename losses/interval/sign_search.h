#pragma once

#include <ginac/ginac.h>

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <vector>

#include "losses/interval/derivative_tower.h"
#include "losses/interval/factor_signs.h"
#include "losses/interval/interval_program.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// The bisection behind certify_nonnegative, for one expression in t on 0 < t <= width. Its findings are the
/// public members.
class SignSearch {
 public:
  /// The reason of a part that may leave the domain of a step.
  static constexpr std::string_view kIrregular = "not shown to be smooth there";

  /// Compiles the expression; `width` may be infinite. Throws LossError for one that cannot be enclosed.
  SignSearch(const GiNaC::ex& expression, double width, const SignOptions& options);

  /// Searches, once.
  void run();
  /// What it cost so far, in interval additions.
  [[nodiscard]] int64_t cost() const;

  std::optional<NegativePoint> negative;       ///< ends the search
  std::optional<GiNaC::numeric> undefined_at;  ///< a point without a real value; ends the search
  std::vector<UnprovedPart> unproved;          ///< parts where neither was shown
  bool is_analytic = true;                     ///< on all that was proved
  bool is_positive_somewhere = false;          ///< certainly
  int64_t boxes = 0;                           ///< how many were examined
  int depth = 0;                               ///< how often the smallest one was halved

 private:
  enum class Finding { closed, open, refuted };

  [[nodiscard]] std::vector<Box> boxes_in_between() const;
  void prove_or_refute();
  void search(std::deque<Box> queue);
  Finding examine(const Box& box);
  bool is_nonnegative_by_algebra(const Box& box);
  bool has_sign(DerivativeTower& form, const Box& box, int deepest);
  bool vanishes_in(const Box& box);
  Finding examine_tail(const Box& tail);
  void look_for_positive_value();
  bool is_nonnegative_far_out(const Box& tail);
  bool is_negative_far_out(const Box& tail);
  bool refutes_at(const GiNaC::numeric& point);
  Enclosure evaluate(const IntervalProgram& program, const Interval& t);
  [[nodiscard]] bool suffices(Regularity regularity) const;

  DerivativeTower& stable();
  DerivativeTower& partly_stable();
  DerivativeTower& inverted();
  FactorSigns& factors();

  // The same function in four forms: now the one, now the other has the tighter enclosure. All but the first
  // only where they are asked for: algebra can take longer than the whole search.
  GiNaC::ex expression_;
  IntervalProgram written_;
  std::optional<DerivativeTower> stable_;
  std::optional<DerivativeTower> partly_stable_;
  std::optional<DerivativeTower> inverted_;
  std::optional<FactorSigns> factors_;
  std::optional<IntervalProgram> analytic_;
  double width_;
  SignOptions options_;
  bool last_box_was_regular_ = false;
  int64_t cost_ = 0;
};

}  // namespace ganwright
