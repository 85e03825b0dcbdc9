#include "cli/man_page.h"

#include <sstream>

namespace ganwright {
namespace {

// A line that roff takes as it is.
std::string escaped(const std::string& line) {
  std::string text = line.starts_with('.') || line.starts_with('\'') ? "\\&" : "";
  for (const char c : line) {
    text += c == '\\' ? "\\e" : c == '-' ? "\\-" : std::string(1, c);
  }
  return text;
}

// Whole lines, which keep their breaks.
std::string example(const std::string& lines) {
  std::istringstream stream(lines);
  std::string text = ".PP\n.EX\n";
  for (std::string line; std::getline(stream, line);) {
    text += escaped(line) + "\n";
  }
  return text + ".EE\n";
}

std::string paragraph(const std::string& lines) {
  std::istringstream stream(lines);
  std::string text = ".PP\n";
  for (std::string line; std::getline(stream, line);) {
    text += escaped(line) + "\n";
  }
  return text;
}

std::string entry(const std::string& bold, const std::string& italic, const std::string& meaning) {
  return ".TP\n\\fB" + escaped(bold) + "\\fR" + (italic.empty() ? "" : " \\fI" + escaped(italic) + "\\fR") +
         "\n" + escaped(meaning) + "\n";
}

std::string section_of(const CommandText& command) {
  std::string text =
      ".SS " + command.name + "\n" + example(command.help.usage) + paragraph(command.help.summary);
  for (const OptionText& option : command.options) {
    text += entry((option.is_positional ? "" : "--") + option.name, option.argument,
                  option.help + (option.default_text.empty() ? "" : " [" + option.default_text + "]"));
  }
  return text + example(command.help.examples);
}

constexpr auto kExitStatus = {std::pair("0", "done; of check: proved"),
                              std::pair("1", "the run failed"),
                              std::pair("2", "a flag, value or input that cannot be used"),
                              std::pair("3", "of check: refuted"),
                              std::pair("4", "of check: undecided"),
                              std::pair("130", "interrupted, after saving what can be saved")};

constexpr auto kFiles = {
    std::pair("RUN/config.cfg", "the options of a run, which train --config reads as well"),
    std::pair("RUN/log.txt", "its messages"),
    std::pair("RUN/metrics.jsonl", "a JSON object for each step that was logged"),
    std::pair("RUN/evaluations.jsonl", "a JSON object for each evaluation"),
    std::pair("RUN/samples/", "grids of generated pictures, named by their step"),
    std::pair("RUN/checkpoints/", "safetensors files, named by their step"),
    std::pair("RUN/report.html", "the page that report writes"),
    std::pair("$XDG_CACHE_HOME/ganwright/",
              "decoded pictures; below ~/.cache where the variable is not set")};

}  // namespace

std::string man_page(const std::vector<CommandText>& commands, const std::string& version) {
  std::string text = ".TH GANWRIGHT 1 \"\" \"ganwright " + version + "\"\n" +
                     ".SH NAME\nganwright \\- a workbench for designing GAN losses\n" +
                     ".SH SYNOPSIS\n\\fBganwright\\fR \\fICOMMAND\\fR [\\fIarguments\\fR]\n.br\n"
                     "\\fBganwright\\fR \\fICOMMAND\\fR \\fB\\-\\-help\\fR\n.br\n"
                     "\\fBganwright\\fR \\fB\\-\\-version\\fR\n.SH COMMANDS\n";
  for (const CommandText& command : commands) {
    text += entry(command.name, "", command.summary);
  }
  text += ".SH OPTIONS\nRanges are in parentheses, defaults in brackets.\n";
  for (const CommandText& command : commands) {
    text += section_of(command);
  }
  text += ".SH EXIT STATUS\n";
  for (const auto& [code, meaning] : kExitStatus) {
    text += entry(code, "", meaning);
  }
  text += ".SH FILES\n";
  for (const auto& [path, meaning] : kFiles) {
    text += entry(path, "", meaning);
  }
  return text;
}

}  // namespace ganwright
