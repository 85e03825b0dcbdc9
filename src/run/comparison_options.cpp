#include "run/comparison_options.h"

#include <algorithm>
#include <set>
#include <system_error>

#include "errors.h"
#include "files/run_directory.h"
#include "losses/divergence/named_loss.h"
#include "run/loss_options.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

// Whether any of its runs has a checkpoint.
bool is_begun(const fs::path& out) {
  std::error_code error;
  for (const auto& loss : fs::directory_iterator(out, error)) {
    for (const auto& run : fs::directory_iterator(loss.path(), error)) {
      if (!list_checkpoints({run.path()}).empty()) {
        return true;
      }
    }
  }
  return false;
}

// Paths hold wherever the comparison goes on from, and names that a list was cut in at commas are whole, as
// mse:-1,1 is.
void settle(ComparisonOptions& options) {
  for (std::string* path :
       {&options.run.data, &options.evaluation.features, &options.run.init, &options.run.cache}) {
    const bool is_word = path == &options.run.cache && (*path == "auto" || *path == "none");
    if (!path->empty() && !is_word) {
      *path = fs::absolute(*path).lexically_normal().string();
    }
  }
  options.evaluation.device = options.run.device;
  options.evaluation.data = options.run.data;
  ComparisonGrid& grid = options.grid;
  for (std::vector<std::string>* names : {&grid.divergences, &grid.links, &grid.generator_objectives}) {
    *names = whole_names(*names);
  }
}

ComparisonOptions begun_with(const fs::path& out) {
  ComparisonOptions options;
  OptionTable table = comparison_option_table(options);
  take_former_defaults(table);
  table.parse_file(comparison_config(out));
  return options;
}

// A comparison goes on with what it began with, and only with that.
void require_unchanged(const ComparisonOptions& options, ComparisonOptions before) {
  ComparisonOptions now = options;
  const OptionTable table = comparison_option_table(now);
  const OptionTable table_before = comparison_option_table(before);
  for (const std::string& name : table.names()) {
    const bool is_free = name == "jobs" || name == "out" || name == "config";
    if (!is_free && table_before.value_of(name) != table.value_of(name)) {
      throw UsageError("--" + name + " was '" + table_before.value_of(name) + "' when " + options.run.out +
                       " was begun; leave it so, or choose another --out");
    }
  }
}

// A list wins over the one name of a preset, but not over one that was given by hand.
void refuse_single_divergence(const std::vector<std::string>& arguments, const ComparisonOptions& options) {
  ComparisonOptions said;
  said.run.training.loss.divergence.clear();
  comparison_option_table(said).parse_arguments(arguments);
  if (!said.run.training.loss.divergence.empty() && !options.grid.divergences.empty()) {
    throw UsageError("--divergence and --divergences are given; name all of them in --divergences");
  }
}

void check(const ComparisonOptions& options) {
  if (options.run.max_minutes > 0) {
    throw UsageError("--max-minutes would stop runs at different steps; leave it out, and choose --steps");
  }
  if (options.grid.seeds.empty()) {
    throw UsageError("--seeds is empty; give at least one");
  }
  const std::set<int64_t> seeds(options.grid.seeds.begin(), options.grid.seeds.end());
  if (seeds.size() < options.grid.seeds.size()) {
    throw UsageError("--seeds holds a seed twice; give each once");
  }
  if (options.run.training.seed != 0) {
    throw UsageError("--seed: a comparison's runs start from --seeds; give it there");
  }
  if (!options.evaluation.features.empty() && !fs::exists(options.evaluation.features)) {
    throw UsageError("--features " + options.evaluation.features +
                     " does not exist; give a TorchScript file");
  }
}

}  // namespace

OptionTable comparison_option_table(ComparisonOptions& options) {
  OptionTable table = run_option_table(options.run);
  table.begin_section("Comparison");
  table.add_list("divergences", options.grid.divergences, "named losses; --f adds a custom one");
  table.suggest("divergences", loss_names());
  table.add_list("links", options.grid.links, "links to combine with every divergence");
  table.add_list("generator-objectives", options.grid.generator_objectives,
                 "generator objectives to combine with every divergence and link");
  table.add_list("seeds", options.grid.seeds, 0, OptionTable::kAny,
                 "seeds; each loss is trained once per seed");
  table.add("evaluation-count", options.evaluation.count, 2, 1'000'000,
            "generated pictures of each run to evaluate");
  table.add("features", options.evaluation.features,
            "TorchScript file of the feature network; default: fixed random convolutions");
  table.add("jobs", options.jobs, 1, 256, "number of runs in parallel; they share the processors");
  table.add_config(options.config);
  table.hide({"seed", "max-minutes"});
  return table;
}

fs::path comparison_config(const fs::path& out) {
  return out / "compare.cfg";
}

ComparisonStart read_comparison_options(const std::vector<std::string>& arguments, OptionTable& table,
                                        ComparisonOptions& options) {
  table.parse_arguments(arguments);
  if (options.run.out.empty()) {
    throw UsageError("--out is missing; give a folder for the comparison");
  }
  const fs::path before = comparison_config(options.run.out);
  const bool was_tried = fs::exists(before);
  ComparisonStart start{was_tried && is_begun(options.run.out), std::nullopt};
  const bool says_all_anew = !start.is_begun && !(options.run.data + options.config).empty();
  const auto parse = [&] {
    if (was_tried && !says_all_anew) {
      take_former_defaults(table);
      table.parse_file(before);
    }
    if (!options.config.empty()) {
      table.parse_file(options.config);
    }
    table.parse_arguments(arguments);
  };
  parse();
  refuse_single_divergence(arguments, options);
  if (!start.is_begun && !options.run.init.empty()) {
    start.initial = read_initial_run(options.run.init);
    take_options_of_networks(*start.initial, table);
    parse();
    fit_to_initial_run(*start.initial, options.run);
  }
  settle(options);
  if (start.is_begun) {
    const ComparisonOptions begun = begun_with(options.run.out);
    int64_t& positions_size = options.run.training.model.positions_size;
    if (!options.run.init.empty() && positions_size == 0) {
      positions_size = begun.run.training.model.positions_size;  // that of --init
    }
    require_unchanged(options, begun);
  } else if (!was_tried && fs::exists(options.run.out) && !fs::is_empty(options.run.out)) {
    throw OutputError(options.run.out + " is not empty and holds no comparison; choose another --out");
  }
  check(options);
  return start;
}

}  // namespace ganwright
