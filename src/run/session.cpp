#include "run/session.h"

#include <ATen/Parallel.h>
#include <spdlog/fmt/fmt.h>
#include <sys/stat.h>
#include <torch/version.h>

#include <array>
#include <ctime>
#include <fstream>
#include <string_view>

#include "cli/shell.h"
#include "files/json_lines.h"

namespace ganwright {
namespace {

// As the system names it, which it does on x86 alone.
std::string processor_name() {
  std::ifstream stream("/proc/cpuinfo");
  for (std::string line; std::getline(stream, line);) {
    const size_t colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      return line.substr(colon + 2);
    }
  }
  return "unknown";
}

std::string number_of_folder(const RunDirectory& run) {
  struct stat status{};
  return stat(run.path.c_str(), &status) == 0 ? std::to_string(status.st_ino) : "";
}

}  // namespace

std::string shell_text(const std::vector<std::string>& words) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=:,./@%";
  std::string text;
  for (const std::string& word : words) {
    text += text.empty() ? "" : " ";
    if (!word.empty() && word.find_first_not_of(kPlain) == std::string::npos) {
      text += word;
    } else {
      text += shell_quoted(word);
    }
  }
  return text;
}

std::string command_line() {
  std::ifstream stream("/proc/self/cmdline", std::ios::binary);
  std::vector<std::string> words;
  for (std::string word; std::getline(stream, word, '\0');) {
    words.push_back(word);
  }
  return shell_text(words);
}

std::string time_text() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &parts)};
}

nlohmann::ordered_json session_record(const RunDirectory& run, const Device& device, int64_t step) {
  return {{"step", step},
          {"time", time_text()},
          {"ganwright", GANWRIGHT_VERSION},
          {"LibTorch", TORCH_VERSION},
          {"device", device.description},
          {"processor", processor_name()},
          {"threads", at::get_num_threads()},
          {"command", command_line()},
          {"folder", number_of_folder(run)}};
}

bool was_trained_here(const RunDirectory& run) {
  const std::string number = number_of_folder(run);
  for (const nlohmann::ordered_json& session : read_json_lines(run.sessions())) {
    if (!number.empty() && session.value("folder", nlohmann::ordered_json()) == number) {
      return true;
    }
  }
  return false;
}

std::string change_of_threads(const RunDirectory& run, const Device& device) {
  const std::vector<nlohmann::ordered_json> sessions = read_json_lines(run.sessions());
  const auto before = sessions.empty() ? nlohmann::ordered_json()
                                       : sessions.back().value("threads", nlohmann::ordered_json());
  if (!device.device.is_cpu() || !before.is_number_integer() || before == at::get_num_threads()) {
    return "";
  }
  return fmt::format(
      "the run has computed with {0} threads and goes on with {1}: the results will differ in their last "
      "bits "
      "from those of a run that never stopped; OMP_NUM_THREADS={0} keeps them",
      before.get<int64_t>(), at::get_num_threads());
}

}  // namespace ganwright
