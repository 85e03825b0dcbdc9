#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace ganwright {

/// A number for JSON; null for infinity and nan, which JSON does not have.
nlohmann::ordered_json number_or_null(double value);

/// Prints a label, which may be empty, and a text as a line on stdout; nothing if the text is empty.
void print_line(const std::string& label, const std::string& text);

/// The same for several lines, with the label before the first one.
void print_lines(const std::string& label, const std::vector<std::string>& lines);

/// Creates a folder for --out, with its parents; an empty path is the current folder. Throws OutputError.
void create_output_folder(const std::filesystem::path& folder);

/// Creates the folder of an output file. Throws OutputError if that fails, or if the path is itself a folder.
void prepare_output_file(const std::filesystem::path& file);

/// Creates a folder for numbered pictures. Throws OutputError if that fails, or if the folder is not empty:
/// old pictures would be taken for new ones.
void prepare_picture_folder(const std::filesystem::path& folder);

/// Throws UsageError if `out` is the folder `pictures` or lies inside it: files written there would be read
/// as training pictures.
void require_outside(const std::filesystem::path& out, const std::filesystem::path& pictures);

}  // namespace ganwright
