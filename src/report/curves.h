#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace ganwright {

/// A metric over the points of Curves; nan if it has no finite number.
struct Curve {
  std::vector<double> means;  ///< of the lines of each point
  std::vector<double> lows;   ///< the smallest of them
  std::vector<double> highs;  ///< the largest of them
};

/// The metrics of a file over the steps, downsampled: a point summarizes several consecutive lines by their
/// mean, smallest and largest values.
struct Curves {
  std::vector<double> steps;                          ///< of the last line of each point, increasing
  std::vector<std::pair<std::string, Curve>> curves;  ///< by name, in the order of the file
  int64_t lines = 0;                                  ///< lines with a step
  int64_t lines_a_point = 1;                          ///< lines that a point summarizes
  int64_t damaged = 0;          ///< lines that are not JSON objects, except a last one cut short by a crash
  int64_t of_other_kinds = 0;   ///< lines left out of the curves, see read_curves
  nlohmann::ordered_json last;  ///< the line of the largest step; null if there is none
};

/// Reads metrics.jsonl or evaluations.jsonl, downsampled to at most `most_points` points. Of lines with equal
/// steps the last one counts. Lines that differ in one of the fields `kind`, such as the number of compared
/// pictures, do not share a curve: only the most common kind is kept, or the newest of those. A missing file
/// has no lines. Metrics that are never numbers are left out, and those beyond 256 names. Throws DataError if
/// the file cannot be read.
Curves read_curves(const std::filesystem::path& path, int64_t most_points,
                   const std::vector<std::string>& kind = {});

}  // namespace ganwright
