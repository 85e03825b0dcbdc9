#include "toy/picture.h"

#include <ATen/CPUGeneratorImpl.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>

#include "losses/logits.h"

namespace ganwright {
namespace {

std::vector<double> numbers_of(const torch::Tensor& tensor) {
  const torch::Tensor flat = tensor.to(torch::kFloat64).contiguous().flatten();
  return {flat.const_data_ptr<double>(), flat.const_data_ptr<double>() + flat.numel()};
}

bool tells_ratio(const Loss& loss) {
  return static_cast<bool>(loss.objective.log_ratio.value);
}

torch::Tensor shown_outputs(const Loss& loss, const ToySnapshot& snapshot) {
  return tells_ratio(loss) ? log_ratio_of(loss.objective, snapshot.outputs) : snapshot.outputs;
}

std::string script_number(double value) {
  return std::to_string(value);
}

// From grey to the blue of the last snapshot.
std::string color_at(size_t index, size_t count) {
  const double share = static_cast<double>(index + 1) / static_cast<double>(count);
  const auto mixed = [&](int from, int to) {
    return static_cast<int>(std::lround(from + share * (to - from)));
  };
  return fmt::format("rgb '#{:02X}{:02X}{:02X}'", mixed(0xD0, 0x00), mixed(0xD8, 0x72), mixed(0xE0, 0xB2));
}

struct Limits {
  double low;
  double high;
};

// Those of the truth, or of what was learned where it is unknown, without the extremes far out.
Limits shown_limits(std::vector<double> values) {
  values.erase(std::remove_if(values.begin(), values.end(), [](double x) { return !std::isfinite(x); }),
               values.end());
  if (values.empty()) {
    return {-1, 1};
  }
  std::sort(values.begin(), values.end());
  const double low = values[values.size() / 50];
  const double high = values[values.size() - 1 - values.size() / 50];
  const double margin = std::max(0.15 * (high - low), 0.1);
  return {low - margin, high + margin};
}

// Heights of a histogram of the samples over the bins of the picture, as a density.
std::string histogram(const torch::Tensor& samples, double low, double high) {
  constexpr int64_t kBins = 60;
  const torch::Tensor counts = torch::histc(samples, kBins, low, high);
  const double width = (high - low) / kBins;
  const torch::Tensor middles = torch::linspace(low + width / 2, high - width / 2, kBins, torch::kFloat64);
  return plot_data(
      "samples", {numbers_of(middles), numbers_of(counts / (static_cast<double>(samples.numel()) * width))});
}

std::string title_of(const Loss& loss, const ToyProblem& problem) {
  return loss.divergence.name + ", link " + loss.link.name +
         (problem.source ? ", source held fixed" : ", generator: " + loss.generator_objective.name);
}

std::string script_on_line(const Loss& loss, const ToyProblem& problem, const ToyResult& result) {
  const torch::Tensor points = picture_points(problem);
  const std::vector<double> x = numbers_of(points);
  const auto& snapshots = result.snapshots;
  const ToySnapshot& last = snapshots.back();
  std::string script = plot_data("target", {x, numbers_of(log_density(problem.target, points).exp())});
  script += histogram(last.samples, x.front(), x.back());
  std::string curves;
  std::string density_curve;
  std::vector<double> range;
  for (size_t i = 0; i < snapshots.size(); ++i) {
    const std::string name = "critic" + std::to_string(i);
    const std::vector<double> outputs = numbers_of(shown_outputs(loss, snapshots[i]));
    range = outputs;
    script += plot_data(name, {x, outputs});
    curves += (i == 0 ? "" : ", ") + ("$" + name) + " using 1:2 with lines lw 2 lc " +
              color_at(i, snapshots.size()) + " title 'step " + std::to_string(snapshots[i].step) + "'";
  }
  if (last.density) {
    const torch::Tensor log_q = log_density(*last.density, points);
    script += plot_data("generated", {x, numbers_of(log_q.exp())});
    density_curve = ", $generated using 1:2 with lines lw 2 lc rgb '#D55E00' title 'q'";
    if (tells_ratio(loss)) {
      range = numbers_of(log_density(problem.target, points) - log_q);
      script += plot_data("truth", {x, range});
      curves += ", $truth using 1:2 with lines lw 2 dt 2 lc rgb '#000000' title 'log p/q'";
    }
  }
  const Limits limits = shown_limits(range);
  script += "set multiplot layout 2,1 title " + plot_text(title_of(loss, problem)) + " noenhanced\n";
  script +=
      "set xrange [" + script_number(x.front()) + ":" + script_number(x.back()) + "]\nset key top right\n";
  script += "set ylabel 'density'\nset style fill solid 0.35 noborder\n";
  script +=
      "plot $samples using 1:2 with boxes lc rgb '#E69F00' title 'samples of q', "
      "$target using 1:2 with lines lw 2 lc rgb '#0072B2' title 'p'" +
      density_curve + "\n";
  script += std::string("set ylabel ") + (tells_ratio(loss) ? "'log ratio'" : "'output h'") + "\n";
  script += "set yrange [" + script_number(limits.low) + ":" + script_number(limits.high) +
            "]\nset key top left\nset xzeroaxis\nplot " + curves + "\nunset multiplot\n";
  return script;
}

std::string script_in_plane(const Loss& loss, const ToyProblem& problem, const ToyResult& result) {
  const torch::Tensor points = picture_points(problem);
  at::Generator random = at::detail::createCPUGenerator(0);
  const torch::Tensor target = points_at(problem.target, independent_uniform(2000, 2, random));
  const auto column = [](const torch::Tensor& rows, int64_t j) { return numbers_of(rows.select(1, j)); };
  std::string script = plot_data("target", {column(target, 0), column(target, 1)});
  const auto& snapshots = result.snapshots;
  for (size_t i = 0; i < snapshots.size(); ++i) {
    script += plot_data("samples" + std::to_string(i),
                        {column(snapshots[i].samples, 0), column(snapshots[i].samples, 1)});
    script += plot_data("critic" + std::to_string(i), {column(points, 0), column(points, 1),
                                                       numbers_of(shown_outputs(loss, snapshots[i]))});
  }
  const Limits limits = shown_limits(numbers_of(shown_outputs(loss, snapshots.back())));
  const double largest = std::max(std::abs(limits.low), std::abs(limits.high));
  script += "set multiplot layout 2," + std::to_string(snapshots.size()) + " title " +
            plot_text(title_of(loss, problem) +
                      (tells_ratio(loss) ? "; below: learned log ratio" : "; below: the critic's output h")) +
            " noenhanced\n";
  script += "set xrange [-3:3]\nset yrange [-3:3]\nset size ratio -1\nunset colorbox\n";
  script += "set palette defined (-1 '#D55E00', 0 '#FFFFFF', 1 '#0072B2')\n";
  script += "set cbrange [" + script_number(-largest) + ":" + script_number(largest) + "]\n";
  for (size_t i = 0; i < snapshots.size(); ++i) {
    script += "set key " + std::string(i == 0 ? "top right" : "off") + "\n";
    script += "set title 'step " + std::to_string(snapshots[i].step) + "'\n";
    script += "plot $target using 1:2 with points pt 7 ps 0.2 lc rgb '#0072B2' title 'p', $samples" +
              std::to_string(i) + " using 1:2 with points pt 7 ps 0.2 lc rgb '#D55E00' title 'q'\n";
  }
  script += "unset title\nset key off\n";
  for (size_t i = 0; i < snapshots.size(); ++i) {
    script += "plot $critic" + std::to_string(i) + " using 1:2:3 with image\n";
  }
  return script + "unset multiplot\n";
}

}  // namespace

std::string toy_script(const Loss& loss, const ToyProblem& problem, const ToyResult& result) {
  return problem.target.dimension == 1 ? script_on_line(loss, problem, result)
                                       : script_in_plane(loss, problem, result);
}

PlotSize toy_picture_size(const ToyProblem& problem, const ToyResult& result) {
  return problem.target.dimension == 1 ? PlotSize{900, 800}
                                       : PlotSize{static_cast<int>(320 * result.snapshots.size()), 700};
}

}  // namespace ganwright
