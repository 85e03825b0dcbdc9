#include "cli/option_table.h"

#include <algorithm>
#include <utility>

#include "cli/option_values.h"
#include "errors.h"
#include "losses/text/nearest_name.h"

namespace ganwright {

void OptionTable::insert(const std::string& name, const std::string& argument, const std::string& help,
                         Read read, Write write, const std::vector<std::string>& choices) {
  // That a flag is off unless it is given goes without saying.
  const std::string default_text = argument.empty() ? "" : write();
  options_.push_back({.text = {.name = name,
                               .argument = argument,
                               .help = help,
                               .section = section_,
                               .default_text = default_text,
                               .choices = choices},
                      .read = std::move(read),
                      .write = std::move(write)});
}

void OptionTable::add(const std::string& name, std::string& value, const std::string& help) {
  const Read read = [&value](const std::string& text, const std::string& origin) {
    if (text.find('\n') != std::string::npos) {
      throw UsageError(origin + ": a value of several lines; give one line");
    }
    value = text;
  };
  insert(name, "TEXT", help, read, [&value] { return value; });
}

void OptionTable::add_choice(const std::string& name, const std::vector<std::string>& choices,
                             const std::string& help,
                             const std::function<void(const std::string& chosen)>& set,
                             const std::function<std::string()>& get) {
  // A choice that need not be made is written, and read again, as an empty text.
  const bool may_be_missing = get().empty();
  const Read read = [set, choices, may_be_missing](const std::string& text, const std::string& origin) {
    set(text.empty() && may_be_missing ? text : choices[index_of(text, choices, origin)]);
  };
  insert(name, joined(choices, "|"), help, read, get, choices);
}

void OptionTable::add_choices(const std::string& name, const std::vector<std::string>& choices,
                              const std::string& help,
                              const std::function<void(const std::vector<std::string>& chosen)>& set,
                              const std::function<std::vector<std::string>()>& get) {
  const Read read = [set, choices](const std::string& text, const std::string& origin) {
    const std::vector<std::string> words = words_of(text);
    for (auto word = words.begin(); word != words.end(); ++word) {
      static_cast<void>(index_of(*word, choices, origin));
      if (std::find(words.begin(), word, *word) != word) {
        throw UsageError(origin + ": '" + *word + "' is given twice; name each once");
      }
    }
    set(words);
  };
  insert(name, "LIST", help, read, [get] { return joined(get(), ","); }, choices);
  options_.back().is_repeatable = true;
}

void OptionTable::add(const std::string& name, int64_t& value, int64_t lowest, int64_t highest,
                      const std::string& help) {
  const std::string range = highest == kAny ? "at least " + std::to_string(lowest)
                                            : std::to_string(lowest) + " to " + std::to_string(highest);
  const Read read = [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
    value = read_integer(text, lowest, highest, origin, range);
  };
  insert(name, "N", help + " (" + range + ")", read, [&value] { return std::to_string(value); });
}

void OptionTable::add(const std::string& name, int64_t& value,
                      const std::vector<std::pair<int64_t, std::string>>& choices, const std::string& help) {
  std::vector<std::string> numbers;
  std::vector<std::string> meanings;
  for (const auto& [number, meaning] : choices) {
    numbers.push_back(std::to_string(number));
    meanings.push_back(numbers.back() + " (" + meaning + ")");
  }
  const Read read = [&value, numbers, meanings](const std::string& text, const std::string& origin) {
    if (std::find(numbers.begin(), numbers.end(), text) == numbers.end()) {
      throw UsageError(origin + ": '" + text + "' is not a choice; give " + joined(meanings, " or "));
    }
    value = std::stoll(text);
  };
  insert(
      name, joined(numbers, "|"), help + ": " + joined(meanings, " or "), read,
      [&value] { return std::to_string(value); }, numbers);
}

void OptionTable::add(const std::string& name, double& value, double lowest, double highest,
                      const std::string& help) {
  const std::string range = shortest(lowest) + " to " + shortest(highest);
  const Read read = [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
    value = read_number(text, lowest, highest, origin, range);
  };
  insert(name, "X", help + " (" + range + ")", read, [&value] { return shortest(value); });
}

void OptionTable::add_list(const std::string& name, std::vector<std::string>& value,
                           const std::string& help) {
  insert(
      name, "LIST", help, [&value](const std::string& text, const std::string&) { value = words_of(text); },
      [&value] { return joined(value, ","); });
  options_.back().is_repeatable = true;
}

void OptionTable::add_list(const std::string& name, std::vector<int64_t>& value, int64_t lowest,
                           int64_t highest, const std::string& help) {
  const std::string range = std::to_string(lowest) + " to " + std::to_string(highest);
  const Read read = [&value, lowest, highest, range](const std::string& text, const std::string& origin) {
    value.clear();
    for (const std::string& word : words_of(text)) {
      value.push_back(read_integer(word, lowest, highest, origin, range));
    }
  };
  const Write write = [&value] {
    std::vector<std::string> words;
    for (const int64_t number : value) {
      words.push_back(std::to_string(number));
    }
    return joined(words, ",");
  };
  insert(name, "N,N,...", help + " (each " + range + ")", read, write);
}

void OptionTable::add_flag(const std::string& name, bool& value, const std::string& help) {
  const Read read = [&value](const std::string& text, const std::string& origin) {
    if (text != "true" && text != "false") {
      throw UsageError(origin + ": '" + text + "' is neither true nor false");
    }
    value = text == "true";
  };
  insert(name, "", help, read, [&value] { return value ? "true" : "false"; });
}

void OptionTable::insert_positional(const std::string& name, const std::string& help, Read read) {
  positionals_.push_back(
      {.text = {.name = name, .help = help, .is_positional = true}, .read = std::move(read)});
}

void OptionTable::add_optional_positional(const std::string& name, std::string& value,
                                          const std::string& help) {
  insert_positional(name, help, [&value](const std::string& text, const std::string&) { value = text; });
}

void OptionTable::add_positional(const std::string& name, std::string& value, const std::string& help) {
  add_optional_positional(name, value, help);
  required_positionals_ = positionals_.size();
}

void OptionTable::add_positionals(const std::string& name, std::vector<std::string>& values,
                                  const std::string& help) {
  insert_positional(name, help,
                    [&values](const std::string& text, const std::string&) { values.push_back(text); });
  required_positionals_ = positionals_.size();
  last_positional_repeats_ = true;
}

void OptionTable::add_config(std::string& path) {
  begin_section("Configuration");
  add("config", path, "configuration file of `key = value` lines; flags override it");
  options_.back().is_for_files = false;
}

void OptionTable::exclude(std::vector<std::vector<std::string>> groups) {
  exclusions_.push_back(std::move(groups));
}

void OptionTable::suggest(const std::string& name, const std::vector<std::string>& values) {
  for (std::vector<Option>* const options : {&options_, &positionals_}) {
    for (Option& option : *options) {
      if (option.text.name == name) {
        option.text.choices = values;
      }
    }
  }
}

void OptionTable::hide(const std::vector<std::string>& names) {
  for (Option& option : options_) {
    option.is_hidden =
        option.is_hidden || std::find(names.begin(), names.end(), option.text.name) != names.end();
  }
}

void OptionTable::describe_defaults(const std::string& text) {
  for (Option& option : options_) {
    option.text.default_text = text;
  }
}

void OptionTable::begin_section(const std::string& headline) {
  section_ = headline;
}

const OptionTable::Option& OptionTable::find(const std::string& name, const std::string& origin) const {
  const auto found = std::find_if(options_.begin(), options_.end(),
                                  [&](const Option& option) { return option.text.name == name; });
  if (found == options_.end()) {
    std::vector<std::string> told;
    for (const Option& option : options_) {
      if (!option.is_hidden) {
        told.push_back(option.text.name);
      }
    }
    throw UsageError(origin + ": unknown option '" + name + "'" + did_you_mean(name, told) +
                     "; --help lists them");
  }
  return *found;
}

std::string OptionTable::value_of(const std::string& name) const {
  return find(name, "options").write();
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const Option& option : options_) {
    names.push_back(option.text.name);
  }
  return names;
}

std::vector<OptionText> OptionTable::texts() const {
  std::vector<OptionText> texts;
  for (const Option& positional : positionals_) {
    texts.push_back(positional.text);
  }
  for (const Option& option : options_) {
    if (!option.is_hidden) {
      texts.push_back(option.text);
    }
  }
  return texts;
}

}  // namespace ganwright
