#include "cli/log.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <memory>
#include <mutex>
#include <sstream>
#include <system_error>

#include "cli/terminal.h"
#include "errors.h"
#include "system/file_descriptor.h"

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

// Appends to a file that is no symbolic link: a run that came from elsewhere cannot direct its log to another
// place.
class FileSink : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit FileSink(const std::filesystem::path& path)
      : file_(open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666)) {
    if (file_.number() < 0) {
      throw OutputError("cannot open the log " + path.string() + ": " +
                        std::generic_category().message(errno) + "; choose another output directory");
    }
  }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    // A full disk shows where it matters, in a write that is checked.
    [[maybe_unused]] const ssize_t count = write(file_.number(), line.data(), line.size());
  }
  void flush_() override {}

 private:
  FileDescriptor file_;
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
  auto file = std::make_shared<FileSink>(path);
  file->set_formatter(printable("%Y-%m-%d %H:%M:%S %l %*"));
  spdlog::default_logger()->sinks().push_back(file);
}

void log_lines(const std::string& text) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    spdlog::info("{}", line);
  }
}

}  // namespace ganwright
