#include <spdlog/spdlog.h>

#include <iostream>

#include "cli/progress.h"
#include "commands/command.h"
#include "data/import.h"
#include "errors.h"
#include "system/interrupt.h"

namespace ganwright {
namespace {

const HelpText kImportHelp{
    "ganwright import SOURCE DESTINATION [options]",
    "Converts other formats to a folder of PNG files with one subfolder per class: the IDX files of the\n"
    "MNIST family (plain or .gz), CIFAR-10 binary batches, and the pictures of a color emoji font.",
    "  ganwright import /usr/share/datasets/fashion-mnist data/fashion-mnist\n"
    "  ganwright import cifar-10-batches-bin data/cifar-10 --split test\n"
    "  ganwright import /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf data/emoji --size 64\n"};

constexpr Choices<ImportSplit, 3> split_names{
    {{"train", ImportSplit::train}, {"test", ImportSplit::test}, {"all", ImportSplit::all}}};

struct ImportCommandOptions {
  ImportOptions import;
  std::string source;
  std::string destination;
};

OptionTable import_table(ImportCommandOptions& options) {
  OptionTable table;
  table.add_positional("SOURCE", options.source, "folder of IDX or CIFAR-10 files, one such file, or a font");
  table.add_positional("DESTINATION", options.destination, "output folder; must be new or empty");
  table.add("split", options.import.split, split_names, "part of the data set");
  table.add("limit", options.import.limit, 0, OptionTable::kAny, "import only the first N pictures; 0: all");
  table.add("size", options.import.size, 0, 8192, "side of a font's pictures, in pixels; 0: unchanged");
  return table;
}

int run_import(const ImportCommandOptions& options) {
  ImportOptions import = options.import;
  import.source = options.source;
  import.destination = options.destination;
  const ImportResult result = import_pictures(import, show_progress("writing pictures"), interrupted);
  spdlog::info("{}: {} pictures of {} classes", result.format, result.pictures, result.classes.size());
  std::cout << options.destination << "\n";
  return 0;
}

}  // namespace

CommandBody import_command() {
  return command_body(kImportHelp, import_table, run_import);
}

}  // namespace ganwright
