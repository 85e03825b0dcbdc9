#include "tests/support/program.h"

#include <sys/wait.h>
#include <unistd.h>
#include <wordexp.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iterator>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "tests/support/program_server.h"
#include "tests/support/temporary_folder.h"

namespace ganwright::test_support {

namespace {

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// The words that a shell would make of a text, quotes and patterns of file names included.
std::vector<std::string> words_of(const std::string& text) {
  wordexp_t found{};
  if (wordexp(text.c_str(), &found, WRDE_NOCMD) != 0) {
    throw std::invalid_argument("no plain words; quote them, or use run_in_shell: " + text);
  }
  std::vector<std::string> words(found.we_wordv, found.we_wordv + found.we_wordc);
  wordfree(&found);
  return words;
}

}  // namespace

Outcome run_program(const std::string& arguments) {
  const TemporaryFolder folder;
  const int status = run_forked(words_of(arguments), folder / "out", folder / "err");
  return {code_of(status), read_file(folder / "out"), read_file(folder / "err")};
}

Outcome run_in_shell(const std::string& arguments, const std::string& setup) {
  const TemporaryFolder folder;
  const std::string out = (folder / "out").string();
  const std::string err = (folder / "err").string();
  const std::string command =
      setup + " " GANWRIGHT_BINARY " " + arguments + " >" + out + " 2>" + err + " </dev/null";
  const int status = std::system(("exec bash -c '" + command + "'").c_str());
  return {code_of(status), read_file(out), read_file(err)};
}

int signal_after_first_steps(const std::string& arguments, const RunDirectory& run, int signal) {
  std::istringstream stream(arguments);
  std::vector<std::string> texts{std::istream_iterator<std::string>(stream), {}};
  std::vector<char*> words{const_cast<char*>(GANWRIGHT_BINARY)};
  for (std::string& text : texts) {
    words.push_back(text.data());
  }
  words.push_back(nullptr);
  const pid_t child = fork();
  if (child == 0) {
    execv(GANWRIGHT_BINARY, words.data());
    _exit(127);
  }
  int status = 0;
  // The first checkpoint is that of step 0, before any line of metrics.
  while (list_checkpoints(run).size() < 2 && waitpid(child, &status, WNOHANG) == 0) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  kill(child, signal);
  waitpid(child, &status, 0);
  return status;
}

void write_noise(const std::filesystem::path& folder, int count, int side, int channels) {
  std::filesystem::create_directories(folder);
  for (int i = 0; i < count; ++i) {
    cv::Mat picture(side, side, CV_8UC(channels));
    cv::randu(picture, 0, 255);
    cv::imwrite((folder / (std::to_string(i) + ".png")).string(), picture);
  }
}

std::vector<nlohmann::json> json_lines(const std::filesystem::path& file) {
  std::vector<nlohmann::json> records;
  std::ifstream stream(file);
  for (std::string line; std::getline(stream, line);) {
    records.push_back(nlohmann::json::parse(line));
  }
  return records;
}

bool is_one_line(const std::string& errors) {
  return std::count(errors.begin(), errors.end(), '\n') == 1 && errors.size() > 20 &&
         errors.find("terminate") == std::string::npos && errors.find("Exception") == std::string::npos;
}

}  // namespace ganwright::test_support
