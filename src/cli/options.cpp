#include "cli/options.h"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "errors.h"
#include "losses/text/nearest_name.h"

namespace ganwright {
namespace {

namespace po = boost::program_options;

// Some editors begin a UTF-8 file with it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

template <class Number>
Number parse_number_in_range(const std::string& text, Number lowest, Number highest,
                             const std::string& origin, const std::string& kind, const std::string& range) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end || !(value >= lowest && value <= highest)) {
    throw UsageError(origin + ": '" + text + "' is not " + kind + "; give " + range);
  }
  return value;
}

template <class Number>
std::string shortest(Number value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return error == std::errc() ? std::string(buffer, end) : "?";
}

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : separator) + word;
  }
  return text;
}

void require_choice(const std::string& text, const std::vector<std::string>& choices,
                    const std::string& origin) {
  if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
    throw UsageError(origin + ": unknown value '" + text + "'" + did_you_mean(text, choices) +
                     "; choose one of " + joined(choices, ", "));
  }
}

std::string trimmed(const std::string& text) {
  const size_t start = text.find_first_not_of(" \t\r");
  return start == std::string::npos ? "" : text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

// What stands between the commas.
std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream parts(text);
  for (std::string word; std::getline(parts, word, ',');) {
    words.push_back(trimmed(word));
  }
  return words;
}

}  // namespace

void OptionTable::insert(Option option) {
  option.section = section_;
  option.default_text = option.write();
  options_.push_back(std::move(option));
}

void OptionTable::add(const std::string& name, std::string& value, const std::string& help) {
  insert({name, "", "TEXT", help,
          [&value](const std::string& text, const std::string& origin) {
            if (text.find('\n') != std::string::npos) {
              throw UsageError(origin + ": a value of several lines; give one line");
            }
            value = text;
          },
          [&value] { return value; }, ""});
}

void OptionTable::add(const std::string& name, std::string& value, const std::vector<std::string>& choices,
                      const std::string& help) {
  insert({name, "", joined(choices, "|"), help,
          [&value, choices](const std::string& text, const std::string& origin) {
            require_choice(text, choices, origin);
            value = text;
          },
          [&value] { return value; }, ""});
}

void OptionTable::add_choice(const std::string& name, const std::vector<std::string>& choices,
                             const std::string& help,
                             const std::function<void(const std::string& chosen)>& set,
                             const std::function<std::string()>& get) {
  insert({name, "", joined(choices, "|"), help,
          [set, choices](const std::string& text, const std::string& origin) {
            require_choice(text, choices, origin);
            set(text);
          },
          get, ""});
}

void OptionTable::add_choices(const std::string& name, const std::vector<std::string>& choices,
                              const std::string& help,
                              const std::function<void(const std::vector<std::string>& chosen)>& set,
                              const std::function<std::vector<std::string>()>& get) {
  insert({name, "", "LIST", help,
          [set, choices](const std::string& text, const std::string& origin) {
            const std::vector<std::string> words = words_of(text);
            for (auto word = words.begin(); word != words.end(); ++word) {
              require_choice(*word, choices, origin);
              if (std::find(words.begin(), word, *word) != word) {
                throw UsageError(origin + ": '" + *word + "' stands twice; name each once");
              }
            }
            set(words);
          },
          [get] { return joined(get(), ","); }, "", /*repeatable=*/true});
}

void OptionTable::add(const std::string& name, int64_t& value, int64_t lowest, int64_t highest,
                      const std::string& help) {
  const std::string range = highest == kAny ? "at least " + std::to_string(lowest)
                                            : std::to_string(lowest) + " to " + std::to_string(highest);
  insert({name, "", "N", help + " (" + range + ")",
          [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
            value = parse_number_in_range(text, lowest, highest, origin, "a whole number in range", range);
          },
          [&value] { return std::to_string(value); }, ""});
}

void OptionTable::add(const std::string& name, int64_t& value,
                      const std::vector<std::pair<int64_t, std::string>>& choices, const std::string& help) {
  std::vector<std::string> numbers;
  std::vector<std::string> meanings;
  for (const auto& [number, meaning] : choices) {
    numbers.push_back(std::to_string(number));
    meanings.push_back(numbers.back() + " (" + meaning + ")");
  }
  insert({name, "", joined(numbers, "|"), help + ": " + joined(meanings, " or "),
          [&value, numbers, meanings](const std::string& text, const std::string& origin) {
            if (std::find(numbers.begin(), numbers.end(), text) == numbers.end()) {
              throw UsageError(origin + ": '" + text + "' is no choice; give " + joined(meanings, " or "));
            }
            value = std::stoll(text);
          },
          [&value] { return std::to_string(value); }, ""});
}

void OptionTable::add(const std::string& name, double& value, double lowest, double highest,
                      const std::string& help) {
  const std::string range = shortest(lowest) + " to " + shortest(highest);
  insert({name, "", "X", help + " (" + range + ")",
          [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
            value = parse_number_in_range(text, lowest, highest, origin, "a number in range", range);
          },
          [&value] { return shortest(value); }, ""});
}

void OptionTable::add_list(const std::string& name, std::vector<std::string>& value,
                           const std::string& help) {
  insert({name, "", "LIST", help,
          [&value](const std::string& text, const std::string&) { value = words_of(text); },
          [&value] { return joined(value, ","); }, "", /*repeatable=*/true});
}

void OptionTable::add_list(const std::string& name, std::vector<int64_t>& value, int64_t lowest,
                           int64_t highest, const std::string& help) {
  const std::string range = std::to_string(lowest) + " to " + std::to_string(highest);
  insert({name, "", "N,N,...", help + " (each " + range + ")",
          [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
            value.clear();
            for (const std::string& word : words_of(text)) {
              value.push_back(
                  parse_number_in_range(word, lowest, highest, origin, "a whole number in range", range));
            }
          },
          [&value] {
            std::vector<std::string> words;
            for (const int64_t number : value) {
              words.push_back(std::to_string(number));
            }
            return joined(words, ",");
          },
          ""});
}

void OptionTable::add_flag(const std::string& name, bool& value, const std::string& help) {
  insert({name, "", "", help,
          [&value](const std::string& text, const std::string& origin) {
            if (text != "true" && text != "false") {
              throw UsageError(origin + ": '" + text + "' is neither true nor false");
            }
            value = text == "true";
          },
          [&value] { return value ? "true" : "false"; }, ""});
}

void OptionTable::add_positional(const std::string& name, std::string& value, const std::string& help) {
  add_optional_positional(name, value, help);
  required_positionals_ = positionals_.size();
}

void OptionTable::add_positionals(const std::string& name, std::vector<std::string>& values,
                                  const std::string& help) {
  positionals_.push_back({name, "", "", help,
                          [&values](const std::string& text, const std::string&) { values.push_back(text); },
                          [&values] { return joined(values, " "); }, ""});
  required_positionals_ = positionals_.size();
  last_positional_repeats_ = true;
}

void OptionTable::add_optional_positional(const std::string& name, std::string& value,
                                          const std::string& help) {
  positionals_.push_back({name, "", "", help,
                          [&value](const std::string& text, const std::string&) { value = text; },
                          [&value] { return value; }, ""});
}

void OptionTable::add_config(std::string& path) {
  begin_section("Configuration");
  add("config", path, "file of `key = value` lines; flags win over it");
  options_.back().is_for_files = false;
}

void OptionTable::hide(const std::vector<std::string>& names) {
  for (Option& option : options_) {
    option.is_hidden = option.is_hidden || std::find(names.begin(), names.end(), option.name) != names.end();
  }
}

void OptionTable::describe_defaults(const std::string& text) {
  for (Option& option : options_) {
    option.default_text = text;
  }
}

void OptionTable::exclude(std::vector<std::vector<std::string>> groups) {
  exclusions_.push_back(std::move(groups));
}

void OptionTable::refuse_empty(const std::set<std::string>& given) const {
  for (const auto& groups : exclusions_) {
    for (const std::vector<std::string>& group : groups) {
      for (const std::string& name : group) {
        if (given.contains(name) && value_of(name).empty()) {
          throw UsageError("--" + name + " is empty; give it a value or leave it out");
        }
      }
    }
  }
}

void OptionTable::apply_exclusions(const std::set<std::string>& given, const std::string& origin) {
  for (const auto& groups : exclusions_) {
    apply_exclusion(groups, given, origin);
  }
}

void OptionTable::apply_exclusion(const std::vector<std::vector<std::string>>& groups,
                                  const std::set<std::string>& given, const std::string& origin) {
  const std::vector<std::string>* counting = nullptr;
  std::string spoken;
  for (const std::vector<std::string>& group : groups) {
    const auto name = std::find_if(group.begin(), group.end(), [&](const std::string& candidate) {
      return given.contains(candidate) && !value_of(candidate).empty();
    });
    if (name == group.end()) {
      continue;
    }
    if (counting != nullptr) {
      throw UsageError(origin + ": both " + spoken + " and " + *name + " are given; give one of them");
    }
    counting = &group;
    spoken = *name;
  }
  for (const std::vector<std::string>& group : groups) {
    for (const std::string& name : group) {
      if (counting != nullptr && counting != &group) {
        find(name, origin).read("", origin);
      }
    }
  }
}

void OptionTable::begin_section(const std::string& headline) {
  section_ = headline;
}

const OptionTable::Option& OptionTable::find(const std::string& name, const std::string& origin) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.name == name; });
  if (found == options_.end()) {
    std::vector<std::string> told;
    for (const Option& option : options_) {
      if (!option.is_hidden) {
        told.push_back(option.name);
      }
    }
    throw UsageError(origin + ": unknown option '" + name + "'" + did_you_mean(name, told) +
                     "; --help lists them");
  }
  return *found;
}

void OptionTable::parse_arguments(const std::vector<std::string>& arguments) {
  po::options_description description;
  for (const Option& option : options_) {
    if (option.argument.empty()) {
      description.add_options()(option.name.c_str(), po::bool_switch());
    } else {
      description.add_options()(option.name.c_str(), po::value<std::string>());
    }
  }
  std::vector<std::string> plain;
  std::set<std::string> given;
  std::map<std::string, std::string> lists;
  try {
    using Style = po::command_line_style::style_t;
    const auto style = Style::allow_long | Style::long_allow_adjacent | Style::long_allow_next;
    const auto parsed =
        po::command_line_parser(arguments).options(description).style(style).allow_unregistered().run();
    for (const auto& item : parsed.options) {
      if (item.position_key >= 0) {
        plain.push_back(item.value.front());
        continue;
      }
      const Option& option = find(item.string_key, "command line");
      if (!given.insert(option.name).second && !option.repeatable) {
        throw UsageError("--" + option.name + " is given twice; give it once");
      }
      if (option.repeatable) {
        std::string& list = lists[option.name];
        list += (list.empty() ? "" : ",") + item.value.front();
        continue;
      }
      option.read(option.argument.empty() ? "true" : item.value.front(), "--" + option.name);
    }
  } catch (const po::error& error) {
    throw UsageError(std::string(error.what()) + "; see --help");
  }
  for (const auto& [name, list] : lists) {
    find(name, "command line").read(list, "--" + name);
  }
  refuse_empty(given);
  apply_exclusions(given, "command line");
  for (size_t i = 0; i < plain.size(); ++i) {
    if (i >= positionals_.size() && !last_positional_repeats_) {
      throw UsageError("unexpected argument '" + plain[i] + "'; see --help");
    }
    const Option& positional = positionals_[std::min(i, positionals_.size() - 1)];
    positional.read(plain[i], positional.name);
  }
  if (plain.size() < required_positionals_) {
    throw UsageError(positionals_[plain.size()].name + " is missing; see --help");
  }
}

void OptionTable::parse_file(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  std::error_code error;
  // An empty file is read, and is nothing wrong.
  const bool is_empty = std::filesystem::is_empty(path, error);
  if (!stream || std::filesystem::is_directory(path, error) || (!(text << stream.rdbuf()) && !is_empty)) {
    throw UsageError("cannot read the configuration " + path.string() + "; check the path");
  }
  if (text.str().find('\0') != std::string::npos) {
    throw UsageError(path.string() + " is no text; give a file of `key = value` lines");
  }
  parse_text(text.str(), path.string());
}

void OptionTable::parse_text(const std::string& text, const std::string& origin) {
  std::istringstream stream(text);
  std::set<std::string> given;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (number == 1 && line.starts_with(kByteOrderMark)) {
      line.erase(0, kByteOrderMark.size());
    }
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#') {
      continue;
    }
    const std::string place = origin + " line " + std::to_string(number);
    const size_t equals = content.find('=');
    if (equals == std::string::npos) {
      throw UsageError(place + ": '" + content + "' is not of the form key = value");
    }
    const Option& option = find(trimmed(content.substr(0, equals)), place);
    if (!option.is_for_files) {
      throw UsageError(place + ": a configuration names no other; give --" + option.name +
                       " on the command line");
    }
    if (!given.insert(option.name).second) {
      throw UsageError(place + ": " + option.name + " is given twice; give it once");
    }
    option.read(trimmed(content.substr(equals + 1)), place + ", " + option.name);
  }
  apply_exclusions(given, origin);
}

std::string OptionTable::config_text() const {
  std::string text;
  for (const Option& option : options_) {
    if (option.is_for_files) {
      text += option.name + " = " + option.write() + "\n";
    }
  }
  return text;
}

std::string OptionTable::value_of(const std::string& name) const {
  return find(name, "options").write();
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const Option& option : options_) {
    names.push_back(option.name);
  }
  return names;
}

std::string OptionTable::help() const {
  std::string text;
  std::string section;
  constexpr size_t kColumn = 30;
  const auto line = [&](const std::string& left, const std::string& right) {
    text += "  " + left + std::string(left.size() < kColumn ? kColumn - left.size() : 1, ' ') + right + "\n";
  };
  for (const Option& positional : positionals_) {
    line(positional.name, positional.help);
  }
  for (const Option& option : options_) {
    if (option.is_hidden) {
      continue;
    }
    if (option.section != section) {
      section = option.section;
      text += "\n" + section + ":\n";
    }
    // That a flag is off unless it is given goes without saying.
    const bool has_default =
        !option.default_text.empty() && (!option.argument.empty() || option.default_text != option.write());
    line("--" + option.name + (option.argument.empty() ? "" : " " + option.argument),
         option.help + (has_default ? " [" + option.default_text + "]" : ""));
  }
  return text;
}

}  // namespace ganwright
