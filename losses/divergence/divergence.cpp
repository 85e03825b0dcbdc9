#include "losses/divergence/divergence.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losses/formula/exact_number.h"
#include "losses/formula/grouping.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/gap.h"
#include "losses/interval/kink_certificate.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/program.h"
#include "losses/text/nearest_name.h"
#include "losses/text/number.h"
#include "losses/text/words.h"

namespace ganwright {
namespace {

// tanh(h) in t = e^h: the optimal discriminator of |t-1| and its multiples.
const DualPairText kTotalVariation{"(t^2-1)/(t^2+1)/2", "(t^2-1)/(t^2+1)/2"};
const DualPairText kTwiceTotalVariation{"(t^2-1)/(t^2+1)", "(t^2-1)/(t^2+1)"};

std::vector<DivergenceRow> make_divergence_table() {
  return {
      {.name = "kl", .f = "t*log(t)", .note = "Kullback-Leibler, KL(p||q)"},
      {.name = "reverse-kl", .f = "-log(t)", .note = "KL(q||p)"},
      {.name = "jeffreys", .f = "(t-1)*log(t)", .note = "KL(p||q) + KL(q||p)"},
      {.name = "js", .f = "(t*log(t) - (t+1)*log((t+1)/2))/2", .note = "Jensen-Shannon, at most log 2"},
      {.name = "gan",
       .f = "t*log(t) - (t+1)*log((t+1)/2)",
       .note = "2 js: the original GAN; the f-GAN paper's table calls it JS"},
      {.name = "weighted-js",
       .f = "weight*t*log(t) - (1-weight+weight*t)*log(1-weight+weight*t)",
       .note = "Jensen-Shannon with weight on p; 0.5 is js",
       .parameter = ParameterRange{"weight", "0.5", 0, 1, false, false}},
      {.name = "squared-hellinger",
       .f = "(sqrt(t)-1)^2",
       .note = "2 - 2 Bhattacharyya; the exponential design"},
      {.name = "pearson-chi2", .f = "(t-1)^2", .note = "integral of (p-q)^2/q"},
      {.name = "neyman-chi2", .f = "(1-t)^2/t", .note = "integral of (p-q)^2/p"},
      {.name = "symmetric-chi2", .f = "(t-1)^2*(t+1)/t", .note = "Pearson + Neyman"},
      {.name = "total-variation",
       .f = "abs(t-1)/2",
       .note = "non-smooth: a dual pair, v = tanh(h)/2",
       .dual_pair = kTotalVariation},
      {.name = "hockey-stick",
       .f = "max(t-gamma,0) - max(1-gamma,0)",
       .note = "non-smooth: a dual pair, v = sigmoid(h)",
       .parameter = ParameterRange{"gamma", "1", 0, 100, false, true},
       .dual_pair = DualPairText{"t/(1+t)", "gamma*t/(1+t) + max(1-gamma,0)"}},
      {.name = "alpha",
       .f = "(t^alpha - 1 - alpha*(t-1))/(alpha*(alpha-1))",
       .note = "Cressie-Read, Amari: 1 is kl, 0 reverse-kl, 2 half Pearson, 0.5 twice Hellinger",
       .parameter = ParameterRange{"alpha", "0.5", -20, 20, true, true},
       // t^(alpha-1)-1 and t^alpha-1 in one piece keep the digits near alpha = 1 and 0, where f as written
       // divides 0 by 0.
       .evaluated_as = "t*(t^(alpha-1)-1)/(alpha-1) - t^alpha*(1-t^(-alpha))/alpha",
       .special_cases = {{0, "-log(t) + (t-1)", std::nullopt}, {1, "t*log(t) - (t-1)", std::nullopt}}},
      {.name = "triangular", .f = "(t-1)^2/(t+1)", .note = "Le Cam; what LSGAN minimizes"},
      {.name = "softened-reverse-kl",
       .f = "(t+1)*log((t+1)/(2*t))",
       .note = "the generator's divergence of the non-saturating gan"},
      {.name = "arithmetic-geometric",
       .f = "(1+t)/2*log((1+t)/(2*sqrt(t)))",
       .note = "between the arithmetic and the geometric mean of p and q"},
      {.name = "skew-kl",
       .f = "t*log(t/(lambda*t+1-lambda))",
       .note = "KL(p || lambda p + (1-lambda) q)",
       .parameter = ParameterRange{"lambda", "0.5", 0, 1, true, false}},
      {.name = "k-divergence", .f = "t*log(2*t/(1+t))", .note = "KL(p || (p+q)/2)"},
      {.name = "vajda",
       .f = "abs(t-1)^k",
       .note = "2 is pearson-chi2, 1 twice total variation; 1 < k < 2 has f''(1) = inf",
       .parameter = ParameterRange{"k", "2", 1, 20, true, true},
       .special_cases = {{1, "abs(t-1)", kTwiceTotalVariation}}},
      {.name = "puri-vincze",
       .f = "abs(t-1)^k/(t+1)^(k-1)",
       .note = "2 is triangular, 1 twice total variation",
       .parameter = ParameterRange{"k", "2", 1, 20, true, true},
       .special_cases = {{1, "abs(t-1)", kTwiceTotalVariation}}},
  };
}

// Exact, so that 1 + 1e-30 is not taken for the special case 1.
GiNaC::numeric exact(double x) {
  return parse_number(number_text(x, std::numeric_limits<double>::max_digits10));
}

std::string table_name_of(std::string_view name) {
  return std::string(name.substr(0, name.find(':')));
}

const DivergenceRow& find_row(const std::string& name) {
  const auto& table = divergence_table();
  const auto found =
      std::find_if(table.begin(), table.end(), [&](const DivergenceRow& row) { return row.name == name; });
  if (found == table.end()) {
    throw LossError("unknown divergence '" + name + "'" + did_you_mean(name, divergence_names()),
                    Remedy::name);
  }
  return *found;
}

GiNaC::numeric parameter_value(const ParameterRange& range, const std::string& name,
                               const std::string& text) {
  GiNaC::numeric value;
  try {
    value = parse_number(text);
  } catch (const ExpressionError&) {
    throw LossError(name + ": '" + text + "' is not a number; give " + range.text());
  }
  if (!range.contains(value)) {
    throw LossError(name + ": " + range.symbol + " = " + text + " is out of range; give " + range.text());
  }
  return value;
}

// With the value in place of the symbol, so that the text can be read again without parameters.
std::string with_value(const std::string& text, const std::string& symbol, const std::string& value) {
  const bool is_digits = value.find_first_of("+-*/eE") == std::string::npos;
  return replace_word(text, symbol, is_digits ? value : "(" + value + ")");
}

struct FormulaText {
  std::string f;
  std::string evaluated_as;
  std::optional<DualPairText> dual_pair;
};

FormulaText formula_of(const DivergenceRow& row) {
  return {row.f, row.evaluated_as.empty() ? row.f : row.evaluated_as, row.dual_pair};
}

Divergence build(const std::string& name, const FormulaText& formula, const Parameters& parameters) {
  const Formula written = parse_formula(formula.evaluated_as, parameters);
  Divergence divergence{.name = name,
                        .f = formula.f,
                        .pieces = split_at_kinks(written.expression),
                        .written = parse_groups(formula.evaluated_as, parameters),
                        .domain = written.domain};
  for (const SmoothPiece& piece : divergence.pieces) {
    divergence.curvature.push_back({piece.start, stable_form(piece.expression.diff(variable_t(), 2))});
  }
  if (formula.dual_pair) {
    divergence.dual_pair = DualPair{parse_expression(formula.dual_pair->activation, parameters),
                                    parse_expression(formula.dual_pair->conjugate, parameters)};
  }
  return divergence;
}

}  // namespace

bool ParameterRange::contains(const GiNaC::numeric& value) const {
  const GiNaC::numeric first = exact(lowest);
  const GiNaC::numeric last = exact(highest);
  return (lowest_included ? value >= first : value > first) &&
         (highest_included ? value <= last : value < last);
}

std::string ParameterRange::text() const {
  return number_text(lowest) + (lowest_included ? " <= " : " < ") + symbol +
         (highest_included ? " <= " : " < ") + number_text(highest);
}

const std::vector<DivergenceRow>& divergence_table() {
  static const std::vector<DivergenceRow> table = make_divergence_table();
  return table;
}

std::vector<std::string> divergence_names() {
  std::vector<std::string> names;
  for (const DivergenceRow& row : divergence_table()) {
    names.push_back(row.name);
  }
  return names;
}

Divergence named_divergence(std::string_view name) {
  const DivergenceRow& row = find_row(table_name_of(name));
  const size_t colon = name.find(':');
  if (!row.parameter) {
    if (colon != std::string_view::npos) {
      throw LossError(row.name + " takes no parameter; write '" + row.name + "'");
    }
    return build(row.name, formula_of(row), {});
  }
  const std::string& symbol = row.parameter->symbol;
  const std::string text =
      colon == std::string_view::npos ? row.parameter->default_value : std::string(name.substr(colon + 1));
  const GiNaC::numeric value = parameter_value(*row.parameter, row.name, text);
  FormulaText formula = formula_of(row);
  for (const SpecialCase& special : row.special_cases) {
    if (exact(special.value) == value) {
      formula = {special.f, special.f, special.dual_pair};
    }
  }
  formula.f = with_value(formula.f, symbol, text);
  return build(row.name + ":" + text, formula, {{symbol, value}});
}

namespace {

GiNaC::ex value_at_one(const std::vector<SmoothPiece>& pieces) {
  const GiNaC::ex& f = piece_at(pieces, 1).expression;
  try {
    return stable_form(exact_value_at(f, 1));
  } catch (const std::exception&) {
    if (const auto limit = limit_at(f, 1)) {
      return *limit;
    }
    throw LossError("f(1) is not a finite number; f has to be 0 at t = 1");
  }
}

bool jumps_at(const std::vector<SmoothPiece>& pieces, size_t index) {
  const Jump jump = jump_at(pieces, index);
  return jump == Jump::rises || jump == Jump::falls;
}

}  // namespace

Divergence written_divergence(std::string_view f, const Parameters& parameters, bool shift) {
  std::string in_place(f);
  for (const auto& [symbol, value] : parameters) {
    in_place = with_value(in_place, symbol, to_text(value));
  }
  Divergence divergence = run_algebra(
      in_place, [&] { return build(in_place, {in_place, std::string(f), std::nullopt}, parameters); });
  const GiNaC::ex at_one = value_at_one(divergence.pieces);
  if (at_one.is_zero()) {
    return divergence;
  }
  const double value = Program(at_one)(0.0);
  if (std::isnan(value)) {
    throw LossError("f(1) is not a real number; f has to be 0 at t = 1");
  }
  // Rounding of a value that exact algebra could not bring to 0, such as sin(1)^2 + cos(1)^2 - 1.
  constexpr double kRounding = 1e-13;
  if (!shift && std::abs(value) > kRounding) {
    throw LossError("f(1) = " + number_text(value) + " but has to be 0: write " + in_place + " - (" +
                        to_text(at_one) + "), or shift f",
                    Remedy::shift);
  }
  if (shift) {
    for (SmoothPiece& piece : divergence.pieces) {
      piece.expression -= at_one;
    }
    divergence.f += " - (" + to_text(at_one) + ")";
    divergence.name = divergence.f;
  }
  return divergence;
}

Divergence divergence_to_certify(std::string_view f, const Parameters& parameters) {
  const Formula formula = parse_formula(f, parameters);
  Divergence divergence{.name = std::string(f), .f = std::string(f), .pieces = {}};
  divergence.written = parse_groups(f, parameters);
  divergence.domain = formula.domain;
  try {
    divergence.pieces = split_at_kinks(formula.expression);
  } catch (const LossError&) {
    if (!is_composed(*divergence.written)) {
      throw;
    }
  }
  for (const SmoothPiece& piece : divergence.pieces) {
    divergence.curvature.push_back(
        {piece.start, stable_form_if_possible(piece.expression.diff(variable_t(), 2))});
  }
  return divergence;
}

Divergence divergence_of_curvature(const std::string& name, const GiNaC::ex& curvature) {
  Divergence divergence{.name = name, .f = "", .pieces = {}};
  divergence.curvature.push_back({0, stable_form(curvature)});
  return divergence;
}

bool has_jump(const Divergence& divergence) {
  for (size_t i = 1; i < divergence.pieces.size(); ++i) {
    if (jumps_at(divergence.pieces, i)) {
      return true;
    }
  }
  return false;
}

bool is_trivial(const Divergence& divergence) {
  if (divergence.pieces.empty()) {
    return !divergence.curvature.empty() && divergence.curvature[0].expression.is_zero();
  }
  const auto& t = variable_t();
  const GiNaC::ex line = stable_form_if_possible(divergence.pieces[0].expression).expand();
  const bool is_line = line.is_polynomial(t) && line.degree(t) <= 1;
  return is_line &&
         std::all_of(divergence.pieces.begin(), divergence.pieces.end(), [&](const SmoothPiece& piece) {
           return stable_form_if_possible(piece.expression - line).expand().is_zero();
         });
}

void require_nontrivial(const Divergence& divergence) {
  if (is_trivial(divergence)) {
    throw LossError(
        divergence.name +
        ": f is a multiple of t - 1, so D_f is 0 whatever p and q are and nothing can be learned");
  }
}

double curvature_at_one(const Divergence& divergence) {
  if (divergence.curvature.empty()) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  for (size_t i = 1; i < divergence.pieces.size(); ++i) {
    if (divergence.pieces[i].start == 1 && jumps_at(divergence.pieces, i)) {
      return kInfinity;
    }
  }
  return Program(piece_at(divergence.curvature, 1).expression)(0.0);
}

}  // namespace ganwright
