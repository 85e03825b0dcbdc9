#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "files/run_directory.h"

namespace ganwright {

/// What belongs to a step that was saved and is written after its checkpoint. The checkpoint keeps the list,
/// so that a run that was killed in between makes up for it when it is resumed.
struct Owed {
  std::vector<nlohmann::ordered_json> metrics{};      ///< lines of metrics.jsonl
  std::vector<nlohmann::ordered_json> evaluations{};  ///< lines of evaluations.jsonl
  bool grid = false;                                  ///< the grid of samples of the step
  bool evaluation = false;                            ///< the evaluation of the step (--evaluate-every)

  /// Whether there is nothing.
  [[nodiscard]] bool is_empty() const {
    return metrics.empty() && evaluations.empty() && !grid && !evaluation;
  }
};

/// As a checkpoint holds it (RunNotes::owed), and back; what is no such text owes nothing.
std::string owed_text(const Owed& owed);
Owed parse_owed(const std::string& text);

/// What of it the files of a run do not hold yet; `step` is that of the checkpoint.
Owed outstanding(Owed owed, const RunDirectory& run, int64_t step);

}  // namespace ganwright
