#pragma once

#include <memory>
#include <string>
#include <vector>

#include "losses/formula/ball.h"

namespace ganwright {

/// A formula in t, read and evaluated without algebra: balls of several hundred bits go through it as it is
/// written. What check says of f is held against it.
class ReferenceFunction {
 public:
  /// Reads what check reads, but for parameters. Throws std::invalid_argument for anything else.
  explicit ReferenceFunction(const std::string& text);
  ReferenceFunction(const ReferenceFunction&) = delete;
  ReferenceFunction& operator=(const ReferenceFunction&) = delete;
  ~ReferenceFunction();

  /// The value at t, which may be infinite or no number where it has none.
  void evaluate(Ball& value, const Ball& t, long bits) const;

 private:
  struct Node;
  class Reader;
  static void evaluate(const Node& node, arb_t value, const arb_t t, long bits);
  std::unique_ptr<Node> root_;
};

}  // namespace ganwright
