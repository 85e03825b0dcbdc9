#include "plots/gnuplot.h"

#include <unistd.h>

#include <cctype>
#include <cmath>
#include <sstream>
#include <system_error>

#include "errors.h"
#include "files/atomic_file.h"
#include "losses/text/number.h"
#include "system/process.h"

namespace ganwright {
namespace {

std::string ending_of(const std::filesystem::path& path) {
  std::string ending = path.extension().string();
  for (char& c : ending) {
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return ending;
}

std::string terminal_of(const std::filesystem::path& path, PlotSize size) {
  const std::string shape =
      " size " + std::to_string(size.width) + "," + std::to_string(size.height) + " font 'sans-serif,11'";
  const std::string start = "set encoding utf8\n";
  if (ending_of(path) == ".svg") {
    return start + "set terminal svg enhanced dynamic background rgb 'white'" + shape + "\n";
  }
  return start +
         "if (strstrt(GPVAL_TERMINALS, 'pngcairo') > 0) {\n"
         "  set terminal pngcairo enhanced background rgb 'white'" +
         shape +
         "\n"
         "} else {\n"
         "  set terminal png enhanced truecolor" +
         shape +
         "\n"
         "}\n";
}

// gnuplot shows the script's line and a caret before the message.
std::string message_of(const std::string& errors) {
  std::istringstream lines(errors);
  std::string last = "it gave no reason";
  for (std::string line; std::getline(lines, line);) {
    if (line.find_first_not_of(" \t^") != std::string::npos) {
      last = line.substr(line.find_first_not_of(" \t"));
    }
  }
  return last;
}

// What gnuplot prints on stdout for a script.
std::string run_gnuplot(const std::string& script, const std::filesystem::path& path) {
  ProgramResult result;
  try {
    // -d: without the user's own start-up file.
    result = run_and_capture({"gnuplot", "-d", "-"}, script);
  } catch (const std::system_error& fault) {
    throw OutputError("cannot draw " + path.string() + ": gnuplot cannot be started (" +
                      fault.code().message() + "); install gnuplot-nox");
  }
  if (result.exit_code != 0 || result.output.empty()) {
    throw WriteError("cannot draw " + path.string() + ": gnuplot failed: " + message_of(result.errors));
  }
  return result.output;
}

}  // namespace

const std::vector<std::string>& plot_colors() {
  static const std::vector<std::string> colors = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                                  "#E69F00", "#56B4E9", "#000000"};
  return colors;
}

std::string plot_data(const std::string& name, const std::vector<std::vector<double>>& columns) {
  std::string text = "$" + name + " << END_OF_DATA\n";
  for (size_t row = 0; !columns.empty() && row < columns[0].size(); ++row) {
    for (const std::vector<double>& column : columns) {
      text += (std::isfinite(column[row]) ? number_text(column[row], 10) : "NaN") + " ";
    }
    text += "\n";
  }
  return text + "END_OF_DATA\n";
}

std::string plot_text(const std::string& text) {
  std::string quoted = "'";
  for (size_t i = 0; i < text.size(); ++i) {
    const bool is_double_prime = text.compare(i, 2, "''") == 0;
    quoted += is_double_prime   ? "\u2033"
              : text[i] == '\'' ? "\u2032"
              : text[i] == '\n' ? " "
                                : text.substr(i, 1);
    i += is_double_prime ? 1 : 0;
  }
  return quoted + "'";
}

void check_plot_path(const std::filesystem::path& path) {
  const std::string ending = ending_of(path);
  if (ending != ".png" && ending != ".svg") {
    throw UsageError("a plot cannot be written to '" + path.string() +
                     "'; give a name that ends in .png or .svg");
  }
  const std::filesystem::path folder = path.has_parent_path() ? path.parent_path() : ".";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    throw OutputError("cannot write " + path.string() + ": there is no folder " + folder.string() +
                      "; create it first");
  }
  if (std::filesystem::is_directory(path, error) || ::access(folder.c_str(), W_OK) != 0) {
    throw OutputError("cannot write " + path.string() + "; choose a file in a folder that you may write to");
  }
}

void draw_plot(const std::string& script, const std::filesystem::path& path, PlotSize size) {
  check_plot_path(path);
  write_text_atomically(path, run_gnuplot(terminal_of(path, size) + script, path));
}

}  // namespace ganwright
