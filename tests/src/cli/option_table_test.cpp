#include "cli/option_table.h"

#include <gtest/gtest.h>

#include "cli/help.h"
#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

enum class Side { left, right };
constexpr std::array<std::pair<std::string_view, Side>, 2> side_names{
    {{"left", Side::left}, {"right", Side::right}}};

struct Example {
  int64_t steps = 10;
  int64_t channels = 3;
  double rate = 0.5;
  Side side = Side::left;
  std::optional<Side> door;
  std::set<Side> walls;
  bool quiet = false;
  std::string run;
  OptionTable table() {
    OptionTable table;
    table.add("steps", steps, 1, 100, "steps");
    table.add("channels", channels, {{1, "grey"}, {3, "color"}}, "channels");
    table.add("rate", rate, -1, 1, "rate");
    table.add("side", side, side_names, "side");
    table.add("door", door, side_names, "door");
    table.add_set("walls", walls, side_names, "walls");
    table.add_flag("quiet", quiet, "quiet");
    table.add_positional("RUN", run, "run");
    return table;
  }
};

std::string refusal_of(const std::vector<std::string>& arguments) {
  Example example;
  OptionTable table = example.table();
  try {
    table.parse_arguments(arguments);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(OptionTable, ReadsListsOfNumbersAndWritesThemAsTheyAreRead) {
  std::vector<int64_t> depths{1};
  OptionTable table;
  table.add_list("depths", depths, 1, 9, "depths");
  table.parse_arguments({"--depths", "2, 4,9"});
  EXPECT_EQ(depths, (std::vector<int64_t>{2, 4, 9}));
  EXPECT_EQ(table.config_text(), "depths = 2,4,9\n");
  table.parse_text("depths =", "file");
  EXPECT_TRUE(depths.empty());
  EXPECT_THROW(table.parse_text("depths = 2,10", "file"), UsageError);
  EXPECT_THROW(table.parse_text("depths = 2,,3", "file"), UsageError);
}

TEST(OptionTable, ReadsFlagsInBothSpellings) {
  Example example;
  OptionTable table = example.table();
  table.parse_arguments({"runs/a", "--steps", "20", "--rate=-0.25", "--quiet"});
  EXPECT_EQ(example.run, "runs/a");
  EXPECT_EQ(example.steps, 20);
  EXPECT_EQ(example.rate, -0.25);
  EXPECT_TRUE(example.quiet);
  EXPECT_EQ(example.side, Side::left);
}

TEST(OptionTable, NegativeNumbersAreValues) {
  Example example;
  example.table().parse_arguments({"a", "--rate", "-1"});
  EXPECT_EQ(example.rate, -1.0);
}

TEST(OptionTable, ANumberOutOfAFewIsOneOfThem) {
  Example example;
  OptionTable table = example.table();
  table.parse_arguments({"a", "--channels", "1"});
  EXPECT_EQ(example.channels, 1);
  EXPECT_EQ(table.value_of("channels"), "1");
  for (const char* wrong : {"2", "01", "grey", ""}) {
    const std::string message = refusal_of({"a", "--channels", wrong});
    EXPECT_NE(message.find("--channels"), std::string::npos) << message;
    EXPECT_NE(message.find("give 1 (grey) or 3 (color)"), std::string::npos) << message;
  }
  EXPECT_NE(option_lines(table.texts()).find("--channels 1|3"), std::string::npos)
      << option_lines(table.texts());
}

TEST(OptionTable, AValueWithANameIsGivenByIt) {
  Example example;
  OptionTable table = example.table();
  EXPECT_EQ(table.value_of("side"), "left");
  table.parse_arguments({"a", "--side", "right"});
  EXPECT_EQ(example.side, Side::right);
  EXPECT_NE(table.config_text().find("side = right\n"), std::string::npos);
  EXPECT_NE(option_lines(table.texts()).find("--side left|right"), std::string::npos)
      << option_lines(table.texts());
  const std::string message = refusal_of({"a", "--side", "rihgt"});
  EXPECT_NE(message.find("--side: unknown value 'rihgt' (did you mean 'right'?)"), std::string::npos)
      << message;
}

TEST(OptionTable, AValueWithANameMayBeMissing) {
  Example example;
  OptionTable table = example.table();
  table.parse_arguments({"a"});
  EXPECT_FALSE(example.door.has_value());
  EXPECT_EQ(table.value_of("door"), "");
  table.parse_arguments({"a", "--door", "right"});
  EXPECT_EQ(example.door, Side::right);
  EXPECT_EQ(table.value_of("door"), "right");
  EXPECT_NE(refusal_of({"a", "--door", "rihgt"}).find("'rihgt' (did you mean 'right'?)"), std::string::npos);
}

TEST(OptionTable, SeveralValuesWithNamesAreASet) {
  Example example;
  OptionTable table = example.table();
  EXPECT_EQ(table.value_of("walls"), "");
  table.parse_arguments({"a", "--walls", "right, left"});
  EXPECT_EQ(example.walls, (std::set<Side>{Side::left, Side::right}));
  EXPECT_EQ(table.value_of("walls"), "left,right");
  table.parse_text("walls = right", "file");
  EXPECT_EQ(example.walls, std::set<Side>{Side::right});
  table.parse_text("walls =", "file");
  EXPECT_TRUE(example.walls.empty());
  EXPECT_NE(refusal_of({"a", "--walls", "left,rihgt"}).find("'rihgt' (did you mean 'right'?)"),
            std::string::npos);
  EXPECT_NE(refusal_of({"a", "--walls", "left", "--walls", "left"}).find("'left' is given twice"),
            std::string::npos);
}

TEST(OptionTable, TheHelpMayDescribeDefaultsInsteadOfShowingThem) {
  Example example;
  OptionTable table = example.table();
  EXPECT_NE(option_lines(table.texts()).find("[10]"), std::string::npos) << option_lines(table.texts());
  table.describe_defaults("as in the run");
  int64_t late = 77;
  table.add("late", late, 0, 100, "added later");
  EXPECT_NE(option_lines(table.texts()).find("steps (1 to 100) [as in the run]"), std::string::npos)
      << option_lines(table.texts());
  EXPECT_EQ(option_lines(table.texts()).find("[10]"), std::string::npos) << option_lines(table.texts());
  EXPECT_NE(option_lines(table.texts()).find("[77]"), std::string::npos) << option_lines(table.texts());
}

TEST(OptionTable, AHiddenOptionIsReadAndNotTold) {
  Example example;
  OptionTable table = example.table();
  table.hide({"steps"});
  EXPECT_EQ(option_lines(table.texts()).find("--steps"), std::string::npos) << option_lines(table.texts());
  EXPECT_NE(option_lines(table.texts()).find("--rate"), std::string::npos) << option_lines(table.texts());
  table.parse_arguments({"a", "--steps", "20"});
  EXPECT_EQ(example.steps, 20);
}

TEST(OptionTable, AConfigurationNamesNoOther) {
  Example example;
  OptionTable table = example.table();
  std::string config;
  table.add_config(config);
  table.parse_arguments({"a", "--config", "x.cfg"});
  EXPECT_EQ(config, "x.cfg");
  EXPECT_THROW(table.parse_text("config = y.cfg\n", "x.cfg"), UsageError);
}

TEST(OptionTable, EachMistakeNamesItsPlace) {
  EXPECT_NE(refusal_of({"a", "--step", "20"}).find("did you mean 'steps'"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--steps", "0"}).find("--steps"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--steps", "12x"}).find("12x"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--steps", ""}).find("--steps"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--steps"}).find("steps"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--rate", "nan"}).find("nan"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "--steps", "1", "--steps", "2"}).find("twice"), std::string::npos);
  EXPECT_NE(refusal_of({"a", "b"}).find("unexpected argument 'b'"), std::string::npos);
  EXPECT_NE(refusal_of({}).find("RUN is missing"), std::string::npos);
  EXPECT_EQ(refusal_of({"a"}), "");
}

TEST(OptionTable, AConfigurationKeepsWhatItWrote) {
  Example written;
  written.steps = 7;
  written.side = Side::right;
  written.walls = {Side::left, Side::right};
  written.rate = 0.1;
  const std::string text = written.table().config_text();
  Example read;
  OptionTable table = read.table();
  read.door = Side::left;
  table.parse_text("# a comment\n\n" + text, "test");
  EXPECT_EQ(read.steps, 7);
  EXPECT_EQ(read.rate, 0.1);
  EXPECT_FALSE(read.door.has_value());
  EXPECT_EQ(table.config_text(), text);
}

TEST(OptionTable, AConfigurationsMistakesNameTheLine) {
  Example example;
  OptionTable table = example.table();
  for (const char* text :
       {"steps = 5\nstep = 6\n", "\nsteps 5\n", "steps = 5\nsteps = 6\n", "\nrate = high"}) {
    try {
      table.parse_text(text, "x.cfg");
      ADD_FAILURE() << text;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find("x.cfg line 2"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(table.parse_file("/no/such/file.cfg"), UsageError);
}

TEST(OptionTable, AConfigurationMayBeginWithAByteOrderMark) {
  const test_support::TemporaryFolder folder;
  test_support::write_file(folder / "x.cfg", "\xEF\xBB\xBFsteps = 7\r\nrate = 0.25\r\n");
  Example example;
  OptionTable table = example.table();
  table.parse_file(folder / "x.cfg");
  EXPECT_EQ(example.steps, 7);
  EXPECT_EQ(example.rate, 0.25);
  EXPECT_THROW(table.parse_text("rate = 1\n\xEF\xBB\xBFsteps = 7\n", "x.cfg"), UsageError);
}

TEST(OptionTable, OfExcludingOptionsTheLastSourceCountsAndOneSourceMayNotSpeakOfTwo) {
  std::string name = "default";
  std::string formula;
  OptionTable table;
  table.add("name", name, "");
  table.add("formula", formula, "");
  table.exclude({{"name"}, {"formula"}});
  table.parse_text("name = kl\n", "x.cfg");
  table.parse_arguments({"--formula", "t"});
  EXPECT_EQ(name, "");
  EXPECT_EQ(formula, "t");
  // What config_text wrote reads back, with the empty one in it.
  table.parse_text(table.config_text(), "config.cfg");
  EXPECT_EQ(formula, "t");
  table.parse_arguments({"--name", "js"});
  EXPECT_EQ(name, "js");
  EXPECT_EQ(formula, "");
  EXPECT_THROW(table.parse_arguments({"--name", "js", "--formula", "t"}), UsageError);
  EXPECT_THROW(table.parse_text("formula = t\nname = js\n", "x.cfg"), UsageError);
  EXPECT_THROW(table.parse_arguments({"--formula", ""}), UsageError);
}

TEST(OptionTable, SeveralChoicesExcludeEachOnItsOwn) {
  std::string name = "default";
  std::string formula;
  std::string place;
  std::string path = "default";
  OptionTable table;
  table.add("name", name, "");
  table.add("formula", formula, "");
  table.add("place", place, "");
  table.add("path", path, "");
  table.exclude({{"name"}, {"formula"}});
  table.exclude({{"place"}, {"path"}});
  table.parse_arguments({"--formula", "t", "--place", "here"});
  EXPECT_EQ(name, "");
  EXPECT_EQ(path, "");
  EXPECT_THROW(table.parse_arguments({"--place", "here", "--path", "there"}), UsageError);
}

TEST(OptionTable, TheLastPositionalMayTakeSeveral) {
  const auto parsed = [](const std::vector<std::string>& arguments) {
    std::vector<std::string> runs;
    bool quiet = false;
    OptionTable table;
    table.add_positionals("RUN", runs, "runs");
    table.add_flag("quiet", quiet, "quiet");
    table.parse_arguments(arguments);
    return runs;
  };
  EXPECT_EQ(parsed({"one"}), std::vector<std::string>{"one"});
  EXPECT_EQ(parsed({"one", "--quiet", "two", "three"}), (std::vector<std::string>{"one", "two", "three"}));
  EXPECT_THROW(parsed({"--quiet"}), UsageError);
}

}  // namespace
}  // namespace ganwright
