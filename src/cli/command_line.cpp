#include <algorithm>
#include <boost/program_options.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "cli/option_table.h"
#include "errors.h"

namespace ganwright {
namespace {

namespace po = boost::program_options;

}  // namespace

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

void OptionTable::parse_arguments(const std::vector<std::string>& arguments) {
  po::options_description description;
  for (const Option& option : options_) {
    if (option.text.argument.empty()) {
      description.add_options()(option.text.name.c_str(), po::bool_switch());
    } else {
      description.add_options()(option.text.name.c_str(), po::value<std::string>());
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
      if (!given.insert(option.text.name).second && !option.is_repeatable) {
        throw UsageError("--" + option.text.name + " is given twice; give it once");
      }
      if (option.is_repeatable) {
        std::string& list = lists[option.text.name];
        list += (list.empty() ? "" : ",") + item.value.front();
        continue;
      }
      option.read(option.text.argument.empty() ? "true" : item.value.front(), "--" + option.text.name);
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
    positional.read(plain[i], positional.text.name);
  }
  if (plain.size() < required_positionals_) {
    throw UsageError(positionals_[plain.size()].text.name + " is missing; see --help");
  }
}

}  // namespace ganwright
