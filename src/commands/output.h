#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ganwright {

/// A number for JSON, which has no infinity and no nan: null stands for both.
nlohmann::ordered_json number_or_null(double value);

/// Prints a line on stdout behind its label, which may be empty; nothing where the text is empty.
void print_line(const std::string& label, const std::string& text);

/// The same for several lines, the label before the first one.
void print_lines(const std::string& label, const std::vector<std::string>& lines);

/// Creates the folder that --out names, or that it lies in, with those above it; an empty path is the current
/// one. Throws OutputError.
void create_output_folder(const std::filesystem::path& folder);

}  // namespace ganwright
