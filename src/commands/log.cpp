#include "commands/log.h"

#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <memory>

#include "errors.h"

namespace ganwright {

void start_log() {
  auto console = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  // On a terminal a message wipes the live line of the progress, which is written again below it.
  const std::string wipe = isatty(STDERR_FILENO) != 0 ? "\r\033[K" : "";
  console->set_pattern(wipe + "%v");
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
    file->set_pattern("%Y-%m-%d %H:%M:%S %l %v");
    spdlog::default_logger()->sinks().push_back(file);
  } catch (const spdlog::spdlog_ex& error) {
    throw OutputError("cannot open the log: " + std::string(error.what()));
  }
}

}  // namespace ganwright
