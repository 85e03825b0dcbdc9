#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>

#include "commands/command.h"
#include "losses/divergence.h"

namespace ganwright {
namespace {

nlohmann::ordered_json describe(const DivergenceRow& row) {
  nlohmann::ordered_json entry{{"name", row.name}, {"f", row.f}};
  entry["kind"] = row.dual_pair ? "dual-pair" : "smooth";
  if (row.parameter) {
    entry["parameter"] = {{"symbol", row.parameter->symbol},
                          {"default", row.parameter->default_value},
                          {"range", row.parameter->text()}};
  }
  const double curvature = curvature_at_one(named_divergence(row.name));
  entry["curvature_at_one"] = std::isfinite(curvature) ? nlohmann::ordered_json(curvature) : nullptr;
  entry["note"] = row.note;
  return entry;
}

std::string shown_name(const DivergenceRow& row) {
  return row.parameter ? row.name + ":" + row.parameter->symbol : row.name;
}

void print_table() {
  std::cout
      << "D_f(p||q) = E_q[f(t)], t = p/q; p: data, q: generator. A parameter follows a colon: alpha:0.5\n\n";
  size_t name_width = 0;
  size_t f_width = 0;
  for (const DivergenceRow& row : divergence_table()) {
    name_width = std::max(name_width, shown_name(row).size());
    f_width = std::max(f_width, row.f.size());
  }
  const auto padded = [](std::string text, size_t width) { return text.append(width - text.size(), ' '); };
  for (const DivergenceRow& row : divergence_table()) {
    std::cout << padded(shown_name(row), name_width) << "  " << padded(row.f, f_width) << "  " << row.note;
    if (row.parameter) {
      std::cout << " (" << row.parameter->text() << ", default " << row.parameter->default_value << ")";
    }
    std::cout << "\n";
  }
}

}  // namespace

int run_losses(const Arguments& arguments) {
  bool json = false;
  OptionTable options;
  options.add_flag("json", json, "print a list of JSON objects instead of a table");
  if (show_help(arguments,
                {"ganwright losses [--json]", "Lists the divergences that --divergence takes by name.",
                 "  ganwright losses\n  ganwright losses --json\n"},
                options)) {
    return 0;
  }
  options.parse_arguments(arguments);
  if (!json) {
    print_table();
    return 0;
  }
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const DivergenceRow& row : divergence_table()) {
    list.push_back(describe(row));
  }
  std::cout << list.dump(2) << "\n";
  return 0;
}

}  // namespace ganwright
