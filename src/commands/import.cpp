#include <spdlog/spdlog.h>

#include <iostream>
#include <map>

#include "cli/progress.h"
#include "commands/command.h"
#include "data/import.h"
#include "errors.h"
#include "system/interrupt.h"

namespace ganwright {
namespace {

const HelpText kImportHelp{
    "ganwright import SOURCE DESTINATION [options]",
    "Turns other formats into a folder of PNG files with one subfolder a class: the IDX files of the MNIST "
    "family\n"
    "(plain or .gz), CIFAR-10 binary batches, and the pictures of a color emoji font.",
    "  ganwright import /usr/share/datasets/fashion-mnist data/fashion-mnist\n"
    "  ganwright import cifar-10-batches-bin data/cifar-10 --split test\n"
    "  ganwright import /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf data/emoji --size 64\n"};

const std::map<std::string, ImportSplit>& splits() {
  static const std::map<std::string, ImportSplit> table = {
      {"train", ImportSplit::train}, {"test", ImportSplit::test}, {"all", ImportSplit::all}};
  return table;
}

}  // namespace

int run_import(const Arguments& arguments) {
  std::string source;
  std::string destination;
  std::string split = "train";
  ImportOptions import;
  OptionTable options;
  options.add_positional("SOURCE", source, "folder of IDX or CIFAR-10 files, one such file, or a font");
  options.add_positional("DESTINATION", destination, "the folder to make; it must not exist or be empty");
  options.add("split", split, {"train", "test", "all"}, "part of the data set");
  options.add("limit", import.limit, 0, OptionTable::kAny, "the first so many pictures; 0: all");
  options.add("size", import.size, 0, 8192, "of a font's pictures, in pixels; 0: as they are");
  if (show_help(arguments, kImportHelp, options)) {
    return 0;
  }
  options.parse_arguments(arguments);
  import.source = source;
  import.destination = destination;
  import.split = splits().at(split);
  const ImportResult result = import_pictures(import, show_progress("writing pictures"), interrupted);
  spdlog::info("{}: {} pictures of {} classes", result.format, result.pictures, result.classes.size());
  std::cout << destination << "\n";
  return 0;
}

}  // namespace ganwright
