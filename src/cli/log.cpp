#include "cli/log.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <iterator>
#include <memory>
#include <sstream>

#include "cli/terminal.h"
#include "errors.h"

namespace ganwright {
namespace {

// The message with control characters spelled out, so that a file's name cannot steer the terminal.
class PrintableMessage : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line) override {
    for (const char c : message.payload) {
      const auto code = static_cast<unsigned char>(c);
      if (code < 0x20 || code == 0x7f) {
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", code);
      } else {
        line.push_back(c);
      }
    }
  }
  [[nodiscard]] std::unique_ptr<spdlog::custom_flag_formatter> clone() const override {
    return std::make_unique<PrintableMessage>();
  }
};

std::unique_ptr<spdlog::formatter> printable(const std::string& pattern) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<PrintableMessage>('*').set_pattern(pattern);
  return formatter;
}

}  // namespace

void start_log() {
  auto console = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  // On a terminal a message wipes the live line of the progress, which is written again below it.
  const std::string wipe = takes_escape_codes() ? "\r\033[K" : "";
  console->set_formatter(printable(wipe + "%*"));
  console->set_level(spdlog::level::info);
  auto logger = std::make_shared<spdlog::logger>("ganwright", console);
  logger->flush_on(spdlog::level::info);
  logger->set_level(spdlog::level::debug);
  // A full disk shows where it matters, in a write that is checked; the log is no place to say it again.
  logger->set_error_handler([](const std::string&) {});
  spdlog::set_default_logger(logger);
}

void add_log_file(const std::filesystem::path& path) {
  try {
    auto file = std::make_shared<spdlog::sinks::basic_file_sink_mt>(path.string());
    file->set_formatter(printable("%Y-%m-%d %H:%M:%S %l %*"));
    spdlog::default_logger()->sinks().push_back(file);
  } catch (const spdlog::spdlog_ex& error) {
    throw OutputError("cannot open the log: " + std::string(error.what()));
  }
}

void log_lines(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    spdlog::info("{}", line);
  }
}

}  // namespace ganwright
