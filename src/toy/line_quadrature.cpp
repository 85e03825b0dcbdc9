#include "toy/line_quadrature.h"

#include <algorithm>
#include <array>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>
#include <cmath>
#include <queue>

#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

constexpr size_t kNodes = 15;
using Kronrod = boost::math::quadrature::gauss_kronrod<double, kNodes>;
using Gauss = boost::math::quadrature::gauss<double, kNodes / 2>;
using Values = std::array<SignedLog, kNodes>;

constexpr double kGoal = 1e-9;
constexpr double kRounding = 1e-14;
constexpr double kAcceptable = 1e-6;
constexpr size_t kMostPanels = 4000;

Values values_on(const LineFunction& function, const Panel& panel) {
  Values values;
  const double middle = (panel.from + panel.to) / 2;
  const double half = (panel.to - panel.from) / 2;
  for (size_t i = 0; i < kNodes; ++i) {
    // The rules list their nodes from 0 on; those below it mirror them.
    const auto node = static_cast<int>(i) - static_cast<int>(kNodes / 2);
    const double place = std::copysign(Kronrod::abscissa()[static_cast<size_t>(std::abs(node))], node);
    values[i] = function(panel.anchor, middle + half * place);
  }
  return values;
}

struct Piece {
  Panel panel;
  double integral;
  double magnitude;
  double error;

  bool operator<(const Piece& other) const { return error < other.error; }
};

// What the values on a panel, divided by e^scale, sum up to.
Piece piece_of(const Panel& panel, const Values& values, double scale) {
  Piece piece{panel, 0, 0, 0};
  double by_gauss = 0;
  for (size_t i = 0; i < kNodes; ++i) {
    const auto node = static_cast<size_t>(std::abs(static_cast<int>(i) - static_cast<int>(kNodes / 2)));
    const double value = SignedLog{values[i].sign, values[i].log - scale}.value();
    piece.integral += Kronrod::weights()[node] * value;
    piece.magnitude += Kronrod::weights()[node] * std::abs(value);
    // Every second node is one of the smaller rule, too.
    by_gauss += node % 2 == 0 ? Gauss::weights()[node / 2] * value : 0;
  }
  const double half = (panel.to - panel.from) / 2;
  // What the smaller rule is wrong by, so that the other one is far better.
  piece.error = std::abs(piece.integral - by_gauss) * half;
  piece.integral *= half;
  piece.magnitude *= half;
  return piece;
}

bool has_undefined(const Values& values) {
  return std::any_of(values.begin(), values.end(),
                     [](const SignedLog& value) { return value.is_undefined() || value.log == kInfinity; });
}

double largest_log(const Values& values) {
  double largest = -kInfinity;
  for (const SignedLog& value : values) {
    largest = value.sign == 0 ? largest : std::max(largest, value.log);
  }
  return largest;
}

}  // namespace

std::optional<SignedLog> integral_over(const LineFunction& function, const std::vector<Panel>& panels) {
  std::vector<Values> first;
  double scale = -kInfinity;
  for (const Panel& panel : panels) {
    first.push_back(values_on(function, panel));
    if (has_undefined(first.back())) {
      return std::nullopt;
    }
    scale = std::max(scale, largest_log(first.back()));
  }
  if (scale == -kInfinity) {
    return SignedLog{};
  }
  std::priority_queue<Piece> open;
  double integral = 0;
  double magnitude = 0;
  double error = 0;
  const auto add = [&](const Piece& piece) {
    integral += piece.integral;
    magnitude += piece.magnitude;
    error += piece.error;
    open.push(piece);
  };
  for (size_t i = 0; i < panels.size(); ++i) {
    add(piece_of(panels[i], first[i], scale));
  }
  for (size_t count = open.size();
       error > std::max(kGoal * std::abs(integral), kRounding * magnitude) && count < kMostPanels; ++count) {
    const Piece worst = open.top();
    open.pop();
    integral -= worst.integral;
    magnitude -= worst.magnitude;
    error -= worst.error;
    const double middle = (worst.panel.from + worst.panel.to) / 2;
    for (const Panel& half : {Panel{worst.panel.anchor, worst.panel.from, middle},
                              Panel{worst.panel.anchor, middle, worst.panel.to}}) {
      const Values values = values_on(function, half);
      if (has_undefined(values)) {
        return std::nullopt;
      }
      add(piece_of(half, values, scale));
    }
  }
  if (!(error <= std::max(kAcceptable * std::abs(integral), kRounding * magnitude))) {
    return std::nullopt;
  }
  return SignedLog::from_value(integral) * SignedLog{1.0, scale};
}

}  // namespace ganwright
