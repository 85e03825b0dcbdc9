#include "commands/output.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>
#include <iostream>
#include <system_error>

#include "errors.h"

namespace ganwright {

nlohmann::ordered_json number_or_null(double value) {
  return std::isfinite(value) ? nlohmann::ordered_json(value) : nlohmann::ordered_json(nullptr);
}

void print_line(const std::string& label, const std::string& text) {
  if (!text.empty()) {
    std::cout << fmt::format("{:<12} {}\n", label, text);
  }
}

void print_lines(const std::string& label, const std::vector<std::string>& lines) {
  for (size_t i = 0; i < lines.size(); ++i) {
    print_line(i == 0 ? label : "", lines[i]);
  }
}

void create_output_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error && !folder.empty()) {
    throw OutputError("cannot create " + folder.string() + ": " + error.message() + "; choose another --out");
  }
}

}  // namespace ganwright
