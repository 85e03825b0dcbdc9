#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ganwright::test_support {

/// Runs `ganwright WORDS` in a process that is forked off one in which LibTorch is loaded already, which
/// saves two thirds of a second of the processor; waits for it and returns what waitpid says of it. Its stdin
/// is empty. What it may not be used for: a limit or a variable of the environment that is set after the
/// start of the tests, and a command that starts the program again (`compare`) or asks how it was started.
int run_forked(const std::vector<std::string>& words, const std::filesystem::path& output,
               const std::filesystem::path& errors);

}  // namespace ganwright::test_support
