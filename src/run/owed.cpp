#include "run/owed.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>

#include "files/json_lines.h"
#include "files/json_text.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

bool has_step(const Json& record) {
  const auto step = record.find("step");
  return step != record.end() && step->is_number_integer();
}

std::vector<Json> lines_of(const Json& object, const char* name) {
  std::vector<Json> lines;
  for (const Json& line : object.value(name, Json::array())) {
    if (line.is_object() && has_step(line)) {
      lines.push_back(line);
    }
  }
  return lines;
}

bool flag_of(const Json& object, const char* name) {
  return object.value(name, Json(false)) == true;
}

// The steps that have a line; of evaluations, those by `ganwright evaluate` name their pictures and do not
// count.
std::set<int64_t> steps_in(const std::filesystem::path& path) {
  std::set<int64_t> steps;
  for (const Json& record : read_json_lines(path)) {
    if (has_step(record) && !record.contains("data")) {
      steps.insert(record.at("step").get<int64_t>());
    }
  }
  return steps;
}

// A step has one line: what was kept for a full disk may be owed as well.
void leave_out_steps(std::vector<Json>& lines, std::set<int64_t> steps) {
  std::erase_if(lines,
                [&](const Json& line) { return !steps.insert(line.at("step").get<int64_t>()).second; });
}

bool has_line_of(const std::vector<Json>& lines, int64_t step) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const Json& line) { return line.at("step").get<int64_t>() == step; });
}

}  // namespace

std::string owed_text(const Owed& owed) {
  if (owed.is_empty()) {
    return "";
  }
  const Json object{{"metrics", owed.metrics},
                    {"evaluations", owed.evaluations},
                    {"grid", owed.grid},
                    {"evaluation", owed.evaluation}};
  return object.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Owed parse_owed(const std::string& text) {
  const Json object = parse_json_object(text);
  if (!object.is_object()) {
    return {};
  }
  return {lines_of(object, "metrics"), lines_of(object, "evaluations"), flag_of(object, "grid"),
          flag_of(object, "evaluation")};
}

Owed outstanding(Owed owed, const RunDirectory& run, int64_t step) {
  const std::set<int64_t> evaluated = steps_in(run.evaluations());
  leave_out_steps(owed.metrics, steps_in(run.metrics()));
  leave_out_steps(owed.evaluations, evaluated);
  owed.grid = owed.grid && !std::filesystem::exists(run.sample_grid(step));
  owed.evaluation = owed.evaluation && !evaluated.contains(step) && !has_line_of(owed.evaluations, step);
  return owed;
}

}  // namespace ganwright
