#include "cli/completion.h"

#include "cli/option_values.h"
#include "cli/shell.h"

namespace ganwright {
namespace {

constexpr const char* kHeader = " of ganwright, written by `ganwright help --";

bool is_list(const OptionText& option) {
  return option.argument == "LIST";
}

std::vector<std::string> names_of(const std::vector<CommandText>& commands) {
  std::vector<std::string> names;
  for (const CommandText& command : commands) {
    names.push_back(command.name);
  }
  return names;
}

std::vector<std::string> flags_of(const CommandText& command) {
  std::vector<std::string> flags;
  for (const OptionText& option : command.options) {
    if (!option.is_positional) {
      flags.push_back("--" + option.name);
    }
  }
  flags.push_back("--help");
  return flags;
}

// What can stand where no flag is being given a value: values of positional arguments.
std::vector<std::string> positional_choices(const CommandText& command) {
  std::vector<std::string> words;
  for (const OptionText& option : command.options) {
    if (option.is_positional) {
      words.insert(words.end(), option.choices.begin(), option.choices.end());
    }
  }
  return words;
}

// In zsh brackets and colons of a description have a meaning.
std::string zsh_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    result += (c == '[' || c == ']' || c == ':' || c == '\\' ? "\\" : "") + std::string(1, c);
  }
  return result;
}

std::string zsh_values(const OptionText& option) {
  const std::string message = ":" + zsh_text(option.argument.empty() ? option.name : option.argument) + ":";
  if (option.choices.empty()) {
    return message + "_files";
  }
  const std::string words = joined(option.choices, " ");
  return message + (is_list(option) ? "_values -s , value " + words : "(" + words + ")");
}

std::string zsh_argument(const OptionText& option, int place) {
  if (option.is_positional) {
    return shell_quoted(std::to_string(place) + zsh_values(option));
  }
  const std::string text = "[" + zsh_text(option.help) + "]";
  return shell_quoted((is_list(option) ? "*" : "") + std::string("--") + option.name +
                      (option.argument.empty() ? text : "=" + text + zsh_values(option)));
}

}  // namespace

std::string bash_completion(const std::vector<CommandText>& commands) {
  std::string flags;
  std::string values;
  for (const CommandText& command : commands) {
    flags += "    " + command.name + ") words=" + shell_quoted(joined(positional_choices(command), " ")) +
             " flags=" + shell_quoted(joined(flags_of(command), " ")) + " ;;\n";
    for (const OptionText& option : command.options) {
      if (!option.is_positional && !option.argument.empty()) {
        values += "    " + shell_quoted(command.name + " --" + option.name) + ") " +
                  (is_list(option) ? "separator=, " : "") +
                  "words=" + shell_quoted(joined(option.choices, " ")) + " flags= ;;\n";
      }
    }
  }
  return std::string("# The completion for bash") + kHeader + R"(bash`.
_ganwright() {
  local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} words= flags= separator= kept=
  # The shell splits --flag=value in three.
  if [[ $current == = ]]; then
    current=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  case ${COMP_WORDS[1]} in
)" + flags +
         "  esac\n  case \"${COMP_WORDS[1]} $before\" in\n" + values + R"(  esac
  if ((COMP_CWORD == 1)); then
    words=)" +
         shell_quoted(joined(names_of(commands), " ") + " help --help --version") + R"( flags=
  fi
  if [[ $separator && $current == *,* ]]; then
    kept=${current%,*},
  fi
  if [[ $current == -* ]]; then
    words=$flags
  fi
  mapfile -t COMPREPLY < <(compgen -P "$kept" -W "$words" -- "${current#"$kept"}")
}
complete -o bashdefault -o default -F _ganwright ganwright
)";
}

std::string zsh_completion(const std::vector<CommandText>& commands) {
  std::string names;
  std::string cases;
  for (const CommandText& command : commands) {
    names += "    " + shell_quoted(zsh_text(command.name) + ":" + command.summary) + "\n";
    cases += "    " + command.name + ")\n      _arguments '(- *)--help[show the options]'";
    int place = 0;
    for (const OptionText& option : command.options) {
      cases += " \\\n        " + zsh_argument(option, option.is_positional ? ++place : 0);
    }
    cases += " ;;\n";
  }
  return std::string("#compdef ganwright\n# The completion for zsh") + kHeader + R"(zsh`.
_ganwright() {
  local curcontext=$curcontext state line
  local -a commands=(
)" + names +
         R"(    'help:list the commands'
  )
  _arguments -C '(- *)--help[list the commands]' '(- *)--version[show the version]' \
    '1:command:->command' '*::argument:->argument'
  if [[ $state == command ]]; then
    _describe command commands
    return
  fi
  case $words[1] in
)" + cases +
         R"(  esac
}
_ganwright "$@"
)";
}

}  // namespace ganwright
