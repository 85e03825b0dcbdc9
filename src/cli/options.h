#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "losses/text/choice.h"

namespace ganwright {

/// The flags of one command, each bound to the variable that holds its default. The same names serve as keys
/// of a configuration file; a flag on the command line wins over the file.
class OptionTable {
 public:
  static constexpr int64_t kAny = std::numeric_limits<int64_t>::max();

  void add(const std::string& name, std::string& value, const std::string& help);
  void add(const std::string& name, std::string& value, const std::vector<std::string>& choices,
           const std::string& help);
  /// A value out of a few that have names.
  template <class Value, size_t count>
  void add(const std::string& name, Value& value, const Choices<Value, count>& choices,
           const std::string& help) {
    add_choice(
        name, names_of(choices), help,
        [&value, choices](const std::string& chosen) { value = *ganwright::value_of(choices, chosen); },
        [&value, choices] { return name_of(choices, value); });
  }
  /// Any of these values, each at most once: names separated by commas, written in the order of the table.
  template <class Value, size_t count>
  void add_set(const std::string& name, std::set<Value>& values, const Choices<Value, count>& choices,
               const std::string& help) {
    add_choices(
        name, names_of(choices), help,
        [&values, choices](const std::vector<std::string>& chosen) {
          values.clear();
          for (const std::string& word : chosen) {
            values.insert(*ganwright::value_of(choices, word));
          }
        },
        [&values, choices] {
          std::vector<std::string> chosen;
          for (const auto& [word, value] : choices) {
            if (values.contains(value)) {
              chosen.emplace_back(word);
            }
          }
          return chosen;
        });
  }
  void add(const std::string& name, int64_t& value, int64_t lowest, int64_t highest, const std::string& help);
  /// A number out of a few, each with its meaning: {{1, "grey"}, {3, "color"}}.
  void add(const std::string& name, int64_t& value,
           const std::vector<std::pair<int64_t, std::string>>& choices, const std::string& help);
  void add(const std::string& name, double& value, double lowest, double highest, const std::string& help);
  /// A list: words separated by commas; on the command line the flag may be repeated.
  void add_list(const std::string& name, std::vector<std::string>& value, const std::string& help);
  void add_list(const std::string& name, std::vector<int64_t>& value, int64_t lowest, int64_t highest,
                const std::string& help);
  void add_flag(const std::string& name, bool& value, const std::string& help);
  /// An argument without a name; they are read in the order in which they were added.
  void add_positional(const std::string& name, std::string& value, const std::string& help);
  /// One that may be left out, after those that may not.
  void add_optional_positional(const std::string& name, std::string& value, const std::string& help);
  /// The last one, which takes all that are given, at least one.
  void add_positionals(const std::string& name, std::vector<std::string>& values, const std::string& help);
  /// Of these groups of options that hold text only one counts: what a source (the command line, a file) says
  /// of one empties the others, and a source that speaks of two is refused, as is an empty text on the
  /// command line. May be called for several such choices.
  void exclude(std::vector<std::vector<std::string>> groups);
  /// Adds --config, a file for parse_file. It stands on the command line alone: files name no other files.
  void add_config(std::string& path);
  /// Leaves options that the command refuses to change out of the help.
  void hide(const std::vector<std::string>& names);
  /// Shows `text` in the help as the default of every option added so far, where it is no fixed value.
  void describe_defaults(const std::string& text);
  /// Options from here on belong to a section with this headline in the help.
  void begin_section(const std::string& headline);

  /// Reads command-line arguments. Throws UsageError for unknown names (with the nearest one), values that
  /// are no numbers or out of range, repeated flags, and superfluous or missing positional arguments.
  void parse_arguments(const std::vector<std::string>& arguments);

  /// Reads a configuration file of lines (not by Boost's reader, which cuts values at a '#' that a path may
  /// hold) `key = value`. Throws UsageError that names the file and the line.
  void parse_file(const std::filesystem::path& path);

  /// Reads the same from a text; `origin` stands for it in messages.
  void parse_text(const std::string& text, const std::string& origin);

  /// The current value of every named option but --config as lines `key = value`, such as a config.cfg holds.
  [[nodiscard]] std::string config_text() const;

  /// The current value of an option as text.
  [[nodiscard]] std::string value_of(const std::string& name) const;

  /// The names of the options, without the positional arguments.
  [[nodiscard]] std::vector<std::string> names() const;

  /// A table of the options with their ranges and defaults, for --help.
  [[nodiscard]] std::string help() const;

 private:
  struct Option {
    std::string name;
    std::string section;
    std::string argument;  // what the help shows behind the name; empty for a flag
    std::string help;
    std::function<void(const std::string& text, const std::string& origin)> read;
    std::function<std::string()> write;
    std::string default_text;
    bool repeatable = false;
    bool is_hidden = false;
    bool is_for_files = true;
  };

  void insert(Option option);
  void add_choice(const std::string& name, const std::vector<std::string>& choices, const std::string& help,
                  const std::function<void(const std::string& chosen)>& set,
                  const std::function<std::string()>& get);
  void add_choices(const std::string& name, const std::vector<std::string>& choices, const std::string& help,
                   const std::function<void(const std::vector<std::string>& chosen)>& set,
                   const std::function<std::vector<std::string>()>& get);
  [[nodiscard]] const Option& find(const std::string& name, const std::string& origin) const;
  void apply_exclusions(const std::set<std::string>& given, const std::string& origin);
  void apply_exclusion(const std::vector<std::vector<std::string>>& groups,
                       const std::set<std::string>& given, const std::string& origin);
  void refuse_empty(const std::set<std::string>& given) const;

  std::vector<Option> options_;
  std::vector<Option> positionals_;
  size_t required_positionals_ = 0;
  bool last_positional_repeats_ = false;
  std::string section_ = "Options";
  std::vector<std::vector<std::vector<std::string>>> exclusions_;
};

}  // namespace ganwright
