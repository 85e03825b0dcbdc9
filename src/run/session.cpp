#include "run/session.h"

#include <ATen/Parallel.h>
#include <torch/version.h>

#include <array>
#include <ctime>
#include <fstream>
#include <string_view>

#include "cli/shell.h"

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

nlohmann::ordered_json session_record(const Device& device, int64_t step) {
  return {{"step", step},
          {"time", time_text()},
          {"ganwright", GANWRIGHT_VERSION},
          {"LibTorch", TORCH_VERSION},
          {"device", device.description},
          {"processor", processor_name()},
          {"threads", at::get_num_threads()},
          {"command", command_line()}};
}

}  // namespace ganwright
