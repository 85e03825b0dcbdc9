#include "report/curves.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <unordered_map>

#include "errors.h"
#include "files/json_text.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

// A file has a few dozen; who writes one for us may not make the page endless.
constexpr size_t kMostNames = 256;
constexpr size_t kLongestName = 200;

constexpr double kNoValue = std::numeric_limits<double>::quiet_NaN();

// All lines, a column a metric; columns end where their last number was.
struct Columns {
  std::vector<double> steps;
  std::vector<std::string> kinds;
  std::vector<std::string> names;
  std::vector<std::vector<double>> values;
  std::unordered_map<std::string, size_t> places;

  void add(const Json& record, const std::vector<std::string>& kind) {
    for (const auto& [name, value] : record.items()) {
      const bool is_new_one = !places.contains(name);
      if (!value.is_number() || name == "step" || name.size() > kLongestName ||
          (is_new_one && names.size() == kMostNames)) {
        continue;
      }
      const auto [place, is_new] = places.try_emplace(name, names.size());
      if (is_new) {
        names.push_back(name);
        values.emplace_back();
      }
      std::vector<double>& column = values[place->second];
      column.resize(steps.size(), kNoValue);
      column.push_back(value.get<double>());
    }
    steps.push_back(record.at("step").get<double>());
    kinds.emplace_back();
    for (const std::string& name : kind) {
      kinds.back() += record.value(name, Json()).dump() + " ";
    }
  }

  [[nodiscard]] double at(size_t column, size_t line) const {
    return line < values[column].size() ? values[column][line] : kNoValue;
  }
};

// The lines of the commonest kind, the newest of equally common ones.
std::vector<size_t> lines_of_a_kind(const std::vector<std::string>& kinds) {
  std::map<std::string, std::vector<size_t>> lines;
  for (size_t i = 0; i < kinds.size(); ++i) {
    lines[kinds[i]].push_back(i);
  }
  std::vector<size_t> found;
  for (const auto& [kind, of_it] : lines) {
    if (of_it.size() > found.size() || (of_it.size() == found.size() && of_it.back() > found.back())) {
      found = of_it;
    }
  }
  return found;
}

// The lines in the order of their steps, the last one of each step.
std::vector<size_t> ordered(std::vector<size_t> order, const std::vector<double>& steps) {
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return steps[a] < steps[b]; });
  const auto same = [&](size_t a, size_t b) { return steps[a] == steps[b]; };
  order.erase(order.begin(), std::unique(order.rbegin(), order.rend(), same).base());
  return order;
}

void add_point(Curve& curve, const Columns& columns, size_t column, const size_t* first, const size_t* last) {
  double sum = 0;
  double count = 0;
  double low = kNoValue;
  double high = kNoValue;
  for (const size_t* line = first; line != last; ++line) {
    const double value = columns.at(column, *line);
    if (std::isfinite(value)) {
      sum += value;
      count += 1;
      low = std::fmin(low, value);
      high = std::fmax(high, value);
    }
  }
  curve.means.push_back(count > 0 ? sum / count : kNoValue);
  curve.lows.push_back(low);
  curve.highs.push_back(high);
}

Columns read_columns(const std::filesystem::path& path, const std::vector<std::string>& kind,
                     Curves& curves) {
  Columns columns;
  double newest = -std::numeric_limits<double>::infinity();
  const bool is_whole = for_each_line(path, [&](const std::string& line, size_t) {
    Json record = parse_json_object(line);
    if (!record.is_object()) {
      ++curves.damaged;
      return;
    }
    const auto step = record.find("step");
    if (step == record.end() || !step->is_number()) {
      return;
    }
    columns.add(record, kind);
    ++curves.lines;
    if (columns.steps.back() >= newest) {
      newest = columns.steps.back();
      curves.last = std::move(record);
    }
  });
  if (!is_whole) {
    throw DataError("cannot read " + path.string() + "; check its permissions");
  }
  return columns;
}

}  // namespace

Curves read_curves(const std::filesystem::path& path, int64_t most_points,
                   const std::vector<std::string>& kind) {
  Curves curves;
  const Columns columns = read_columns(path, kind, curves);
  const std::vector<size_t> of_a_kind = lines_of_a_kind(columns.kinds);
  curves.of_other_kinds = curves.lines - static_cast<int64_t>(of_a_kind.size());
  const std::vector<size_t> order = ordered(of_a_kind, columns.steps);
  const auto lines = static_cast<int64_t>(order.size());
  curves.lines_a_point = std::max<int64_t>(1, (lines + most_points - 1) / most_points);
  for (const std::string& name : columns.names) {
    curves.curves.emplace_back(name, Curve());
  }
  for (int64_t start = 0; start < lines; start += curves.lines_a_point) {
    const int64_t end = std::min(start + curves.lines_a_point, lines);
    curves.steps.push_back(columns.steps[order[static_cast<size_t>(end - 1)]]);
    for (size_t column = 0; column < columns.names.size(); ++column) {
      add_point(curves.curves[column].second, columns, column, order.data() + start, order.data() + end);
    }
  }
  return curves;
}

}  // namespace ganwright
