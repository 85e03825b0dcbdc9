#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "training/device.h"

namespace ganwright {

/// The command that this process was started by, as a shell would take it again.
std::string command_line();

/// Joins words into a shell command, quoting where necessary.
std::string shell_text(const std::vector<std::string>& words);

/// What a session of training runs on, a line of sessions.jsonl: the step that it starts from, time, versions
/// of ganwright and LibTorch, device, processor, threads, command.
nlohmann::ordered_json session_record(const Device& device, int64_t step);

/// The local time, such as "2026-01-31 12:34:56".
std::string time_text();

}  // namespace ganwright
