#include "losses/divergence/recognition.h"

#include <algorithm>
#include <optional>

#include "losses/formula/constant.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

// The part of a divergence that its training problem depends on: f'' between the kinks, jumps of f' at them.
struct Shape {
  std::vector<SmoothPiece> curvature;
  std::vector<ex> jumps;  // one a kink
};

// Nothing for an f with a kink that is not known exactly, or that is not shown to be continuous.
std::optional<Shape> shape_of(const Divergence& divergence) {
  Shape shape{{divergence.curvature[0]}, {}};
  for (size_t i = 1; i < divergence.pieces.size(); ++i) {
    const Place& kink = divergence.pieces[i].start;
    const ex difference = divergence.pieces[i].expression - divergence.pieces[i - 1].expression;
    if (!kink.is_exact() || !is_zero_at(difference, kink.lower())) {
      return std::nullopt;
    }
    ex jump;
    try {
      jump = stable_form(exact_value_at(difference.diff(variable_t()), kink.lower()));
    } catch (const std::exception&) {
      jump = 0;  // infinite on both sides; f'' decides then
    }
    const ex change = stable_form(divergence.curvature[i].expression - shape.curvature.back().expression);
    // A kink that shows in neither, such as that of abs(t-1)^2, is none.
    if (!jump.is_zero() || !change.is_zero()) {
      shape.curvature.push_back(divergence.curvature[i]);
      shape.jumps.push_back(jump);
    }
  }
  return shape;
}

// Sets the common scale by one pair of parts, or checks it; false where the parts are not proportional.
bool agrees(const ex& ours, const ex& theirs, std::optional<ex>& scale) {
  if (ours.is_zero() || theirs.is_zero()) {
    return ours.is_zero() && theirs.is_zero();
  }
  const ex ratio = stable_form(ours / theirs);
  if (ratio.has(variable_t())) {
    return false;
  }
  if (scale && !stable_form(ratio - *scale).is_zero()) {
    return false;
  }
  scale = ratio;
  return true;
}

std::optional<ex> scale_between(const Shape& ours, const Shape& theirs) {
  if (ours.curvature.size() != theirs.curvature.size() || ours.jumps.size() != theirs.jumps.size()) {
    return std::nullopt;
  }
  std::optional<ex> scale;
  for (size_t i = 0; i < ours.curvature.size(); ++i) {
    if (!(ours.curvature[i].start == theirs.curvature[i].start) ||
        !agrees(ours.curvature[i].expression, theirs.curvature[i].expression, scale)) {
      return std::nullopt;
    }
  }
  for (size_t i = 0; i < ours.jumps.size(); ++i) {
    if (!agrees(ours.jumps[i], theirs.jumps[i], scale)) {
      return std::nullopt;
    }
  }
  return scale && sign_of_constant(*scale) == 1 ? scale : std::nullopt;
}

// t f'''(t) / f''(t) at a t inside the last piece, which determines the parameter of most families.
std::optional<numeric> elasticity(const Shape& shape, const numeric& t) {
  // Far more than the second derivative of any family has: stable_form would multiply them out.
  constexpr double kMostTerms = 2000;
  const ex& curvature = shape.curvature.back().expression;
  if (curvature.is_zero() || expanded_terms_bound(curvature) > kMostTerms) {
    return std::nullopt;
  }
  try {
    const ex value = exact_value_at(stable_form(variable_t() * curvature.diff(variable_t()) / curvature), t);
    const ex number = value.normal();
    if (is_a<numeric>(number) && ex_to<numeric>(number).is_rational()) {
      return ex_to<numeric>(number);
    }
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return std::nullopt;
}

// The value of a row's parameter that the divergence would have if it were of that family.
std::optional<numeric> fitted_parameter(const std::string& row, const Shape& shape) {
  if (row == "hockey-stick") {
    return shape.jumps.size() == 1 ? std::optional(shape.curvature[1].start.lower()) : std::nullopt;
  }
  const bool has_kink_at_one = row == "vajda" || row == "puri-vincze";
  if (has_kink_at_one && shape.curvature.back().expression.is_zero()) {
    return numeric(1);
  }
  const auto value = elasticity(shape, has_kink_at_one ? 2 : 1);
  if (!value) {
    return std::nullopt;
  }
  if (row == "alpha") {
    return *value + 2;
  }
  if (row == "weighted-js") {
    return -1 - *value;
  }
  if (row == "skew-kl") {
    return -(*value + 1) / 2;
  }
  // f'' = k (k-1) (t-1)^(k-2) for vajda, 4 times that over (t+1)^(k+1) for puri-vincze.
  return row == "vajda" ? *value / 2 + 2 : (3 * *value + 14) / 4;
}

}  // namespace

std::string Recognized::text() const {
  return scale.is_equal(1) ? name : to_text(scale) + " * " + name;
}

std::vector<Recognized> recognize(const Divergence& divergence) {
  std::vector<Recognized> found;
  if (divergence.curvature.empty()) {
    return found;
  }
  const std::optional<Shape> ours = shape_of(divergence);
  if (!ours) {
    return found;
  }
  for (const DivergenceRow& row : divergence_table()) {
    std::string name = row.name;
    if (row.parameter) {
      const auto parameter = fitted_parameter(row.name, *ours);
      if (!parameter || !row.parameter->contains(*parameter)) {
        continue;
      }
      name += ":" + to_text(*parameter);
    }
    const bool is_itself =
        name == divergence.name || divergence.name.substr(0, divergence.name.find(':')) == row.name;
    if (is_itself) {
      continue;
    }
    try {
      const std::optional<Shape> theirs = shape_of(named_divergence(name));
      if (const auto scale = theirs ? scale_between(*ours, *theirs) : std::nullopt) {
        found.push_back({name, *scale});
      }
    } catch (const LossError&) {
      continue;  // too large for exact algebra, so it is not recognized
    }
  }
  std::stable_partition(found.begin(), found.end(), [](const Recognized& r) { return r.scale.is_equal(1); });
  return found;
}

}  // namespace ganwright
