#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace ganwright {

/// The size of a picture in pixels.
struct PlotSize {
  int width;   ///< in pixels
  int height;  ///< in pixels
};

/// Colors that stay apart for every kind of color vision, as "#RRGGBB", black last (Okabe, Ito 2008).
const std::vector<std::string>& plot_colors();

/// Columns of equal length as the inline data block $NAME of a gnuplot script; numbers that are not finite
/// become gaps.
std::string plot_data(const std::string& name, const std::vector<std::vector<double>>& columns);

/// A text in gnuplot's quotes, with ' and '' as primes. Write `noenhanced` after it where it may hold ^, _ or
/// braces.
std::string plot_text(const std::string& text);

/// Throws, before any work, UsageError for a path that ends in neither .png nor .svg, and OutputError where
/// its folder does not exist or cannot be written to.
void check_plot_path(const std::filesystem::path& path);

/// Runs a gnuplot script, which sets neither terminal nor output, and writes its picture to `path`, as its
/// ending .png or .svg says; whole or not at all. Throws OutputError if gnuplot is not installed,
/// WriteError where it or the writing fails, and what check_plot_path throws.
void draw_plot(const std::string& script, const std::filesystem::path& path, PlotSize size);

}  // namespace ganwright
