#include "cli/output.h"

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

void prepare_output_file(const std::filesystem::path& file) {
  std::error_code error;
  if (std::filesystem::is_directory(file, error)) {
    throw OutputError("cannot write " + file.string() + ": it is a folder; choose another --out");
  }
  create_output_folder(file.parent_path());
}

void prepare_picture_folder(const std::filesystem::path& folder) {
  create_output_folder(folder);
  std::error_code error;
  if (std::filesystem::directory_iterator(folder, error) != std::filesystem::directory_iterator()) {
    throw OutputError(folder.string() +
                      " is not empty and old pictures would mix with new ones; choose another --out");
  }
}

void require_outside(const std::filesystem::path& out, const std::filesystem::path& pictures) {
  // What is not there yet would stay relative; what cannot be reached is taken as it is written.
  const auto real = [](const std::filesystem::path& path) {
    const std::filesystem::path whole = std::filesystem::absolute(path).lexically_normal();
    std::error_code error;
    const std::filesystem::path found = std::filesystem::weakly_canonical(whole, error);
    return (error ? whole : found).string() + "/";
  };
  if (real(out).starts_with(real(pictures))) {
    throw UsageError("--out " + out.string() + " lies inside the pictures of " + pictures.string() +
                     " and would be read as training data; choose another --out");
  }
}

}  // namespace ganwright
