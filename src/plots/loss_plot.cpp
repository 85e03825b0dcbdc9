#include "plots/loss_plot.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "errors.h"
#include "losses/analysis/limits.h"
#include "losses/objective/log_ratio_form.h"
#include "plots/gnuplot.h"
#include "plots/loss_summary.h"

namespace ganwright {
namespace {

constexpr double kGap = std::numeric_limits<double>::quiet_NaN();
constexpr double kLargestRatio = 4;
constexpr double kLargestPlottedLogRatio = 6;

const std::string kStyle =
    "set border 3 lw 1 lc rgb '#404040'\n"
    "set tics nomirror out scale 0.6 textcolor rgb '#202020'\n"
    "set grid xtics ytics lt 1 lw 0.6 lc rgb '#e4e4e4'\n"
    "set key samplen 2 font ',10'\n"
    "set lmargin 9\nset rmargin 2.5\nset tmargin 2.5\n";

using Values = std::vector<double>;

Values evenly_spaced(double first, double last, int count) {
  Values points;
  for (int i = 0; i < count; ++i) {
    points.push_back(first + (last - first) * i / (count - 1));
  }
  return points;
}

Values values_at(const Values& points, const std::function<double(double)>& function) {
  Values values;
  for (const double x : points) {
    values.push_back(function(x));
  }
  return values;
}

// The range of y that shows most of what is there: where a curve runs away it is cut.
std::string y_range(const std::vector<Values>& curves) {
  Values all;
  for (const Values& curve : curves) {
    std::copy_if(curve.begin(), curve.end(), std::back_inserter(all),
                 [](double y) { return std::isfinite(y); });
  }
  if (all.empty()) {
    return "[-1:1]";
  }
  std::sort(all.begin(), all.end());
  const auto quantile = [&](double share) { return all[static_cast<size_t>(share * (all.size() - 1.0))]; };
  const double middle = std::max(quantile(0.9) - quantile(0.1), 1e-3);
  const double low = std::max(all.front(), quantile(0.1) - middle);
  const double high = std::min(all.back(), quantile(0.9) + middle);
  const double margin = 0.06 * std::max(high - low, 1e-3);
  return fmt::format("[{}:{}]", low - margin, high + margin);
}

// Six decades at most below the largest weight; a weight of 0 is a gap.
std::string log_range(const std::vector<Values>& curves) {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (const Values& curve : curves) {
    for (const double y : curve) {
      if (std::isfinite(y) && y > 0) {
        low = std::min(low, y);
        high = std::max(high, y);
      }
    }
  }
  if (high == 0) {
    return "[1e-3:10]";
  }
  const double top = std::min(high, 1e3);
  return fmt::format("[{}:{}]", std::clamp(low / 2, top * 1e-6, top / 20), top * 4);
}

const std::string kKeyBelow = "set bmargin 6.2\nset key bmargin center horizontal\n";
const std::string kKeyInside = "set bmargin 3.5\nset key inside top center vertical\n";
const std::string kNoKey = "set bmargin 3.5\nunset key\n";

struct PlotCurve {
  std::string title;  ///< in gnuplot's enhanced text
  Values x;
  Values y;
};

struct Panel {
  std::string title;
  std::string x_label;
  std::string key;  ///< lines of gnuplot that place it
  bool is_logarithmic = false;
  std::vector<PlotCurve> curves;
  std::string extra = {};  ///< lines of gnuplot before the plot
};

// gnuplot refuses an empty range.
std::string x_range(const Values& x) {
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  const double margin = *low < *high ? 0 : 1;
  return fmt::format("[{}:{}]", *low - margin, *high + margin);
}

std::string script_of(const Panel& panel, size_t index) {
  std::string script;
  std::string plots;
  std::vector<Values> ys;
  for (size_t i = 0; i < panel.curves.size(); ++i) {
    const PlotCurve& curve = panel.curves[i];
    const std::string data = fmt::format("p{}c{}", index, i);
    script += plot_data(data, {curve.x, curve.y});
    // Thinner ones on top of thicker ones, so that curves that coincide are all seen.
    plots += fmt::format("{}${} using 1:2 with lines lw {} dt {} lc rgb '{}' title {}", i == 0 ? "" : ", ",
                         data, std::max(1.6, 3.2 - 0.4 * static_cast<double>(i)), i % 4 + 1,
                         plot_colors()[i % plot_colors().size()], plot_text(curve.title));
    ys.push_back(curve.y);
  }
  script += fmt::format("set title {}\nset xlabel {}\n", plot_text(panel.title), plot_text(panel.x_label));
  script += panel.key;
  script += panel.is_logarithmic ? "set logscale y\nset format y '10^{%T}'\n"
                                 : "unset logscale y\nset format y '%g'\n";
  script += fmt::format("set yrange {}\n", panel.is_logarithmic ? log_range(ys) : y_range(ys));
  return script + panel.extra + "plot " + x_range(panel.curves[0].x) + " " + plots + "\n";
}

std::string multiplot(const std::string& title, int rows, int columns, const std::vector<Panel>& panels) {
  std::string script = kStyle + fmt::format("set multiplot layout {},{} title {} noenhanced font ',13'\n",
                                            rows, columns, plot_text(title));
  for (size_t i = 0; i < panels.size(); ++i) {
    script += script_of(panels[i], i) + "unset arrow\nunset object\n";
  }
  return script + "unset multiplot\n";
}

std::string shortened(const std::string& text) {
  constexpr size_t kLongest = 90;
  return text.size() <= kLongest ? text : text.substr(0, kLongest - 3) + "...";
}

// f' and -psi = f* on u, so that f* is drawn over its domain, with the straight lines of kinks between.
Panel conjugate_panel(const LogRatioForm& form) {
  PlotCurve curve{"", {}, {}};
  const Values points = evenly_spaced(-kLargestPlottedLogRatio, kLargestPlottedLogRatio, 1201);
  const double low = form.phi.value(-std::log(10.0)) - 1;
  const double high = form.phi.value(std::log(10.0)) + 1;
  for (const double u : points) {
    const double v = form.phi.value(u);
    if (v >= low && v <= high) {
      curve.x.push_back(v);
      curve.y.push_back(-form.psi.value(u));
    }
  }
  if (curve.x.empty()) {
    // Where f' falls, f is concave, and its conjugate is infinite everywhere.
    return {.title = "no conjugate: f is not convex",
            .x_label = "v",
            .key = kNoKey,
            .curves = {{"", {-1, 1}, {kGap, kGap}}}};
  }
  return {.title = "conjugate", .x_label = "v", .key = kKeyBelow, .curves = {{"f*(v)", curve.x, curve.y}}};
}

std::string shaded(const std::vector<RatioInterval>& intervals) {
  std::string script;
  for (const RatioInterval& interval : intervals) {
    const auto end = [](double ratio) {
      return std::clamp(std::log(ratio), -kLargestPlottedLogRatio, kLargestPlottedLogRatio);
    };
    script += fmt::format(
        "set object rectangle from first {}, graph 0 to first {}, graph 1 fc rgb '#F0E442' "
        "fs solid 0.35 noborder behind\n",
        end(interval.low), end(interval.high));
  }
  return script;
}

Panel generator_panel(const Loss& loss, const std::string& x_label, const Values& points) {
  const RealFunction weight = generator_weight(loss);
  Panel panel{.title = "generator: " + loss.generator_objective.name,
              .x_label = x_label,
              .key = kKeyBelow,
              .is_logarithmic = true,
              .curves = {{"", points,
                          values_at(points,
                                    [&](double u) {
                                      const double w = weight(u);
                                      return w > 0 ? w : kGap;
                                    })}},
              .extra = shaded(loss.generator_objective.wrong_way)};
  panel.curves[0].title = "-β'(" + x_label.substr(0, 1) + ")" +
                          (loss.generator_objective.wrong_way.empty() ? "" : "  (shaded: wrong way)");
  return panel;
}

}  // namespace

void draw_loss(const Loss& loss, const std::filesystem::path& path) {
  if (!loss.objective.f) {
    throw UsageError(loss.divergence.name +
                     " is not an f-divergence, so there is no f to plot; leave --out out");
  }
  const LogRatioForm form = log_ratio_form(loss.divergence);
  const Limits limits = limits_of(loss.divergence);
  const bool tells_ratio = static_cast<bool>(loss.link.log_ratio.value);
  const Values ratios = evenly_spaced(0.004, kLargestRatio, 600);
  const Values points = evenly_spaced(-kLargestPlottedLogRatio, kLargestPlottedLogRatio, 481);
  const auto of_ratio = [](const std::function<double(double)>& function) {
    return [function](double t) { return function(std::log(t)); };
  };
  const double slope = limits.slope_at_one;
  const ScalarFunction phi = tells_ratio ? form.phi : loss.objective.phi;
  const ScalarFunction psi = tells_ratio ? form.psi : loss.objective.psi;
  const std::string argument = tells_ratio ? "u" : "h";
  const std::string x_label = tells_ratio ? "u = log r" : "h";

  Panel f{.title = "divergence",
          .x_label = "t = p/q",
          .key = kKeyBelow,
          .curves = {{"f(t)", ratios, values_at(ratios, of_ratio(form.f))}}};
  if (std::abs(slope) > 1e-9) {
    f.curves.push_back({"f(t) - f'(1) (t-1)", ratios,
                        values_at(ratios, [&](double t) { return form.f(std::log(t)) - slope * (t - 1); })});
  }
  const auto curvature = [&](double t) { return form.phi.slope(std::log(t)) / t; };
  const Panel slopes{.title = "slope and curvature",
                     .x_label = "t = p/q",
                     .key = kKeyBelow,
                     .curves = {{"f'(t)", ratios, values_at(ratios, of_ratio(form.phi.value))},
                                {"f''(t)", ratios, values_at(ratios, curvature)}}};
  const Panel objective{.title = "objective",
                        .x_label = x_label,
                        .key = kKeyBelow,
                        .curves = {{"φ(" + argument + ")", points, values_at(points, phi.value)},
                                   {"ψ(" + argument + ")", points, values_at(points, psi.value)}}};
  const auto positive = [](double w) { return w > 0 ? w : kGap; };
  const Panel weights{.title = "discriminator's gradient weights",
                      .x_label = x_label,
                      .key = kKeyBelow,
                      .is_logarithmic = true,
                      .curves = {{tells_ratio ? "real: r f''(r)" : "real: φ'(h)", points,
                                  values_at(points, [&](double u) { return positive(phi.slope(u)); })},
                                 {tells_ratio ? "fake: r² f''(r)" : "fake: -ψ'(h)", points,
                                  values_at(points, [&](double u) { return positive(-psi.slope(u)); })}}};
  const std::string title = loss.divergence.f.empty() || loss.divergence.f == loss.divergence.name
                                ? loss.divergence.name
                                : loss.divergence.name + ": f(t) = " + loss.divergence.f;
  draw_plot(multiplot(shortened(title), 2, 3,
                      {f, slopes, conjugate_panel(form), objective, weights,
                       generator_panel(loss, x_label, points)}),
            path, {1200, 720});
}

void draw_comparison(const std::vector<Divergence>& divergences, const std::vector<double>& scales,
                     const std::filesystem::path& path) {
  const Values ratios = evenly_spaced(0.004, kLargestRatio, 600);
  const Values points = evenly_spaced(-kLargestPlottedLogRatio, kLargestPlottedLogRatio, 481);
  Panel f{.title = "f(t) - f'(1) (t-1)", .x_label = "t = p/q", .key = kKeyInside, .curves = {}};
  Panel slopes{.title = "φ(u) = f'(r) - f'(1)", .x_label = "u = log r", .key = kNoKey, .curves = {}};
  Panel real{.title = "gradient weight on real samples, r f''(r)",
             .x_label = "u = log r",
             .key = kNoKey,
             .is_logarithmic = true,
             .curves = {}};
  Panel fake{.title = "gradient weight on fakes, r² f''(r)",
             .x_label = "u = log r",
             .key = kNoKey,
             .is_logarithmic = true,
             .curves = {}};
  for (size_t i = 0; i < divergences.size(); ++i) {
    const LogRatioForm form = log_ratio_form(divergences[i]);
    const double slope = limits_of(divergences[i]).slope_at_one;
    const double scale = scales[i];
    const std::string& name = divergences[i].name;
    const auto positive = [scale](double w) { return w > 0 ? scale * w : kGap; };
    f.curves.push_back({name, ratios, values_at(ratios, [&](double t) {
                          return scale * (form.f(std::log(t)) - slope * (t - 1));
                        })});
    slopes.curves.push_back(
        {name, points, values_at(points, [&](double u) { return scale * (form.phi.value(u) - slope); })});
    real.curves.push_back(
        {name, points, values_at(points, [&](double u) { return positive(form.phi.slope(u)); })});
    fake.curves.push_back(
        {name, points, values_at(points, [&](double u) { return positive(-form.psi.slope(u)); })});
  }
  draw_plot(multiplot("divergences D(p||q) = E_q[f(p/q)]", 2, 2, {f, slopes, real, fake}), path, {1100, 820});
}

}  // namespace ganwright
