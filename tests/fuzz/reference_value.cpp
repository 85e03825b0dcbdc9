#include "tests/fuzz/reference_value.h"

#include <cctype>
#include <map>
#include <stdexcept>
#include <utility>

namespace ganwright {

// A number, t, an operator or a call.
struct ReferenceFunction::Node {
  std::string name;
  std::vector<Node> operands = {};
};

class ReferenceFunction::Reader {
 public:
  explicit Reader(std::string text) : text_(std::move(text)) {}

  Node read() {
    Node node = sum();
    if (!at('\0')) {
      fail();
    }
    return node;
  }

 private:
  [[noreturn]] void fail() const { throw std::invalid_argument("cannot read " + text_); }

  // Whether the next character is this one; skips spaces.
  bool at(char character) {
    while (position_ < text_.size() && text_[position_] == ' ') {
      ++position_;
    }
    return (position_ < text_.size() ? text_[position_] : '\0') == character;
  }

  bool accept(char character) {
    const bool is_there = at(character);
    position_ += is_there ? 1 : 0;
    return is_there;
  }

  void expect(char character) {
    if (!accept(character)) {
      fail();
    }
  }

  Node sum() {
    Node node = product();
    while (at('+') || at('-')) {
      const std::string name(1, text_[position_++]);
      node = {name, {node, product()}};
    }
    return node;
  }

  Node product() {
    Node node = signed_power();
    while (at('*') || at('/')) {
      const std::string name(1, text_[position_++]);
      node = {name, {node, signed_power()}};
    }
    return node;
  }

  Node signed_power() {
    if (accept('-')) {
      return {"-", {{"0"}, signed_power()}};
    }
    Node base = primary();
    return accept('^') ? Node{"^", {base, signed_power()}} : base;
  }

  Node primary() {
    if (accept('(')) {
      Node node = sum();
      expect(')');
      return node;
    }
    std::string word;
    const auto is_of_word = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.';
    };
    while (position_ < text_.size() && is_of_word(text_[position_])) {
      word += text_[position_++];
    }
    Node node{word};
    if (accept('(')) {
      node.operands.push_back(sum());
      while (accept(',')) {
        node.operands.push_back(sum());
      }
      expect(')');
    } else if (word.empty()) {
      fail();
    }
    return node;
  }

  std::string text_;
  size_t position_ = 0;
};

namespace {

using Unary = void (*)(arb_t, const arb_t, slong);

const std::map<std::string, Unary>& unary() {
  static const std::map<std::string, Unary> table = {
      {"exp", arb_exp},     {"log", arb_log},     {"sqrt", arb_sqrt},  {"sin", arb_sin},
      {"cos", arb_cos},     {"tan", arb_tan},     {"asin", arb_asin},  {"acos", arb_acos},
      {"atan", arb_atan},   {"sinh", arb_sinh},   {"cosh", arb_cosh},  {"tanh", arb_tanh},
      {"asinh", arb_asinh}, {"acosh", arb_acosh}, {"atanh", arb_atanh}};
  return table;
}

void set_decimal(arb_t value, const std::string& text, slong bits) {
  if (arb_set_str(value, text.c_str(), bits) != 0) {
    throw std::invalid_argument("no number: " + text);
  }
}

}  // namespace

ReferenceFunction::ReferenceFunction(const std::string& text)
    : root_(std::make_unique<Node>(Reader(text).read())) {}

ReferenceFunction::~ReferenceFunction() = default;

void ReferenceFunction::evaluate(Ball& value, const Ball& t, long bits) const {
  evaluate(*root_, value.value, t.value, bits);
}

void ReferenceFunction::evaluate(const Node& node, arb_t value, const arb_t t, long bits) {
  if (node.operands.empty()) {
    return node.name == "t"    ? arb_set(value, t)
           : node.name == "pi" ? arb_const_pi(value, bits)
                               : set_decimal(value, node.name, bits);
  }
  Ball first;
  evaluate(node.operands[0], first.value, t, bits);
  if (const auto found = unary().find(node.name); found != unary().end()) {
    return found->second(value, first.value, bits);
  }
  if (node.name == "abs") {
    return arb_abs(value, first.value);
  }
  Ball second;
  evaluate(node.operands.at(1), second.value, t, bits);
  if (node.name == "+") {
    arb_add(value, first.value, second.value, bits);
  } else if (node.name == "-") {
    arb_sub(value, first.value, second.value, bits);
  } else if (node.name == "*") {
    arb_mul(value, first.value, second.value, bits);
  } else if (node.name == "/") {
    arb_div(value, first.value, second.value, bits);
  } else if (node.name == "^") {
    arb_pow(value, first.value, second.value, bits);
  } else if (node.name == "max") {
    arb_max(value, first.value, second.value, bits);
  } else if (node.name == "min") {
    arb_min(value, first.value, second.value, bits);
  } else {
    throw std::invalid_argument("no function: " + node.name);
  }
}

}  // namespace ganwright
