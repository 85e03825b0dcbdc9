#include "losses/formula/parser.h"

#include <array>
#include <cctype>
#include <set>
#include <vector>

#include "losses/formula/grouping.h"
#include "losses/formula/written_function.h"
#include "losses/loss_error.h"
#include "losses/text/words.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

constexpr size_t kMaximumLength = 4096;
constexpr int kMaximumDepth = 100;
constexpr size_t kMaximumDigits = 60;
constexpr int kMaximumDecimalExponent = 300;
// Bits that an exact power of numbers may need; 9^9^9 would need 10^9.
constexpr double kMaximumPowerBits = 4096;
// Largest whole exponent of a sum: `expand` and `factor` work on its terms.
constexpr int kMaximumSumExponent = 64;
constexpr int kMostDoublings = 10;
const std::set<std::string> kDoublingFunctions = {"max", "min", "sinh", "cosh", "tanh"};

class Parser {
 public:
  Parser(std::string_view text, const Parameters& parameters, const GiNaC::symbol& variable,
         bool keeps_groups = false)
      : text_(text), parameters_(parameters), variable_(variable), keeps_groups_(keeps_groups) {
    if (text.size() > kMaximumLength) {
      throw ExpressionError("expression of " + std::to_string(text.size()) +
                            " characters is too long; at most " + std::to_string(kMaximumLength) +
                            " are read");
    }
  }

  Formula parse() {
    const ex result = sum();
    skip_space();
    if (position_ != text_.size()) {
      fail_at_character();
    }
    return {result, domain_};
  }

 private:
  [[noreturn]] void fail(const std::string& what) const { fail_at(position_, what); }

  [[noreturn]] void fail_at_character() const {
    fail("unexpected '" + std::string(1, printable(text_[position_])) + "'");
  }

  static char printable(char character) {
    return std::isprint(static_cast<unsigned char>(character)) != 0 ? character : '?';
  }

  [[noreturn]] void fail_at(size_t position, const std::string& what, Remedy remedy = Remedy::none) const {
    std::string shown;
    for (const char character : text_) {
      shown += printable(character);
    }
    const size_t start = position > 30 ? position - 30 : 0;
    const std::string before = (start > 0 ? "…" : "") + shown.substr(start, position - start);
    const std::string after = shown.substr(position, 30) + (shown.size() > position + 30 ? "…" : "");
    throw ExpressionError(
        "at character " + std::to_string(position + 1) + ": " + what + ", here: " + before + " >>>" + after,
        remedy);
  }

  void skip_space() {
    while (position_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[position_])) != 0) {
      ++position_;
    }
  }

  bool accept(std::string_view token) {
    skip_space();
    if (text_.substr(position_).starts_with(token)) {
      position_ += token.size();
      return true;
    }
    return false;
  }

  void expect(std::string_view token) {
    if (!accept(token)) {
      fail("expected '" + std::string(token) + "'");
    }
  }

  // GiNaC reports poles and undefined values by exceptions of several types; they all mean this place.
  template <class Build>
  ex built_at(size_t position, Build build) {
    try {
      return build();
    } catch (const LossError&) {
      throw;
    } catch (const std::exception& error) {
      fail_at(position, std::string("not defined (") + error.what() + ")");
    }
  }

  ex sum() {
    ex result = product();
    while (true) {
      if (accept("+")) {
        result += product();
      } else if (accept("-")) {
        result -= product();
      } else {
        return result;
      }
    }
  }

  ex product() {
    ex result = signed_power();
    while (true) {
      skip_space();
      const size_t position = position_;
      if (text_.substr(position_).starts_with("**")) {
        fail("misplaced power");
      }
      if (accept("*")) {
        const ex factor = signed_power();
        result = built_at(position, [&] { return ex(result * factor); });
      } else if (accept("/")) {
        const ex divisor = signed_power();
        if (divisor.is_zero()) {
          fail_at(position, "division by zero");
        }
        add_condition(domain_, DomainCondition::Relation::nonzero, divisor);
        result = built_at(position, [&] { return ex(result / divisor); });
      } else {
        return result;
      }
    }
  }

  ex signed_power() {
    const Depth depth(*this);
    if (accept("-")) {
      return -signed_power();
    }
    if (accept("+")) {
      return signed_power();
    }
    const ex base = primary();
    skip_space();
    const size_t position = position_;
    if (accept("^") || accept("**")) {
      const ex exponent = signed_power();
      check_power(position, base, exponent);
      add_conditions_of_power(domain_, base, exponent);
      return built_at(position, [&] { return ex(GiNaC::pow(base, exponent)); });
    }
    return base;
  }

  void check_power(size_t position, const ex& base, const ex& exponent) const {
    if (!is_a<numeric>(exponent)) {
      if (base.is_zero()) {
        fail_at(position, "zero to a power that is not a number");
      }
      return;
    }
    const double size = std::abs(ex_to<numeric>(exponent).to_double());
    if (is_a<numeric>(base)) {
      const auto& number = ex_to<numeric>(base);
      const double bits = number.numer().int_length() + number.denom().int_length();
      if (bits * size > kMaximumPowerBits) {
        fail_at(position, "this power is too large to be computed exactly");
      }
    } else if (size > 1e6 || (!is_a<GiNaC::symbol>(base) && size > kMaximumSumExponent)) {
      fail_at(position, "this exponent is too large");
    }
  }

  ex primary() {
    const Depth depth(*this);
    if (accept("(")) {
      const ex inner = sum();
      expect(")");
      return keeps_groups_ && is_a<GiNaC::add>(inner) ? group(inner) : inner;
    }
    if (position_ == text_.size()) {
      fail("the expression ends too early");
    }
    const auto first = static_cast<unsigned char>(text_[position_]);
    if (std::isdigit(first) != 0 || first == '.') {
      return number();
    }
    if (std::isalpha(first) != 0 || first == '_') {
      return name();
    }
    fail_at_character();
  }

  std::string digits() {
    std::string result;
    while (position_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[position_])) != 0) {
      result += text_[position_++];
    }
    return result;
  }

  numeric number() {
    const size_t position = position_;
    const std::string whole = digits();
    std::string fraction;
    if (position_ < text_.size() && text_[position_] == '.') {
      ++position_;
      fraction = digits();
    }
    if (whole.empty() && fraction.empty()) {
      fail_at(position, "not a number");
    }
    if (whole.size() + fraction.size() > kMaximumDigits) {
      fail_at(position, "a number of more than " + std::to_string(kMaximumDigits) + " digits");
    }
    int exponent = -static_cast<int>(fraction.size());
    if (position_ < text_.size() && (text_[position_] == 'e' || text_[position_] == 'E')) {
      exponent += decimal_exponent();
    }
    const numeric mantissa((whole + fraction).c_str());
    return mantissa * GiNaC::pow(numeric(10), numeric(exponent));
  }

  int decimal_exponent() {
    const size_t position = position_++;
    int sign = 1;
    if (position_ < text_.size() && (text_[position_] == '+' || text_[position_] == '-')) {
      sign = text_[position_++] == '-' ? -1 : 1;
    }
    const std::string text = digits();
    if (text.empty() || text.size() > 4 || std::stoi(text) > kMaximumDecimalExponent) {
      fail_at(position,
              "a decimal exponent that is missing or over " + std::to_string(kMaximumDecimalExponent));
    }
    return sign * std::stoi(text);
  }

  ex name() {
    const size_t position = position_;
    while (position_ < text_.size() && is_word_character(text_[position_])) {
      ++position_;
    }
    const std::string word(text_.substr(position, position_ - position));
    if (accept("(")) {
      return call(position, word);
    }
    if (const auto found = parameters_.find(word); found != parameters_.end()) {
      return found->second;
    }
    if (word == variable_.get_name()) {
      return variable_;
    }
    // GiNaC writes it as Pi.
    if (word == "pi" || word == "Pi") {
      return GiNaC::Pi;
    }
    fail_at(position,
            "unknown name '" + word + "' (the variable is " + variable_.get_name() +
                "; other names need a value)",
            Remedy::parameter);
  }

  ex call(size_t position, const std::string& function) {
    const Doubling doubling(*this, function);
    const ex first = sum();
    if (function == "max" || function == "min") {
      expect(",");
      const ex second = sum();
      expect(")");
      return built_at(position,
                      [&] { return function == "max" ? larger(first, second) : -larger(-first, -second); });
    }
    expect(")");
    const auto found = unary_functions().find(function);
    if (found == unary_functions().end()) {
      fail_at(position, "unknown function '" + function + "'");
    }
    add_conditions_of_call(domain_, function, first);
    return built_at(position, [&] { return found->second(first); });
  }

  [[nodiscard]] ex larger(const ex& a, const ex& b) const {
    return keeps_groups_ ? group_of_maximum(a, b) : maximum(a, b);
  }

  // Counts open recursions, so that a hostile input is refused before the stack is used up.
  struct Depth {
    explicit Depth(Parser& owner) : parser(owner) {
      if (++parser.depth_ > 2 * kMaximumDepth) {
        parser.fail("nested too deeply");
      }
    }
    ~Depth() { --parser.depth_; }
    Depth(const Depth&) = delete;
    Depth& operator=(const Depth&) = delete;
    Parser& parser;
  };

  // Counts open calls of functions that are written out with their argument twice: 100 of them inside one
  // another would be 2^100 terms.
  struct Doubling {
    Doubling(Parser& owner, const std::string& function)
        : parser(owner), counts(kDoublingFunctions.contains(function)) {
      if (counts && ++parser.doublings_ > kMostDoublings) {
        parser.fail("max, min, sinh, cosh and tanh nested too deeply");
      }
    }
    ~Doubling() { parser.doublings_ -= static_cast<int>(counts); }
    Doubling(const Doubling&) = delete;
    Doubling& operator=(const Doubling&) = delete;
    Parser& parser;
    bool counts;
  };

  std::string_view text_;
  const Parameters& parameters_;
  const GiNaC::symbol& variable_;
  bool keeps_groups_;
  Domain domain_;
  size_t position_ = 0;
  int depth_ = 0;
  int doublings_ = 0;
};

}  // namespace

const GiNaC::possymbol& variable_t() {
  static const GiNaC::possymbol t("t");
  return t;
}

const GiNaC::realsymbol& variable_v() {
  static const GiNaC::realsymbol v("v");
  return v;
}

Formula parse_formula(std::string_view text, const Parameters& parameters, const GiNaC::symbol& variable) {
  return Parser(text, parameters, variable).parse();
}

GiNaC::ex parse_groups(std::string_view text, const Parameters& parameters) {
  return Parser(text, parameters, variable_t(), /*keeps_groups=*/true).parse().expression;
}

GiNaC::ex parse_expression(std::string_view text, const Parameters& parameters,
                           const GiNaC::symbol& variable) {
  return parse_formula(text, parameters, variable).expression;
}

bool is_taken(const std::string& name) {
  static const std::set<std::string> others = {"t", "v", "pi", "Pi", "max", "min"};
  return others.contains(name) || unary_functions().contains(name);
}

GiNaC::numeric parse_number(std::string_view text) {
  const ex value = parse_expression(text);
  if (!is_a<numeric>(value) || !ex_to<numeric>(value).is_rational()) {
    throw ExpressionError("'" + std::string(text) + "' is not an exact number such as 0.5, 1e-3 or 1/3");
  }
  return ex_to<numeric>(value);
}

}  // namespace ganwright
