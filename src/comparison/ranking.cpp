#include "comparison/ranking.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "losses/text/number.h"

namespace ganwright {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

double number_in(const nlohmann::ordered_json& evaluation, const char* metric) {
  const bool has = evaluation.is_object() && evaluation.contains(metric) && evaluation.at(metric).is_number();
  return has ? evaluation.at(metric).get<double>() : kNone;
}

std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    result += c == '"' ? std::string("\"\"") : std::string(1, c);
  }
  return result + "\"";
}

std::string text_of(const Spread& spread) {
  if (std::isnan(spread.mean)) {
    return "";
  }
  const std::string mean = number_text(spread.mean, 4);
  return std::isnan(spread.deviation) ? mean : mean + " ± " + number_text(spread.deviation, 2);
}

}  // namespace

Spread spread_of(const std::vector<double>& values) {
  std::vector<double> numbers;
  std::copy_if(values.begin(), values.end(), std::back_inserter(numbers),
               [](double value) { return !std::isnan(value); });
  if (numbers.empty()) {
    return {kNone, kNone};
  }
  const auto count = static_cast<double>(numbers.size());
  const double mean = std::accumulate(numbers.begin(), numbers.end(), 0.0) / count;
  if (numbers.size() == 1) {
    return {mean, kNone};
  }
  double squares = 0;
  for (const double value : numbers) {
    squares += (value - mean) * (value - mean);
  }
  const double deviation = std::sqrt(squares / (count - 1));
  // What rounding leaves of equal numbers is none.
  constexpr double dust = 1e-12;
  return {mean, deviation < dust * std::abs(mean) ? 0 : deviation};
}

std::vector<RankedLoss> ranked(const std::vector<CellResult>& results) {
  std::vector<RankedLoss> losses;
  for (const CellResult& first : results) {
    const bool is_known = std::any_of(losses.begin(), losses.end(),
                                      [&](const RankedLoss& loss) { return loss.loss == first.loss; });
    if (is_known || !first.evaluation.is_object()) {
      continue;
    }
    RankedLoss loss{first.loss, 0, {}};
    for (const char* metric : kComparedMetrics) {
      std::vector<double> values;
      for (const CellResult& result : results) {
        if (result.loss == first.loss && result.evaluation.is_object()) {
          values.push_back(number_in(result.evaluation, metric));
        }
      }
      loss.runs = static_cast<int64_t>(values.size());
      loss.metrics.push_back(spread_of(values));
    }
    losses.push_back(loss);
  }
  const auto rank = [](const RankedLoss& loss) {
    const double mean = loss.metrics.front().mean;
    return std::isnan(mean) ? std::numeric_limits<double>::infinity() : mean;
  };
  std::stable_sort(losses.begin(), losses.end(),
                   [&](const RankedLoss& a, const RankedLoss& b) { return rank(a) < rank(b); });
  return losses;
}

std::string to_csv(const std::vector<CellResult>& results) {
  std::string text = "loss,seed";
  for (const char* metric : kComparedMetrics) {
    text += std::string(",") + metric;
  }
  text += ",failure\r\n";
  for (const CellResult& result : results) {
    text += quoted(result.loss) + "," + std::to_string(result.seed);
    for (const char* metric : kComparedMetrics) {
      const double value = number_in(result.evaluation, metric);
      text += "," + (std::isnan(value) ? std::string() : fmt::format("{}", value));
    }
    text += "," + (result.failure.empty() ? "" : quoted(result.failure)) + "\r\n";
  }
  return text;
}

std::string to_markdown(const std::vector<RankedLoss>& losses) {
  std::string text = "| rank | loss |";
  std::string rule = "|---|---|";
  for (const char* metric : kComparedMetrics) {
    text += std::string(" ") + metric + " |";
    rule += "---|";
  }
  text += " runs |\n" + rule + "---|\n";
  for (size_t i = 0; i < losses.size(); ++i) {
    text += fmt::format("| {} | {} |", i + 1, losses[i].loss);
    for (const Spread& spread : losses[i].metrics) {
      text += " " + text_of(spread) + " |";
    }
    text += fmt::format(" {} |\n", losses[i].runs);
  }
  return text;
}

}  // namespace ganwright
