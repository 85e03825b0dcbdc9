#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "files/run_directory.h"

namespace ganwright::test_support {

/// What a run of the ganwright program left.
struct Outcome {
  int exit_code = 0;
  std::string output;  ///< of stdout
  std::string errors;  ///< of stderr
};

/// Runs `ganwright ARGUMENTS`, words as a shell takes them, in a process that is forked and not started anew:
/// see run_forked.
Outcome run_program(const std::string& arguments);

/// Starts the program itself through the shell and waits for it; `setup` is shell text that comes before.
Outcome run_in_shell(const std::string& arguments, const std::string& setup = "");

/// Runs `ganwright ARGUMENTS`, words with blanks between them, and sends it a signal once the training in
/// `run` has saved a checkpoint after some steps. Returns what waitpid says of it.
int signal_after_first_steps(const std::string& arguments, const RunDirectory& run, int signal);

/// Options that make a pair so small that a step takes milliseconds.
inline const std::string kTinyModel =
    " --size 8 --patch 4 --width 8 --heads 1 --depth 1 --latent 4 --latent-tokens 1 --batch-size 4 "
    "--grid-count 4 --cache none";

/// Writes 0.png, 1.png, ... of random pixels, `side` x `side`, into a folder that is made where it is
/// missing.
void write_noise(const std::filesystem::path& folder, int count, int side, int channels);

/// The records of a file of one JSON text a line, such as metrics.jsonl.
std::vector<nlohmann::json> json_lines(const std::filesystem::path& file);

/// True where `errors` is one line that is no trace: what a user should see of a mistake.
bool is_one_line(const std::string& errors);

}  // namespace ganwright::test_support
