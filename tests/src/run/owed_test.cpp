#include "run/owed.h"

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;
using Json = nlohmann::ordered_json;

TEST(Owed, IsReadBackFromItsText) {
  const Owed owed{{Json{{"step", 3}, {"loss", 0.5}}}, {Json{{"step", 2}}}, true, false};
  const Owed read = parse_owed(owed_text(owed));
  EXPECT_EQ(read.metrics, owed.metrics);
  EXPECT_EQ(read.evaluations, owed.evaluations);
  EXPECT_TRUE(read.grid);
  EXPECT_FALSE(read.evaluation);
  EXPECT_EQ(owed_text({}), "");
  EXPECT_TRUE(parse_owed("").is_empty());
}

TEST(Owed, IsNothingWhereTheTextIsNone) {
  for (const char* text :
       {"x", "[]", R"({"metrics":1,"grid":"yes"})", R"({"metrics":[1,{"step":"x"},{"a":1}]})"}) {
    EXPECT_TRUE(parse_owed(text).is_empty()) << text;
  }
}

TEST(Owed, IsOutstandingAsFarAsTheFilesDoNotHoldIt) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  const Owed owed{{Json{{"step", 3}}, Json{{"step", 4}}}, {}, true, true};
  const Owed all = outstanding(owed, run, 4);
  EXPECT_EQ(all.metrics.size(), 2U);
  EXPECT_TRUE(all.grid && all.evaluation);
  // Kept for a full disk, and owed by the checkpoint as well.
  const Owed twice{{Json{{"step", 4}}, Json{{"step", 4}}}, {Json{{"step", 4}}}, false, true};
  EXPECT_EQ(outstanding(twice, run, 4).metrics.size(), 1U);
  EXPECT_FALSE(outstanding(twice, run, 4).evaluation);
  write_file(run.metrics(), "{\"step\":3}\n{\"step\":4");
  write_file(run.evaluations(), "{\"step\":4,\"data\":\"by hand\"}\n");
  EXPECT_EQ(outstanding(owed, run, 4).metrics, (std::vector<Json>{Json{{"step", 4}}}));
  EXPECT_TRUE(outstanding(owed, run, 4).evaluation);
  write_file(run.metrics(), "{\"step\":3}\n{\"step\":4}\n");
  write_file(run.evaluations(), "{\"step\":4}\n");
  write_file(run.sample_grid(4), "a grid");
  EXPECT_TRUE(outstanding(owed, run, 4).is_empty());
}

}  // namespace
}  // namespace ganwright
