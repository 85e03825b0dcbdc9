#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ganwright {

/// A metric, a number a point: nan where it had no finite number.
struct Curve {
  std::vector<double> means;
  std::vector<double> lows;
  std::vector<double> highs;
};

/// The numbers of a file of metrics over the steps, thinned out: a point stands for several lines one after
/// the other, with their mean, smallest and largest values.
struct Curves {
  std::vector<double> steps;                          ///< of the last line of each point, rising
  std::vector<std::pair<std::string, Curve>> curves;  ///< by name, in the order of the file
  int64_t lines = 0;                                  ///< with a step
  int64_t lines_a_point = 1;
  int64_t damaged = 0;          ///< lines that are no JSON objects; an end that a crash cut short is none
  int64_t of_other_kinds = 0;   ///< lines that are in no curve, see read_curves
  nlohmann::ordered_json last;  ///< the line of the largest step, null where there is none
};

/// Reads metrics.jsonl or evaluations.jsonl to at most `most_points` points. Of lines of equal steps the last
/// one counts. Lines that differ in a value of `kind`, such as the number of pictures that were compared,
/// make no curve together: the curves are of the commonest kind, or the newest of those. A file that is
/// missing has no lines. Metrics that are never a number are left out. Throws DataError for one that cannot
/// be read.
Curves read_curves(const std::filesystem::path& path, int64_t most_points,
                   const std::vector<std::string>& kind = {});

}  // namespace ganwright
