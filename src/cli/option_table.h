#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "losses/text/choice.h"

namespace ganwright {

/// An option as the help, the man page and completion show it.
struct OptionText {
  std::string name;               ///< without dashes; a positional argument is named as in the usage
  std::string argument = {};      ///< the placeholder of its value, such as N or LIST; empty for a flag
  std::string help = {};          ///< with its range
  std::string section = {};       ///< the headline it stands under
  std::string default_text = {};  ///< empty if there is none to show
  std::vector<std::string> choices = {};  ///< the values that can be completed
  bool is_positional = false;             ///< whether it is given without its name
};

/// The options of a command, each bound to the variable that holds its default. The same names are the keys
/// of configuration files; a flag on the command line wins over the file.
class OptionTable {
 public:
  /// As the highest value of an integer: no upper bound.
  static constexpr int64_t kAny = std::numeric_limits<int64_t>::max();

  /// A text of one line.
  void add(const std::string& name, std::string& value, const std::string& help);
  /// One of several named values.
  template <class Value, size_t count>
  void add(const std::string& name, Value& value, const Choices<Value, count>& choices,
           const std::string& help) {
    add_choice(
        name, names_of(choices), help,
        [&value, choices](const std::string& chosen) { value = *ganwright::value_of(choices, chosen); },
        [&value, choices] { return name_of(choices, value); });
  }
  /// One of several named values, or nothing as long as none is given.
  template <class Value, size_t count>
  void add(const std::string& name, std::optional<Value>& value, const Choices<Value, count>& choices,
           const std::string& help) {
    add_choice(
        name, names_of(choices), help,
        [&value, choices](const std::string& chosen) { value = ganwright::value_of(choices, chosen); },
        [&value, choices] { return value ? name_of(choices, *value) : ""; });
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
  /// An integer from `lowest` to `highest`.
  void add(const std::string& name, int64_t& value, int64_t lowest, int64_t highest, const std::string& help);
  /// One of several integers, each with its meaning: {{1, "grey"}, {3, "color"}}.
  void add(const std::string& name, int64_t& value,
           const std::vector<std::pair<int64_t, std::string>>& choices, const std::string& help);
  /// A number from `lowest` to `highest`.
  void add(const std::string& name, double& value, double lowest, double highest, const std::string& help);
  /// Words separated by commas; the flag may be repeated on the command line.
  void add_list(const std::string& name, std::vector<std::string>& value, const std::string& help);
  /// Integers from `lowest` to `highest`, separated by commas.
  void add_list(const std::string& name, std::vector<int64_t>& value, int64_t lowest, int64_t highest,
                const std::string& help);
  /// A flag without a value; in a configuration file it is true or false.
  void add_flag(const std::string& name, bool& value, const std::string& help);
  /// An argument without a name. Positional arguments are read in the order in which they were added.
  void add_positional(const std::string& name, std::string& value, const std::string& help);
  /// A positional argument that may be left out; add it after the required ones.
  void add_optional_positional(const std::string& name, std::string& value, const std::string& help);
  /// The last positional argument, which takes one or more values.
  void add_positionals(const std::string& name, std::vector<std::string>& values, const std::string& help);
  /// Makes groups of text options exclude each other. A source (the command line, a file) that sets an option
  /// of one group clears the other groups. A source that sets options of two groups is refused, and so is an
  /// empty value on the command line. May be called for several such choices.
  void exclude(std::vector<std::vector<std::string>> groups);
  /// Adds --config, a file for parse_file. A configuration file cannot name another one.
  void add_config(std::string& path);
  /// Suggests values of an option or positional argument for completion; other values are accepted too.
  void suggest(const std::string& name, const std::vector<std::string>& values);
  /// Leaves options that the command refuses to change out of the help.
  void hide(const std::vector<std::string>& names);
  /// Shows `text` as the default of every option added so far, for defaults that are not fixed values.
  void describe_defaults(const std::string& text);
  /// Starts a section of the help: options added next are listed under this headline.
  void begin_section(const std::string& headline);

  /// Reads the command line. Throws UsageError for unknown names (with the nearest one), values that are not
  /// numbers or out of range, repeated flags, and superfluous or missing positional arguments.
  void parse_arguments(const std::vector<std::string>& arguments);

  /// Reads a configuration file of lines `key = value`. (Boost's reader would cut off values at a '#', which
  /// paths may contain.) Throws UsageError, which names the file and the line.
  void parse_file(const std::filesystem::path& path);

  /// Reads a configuration from a text; messages call it `origin`.
  void parse_text(const std::string& text, const std::string& origin);

  /// The values of all named options but --config, as the lines `key = value` of a configuration file.
  [[nodiscard]] std::string config_text() const;

  /// The value of an option as text.
  [[nodiscard]] std::string value_of(const std::string& name) const;

  /// The names of the options, without the positional arguments.
  [[nodiscard]] std::vector<std::string> names() const;

  /// The options as help, man page and completion show them: first the positional arguments, without the
  /// hidden ones.
  [[nodiscard]] std::vector<OptionText> texts() const;

 private:
  using Read = std::function<void(const std::string& text, const std::string& origin)>;
  using Write = std::function<std::string()>;

  struct Option {
    OptionText text;
    Read read;
    Write write = {};  // positional arguments have none
    bool is_repeatable = false;
    bool is_hidden = false;
    bool is_for_files = true;
  };

  void insert(const std::string& name, const std::string& argument, const std::string& help, Read read,
              Write write, const std::vector<std::string>& choices = {});
  void insert_positional(const std::string& name, const std::string& help, Read read);
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
