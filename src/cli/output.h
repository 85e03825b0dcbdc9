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

/// Creates the folder that a file is to lie in. Throws OutputError where that fails, and where the file is
/// itself a folder.
void prepare_output_file(const std::filesystem::path& file);

/// Creates a folder for numbered pictures, which holds nothing, so that old ones are not taken for new.
/// Throws OutputError.
void prepare_picture_folder(const std::filesystem::path& folder);

/// Throws UsageError where `out` is a folder of pictures or lies inside it: what is written there would be
/// learned, or compared, as if it were one of them.
void require_outside(const std::filesystem::path& out, const std::filesystem::path& pictures);

}  // namespace ganwright
