#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "files/run_directory.h"
#include "training/device.h"

namespace ganwright {

/// The command that this process was started by, as a shell would take it again.
std::string command_line();

/// Joins words into a shell command, quoting where necessary.
std::string shell_text(const std::vector<std::string>& words);

/// What a session of training runs on, a line of sessions.jsonl: the step that it starts from, time, versions
/// of ganwright and LibTorch, device, processor, threads, command, and the number of the run's folder in the
/// file system.
nlohmann::ordered_json session_record(const RunDirectory& run, const Device& device, int64_t step);

/// Whether a session has trained in this very folder. A copy of a run, such as one that came from somebody
/// else, lies in a folder of another number, which nobody can foresee: what it says of paths outside is not
/// to be followed unasked.
bool was_trained_here(const RunDirectory& run);

/// A remark where a run on the CPU goes on with another number of threads than its last session: sums are
/// then taken in another order, and results differ in their last bits. "" otherwise.
std::string change_of_threads(const RunDirectory& run, const Device& device);

/// The local time, such as "2026-01-31 12:34:56".
std::string time_text();

}  // namespace ganwright
