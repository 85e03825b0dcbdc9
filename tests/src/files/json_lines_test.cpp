#include "files/json_lines.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::FileSizeLimit;
using test_support::read_file;
using test_support::TemporaryFolder;
using test_support::write_file;
using Record = nlohmann::ordered_json;

TEST(JsonLines, WritesOneLineARecordInTheOrderOfItsKeysAndAddsToAnExistingFile) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  JsonLines(path).append({{"step", 1}, {"loss", 0.5}});
  JsonLines(path).append({{"step", 2}, {"a", "two\nlines"}});
  EXPECT_EQ(read_file(path), "{\"step\":1,\"loss\":0.5}\n{\"step\":2,\"a\":\"two\\nlines\"}\n");
}

TEST(JsonLines, WritesAgainAFileThatWasRemovedMeanwhile) {
  const TemporaryFolder folder;
  JsonLines log(folder / "m");
  log.append({{"step", 1}});
  std::filesystem::remove(folder / "m");
  log.append({{"step", 2}});
  log.append({{"step", 3}});
  EXPECT_EQ(read_file(folder / "m"), "{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n");
}

TEST(JsonLines, GoesOnInAFileThatWasPutInItsPlace) {
  const TemporaryFolder folder;
  JsonLines log(folder / "m");
  log.append({{"step", 1}});
  std::filesystem::rename(folder / "m", folder / "old");
  write_file(folder / "m", "{\"step\":0}\n");
  log.append({{"step", 2}});
  EXPECT_EQ(read_file(folder / "m"), "{\"step\":0}\n{\"step\":2}\n");
}

TEST(JsonLines, FollowsNoSymbolicLink) {
  const TemporaryFolder folder;
  write_file(folder / "elsewhere", "mine");
  std::filesystem::create_symlink(folder / "elsewhere", folder / "m");
  EXPECT_THROW(JsonLines(folder / "m"), OutputError);
  EXPECT_EQ(read_file(folder / "elsewhere"), "mine");
}

TEST(JsonLines, IsReadBackWhateverIsInIt) {
  const TemporaryFolder folder;
  const std::string nested =
      R"({"step":1,"a":)" + std::string(100'000, '[') + std::string(100'000, ']') + "}";
  write_file(folder / "m", nested + "\n{\"step\":2}\n");
  EXPECT_EQ(read_json_lines(folder / "m").size(), 1U);
  JsonLines(folder / "m").truncate_after(5);
  EXPECT_EQ(read_file(folder / "m"), "{\"step\":2}\n");
}

TEST(JsonLines, IsReadableBeforeItIsClosed) {
  const TemporaryFolder folder;
  JsonLines log(folder / "m");
  log.append({{"step", 1}});
  EXPECT_EQ(read_file(folder / "m"), "{\"step\":1}\n");
}

TEST(JsonLines, WritesNumbersThatAreNotFiniteAsNull) {
  const TemporaryFolder folder;
  JsonLines(folder / "m")
      .append(
          {{"step", 1}, {"loss", std::nan("")}, {"deep", {{"x", -std::numeric_limits<double>::infinity()}}}});
  EXPECT_EQ(read_file(folder / "m"), "{\"step\":1,\"loss\":null,\"deep\":{\"x\":null}}\n");
}

TEST(JsonLines, CutsOffATornLastLine) {
  const TemporaryFolder folder;
  const auto path = folder / "m";
  // The last one is longer than one block of the backward search.
  for (const std::string& torn : {std::string(), std::string("{\"st"), std::string(200'000, 'x')}) {
    write_file(path, "{\"step\":1}\n" + torn);
    JsonLines log(path);
    EXPECT_EQ(read_file(path), "{\"step\":1}\n") << torn.size();
    log.append({{"step", 2}});
    EXPECT_EQ(read_file(path), "{\"step\":1}\n{\"step\":2}\n") << torn.size();
  }
  write_file(path, "{\"step\":1");
  const JsonLines log(path);
  EXPECT_EQ(read_file(path), "");
}

TEST(JsonLines, ARecordThatDoesNotFitOnTheDiskIsAnErrorAndLeavesNoPiece) {
  const TemporaryFolder folder;
  const auto path = folder / "m";
  JsonLines log(path);
  log.append({{"step", 1}});
  const std::string before = read_file(path);
  // Nothing more fits, or a piece of the next line.
  for (const size_t room : {size_t{0}, size_t{5}}) {
    const FileSizeLimit limit(before.size() + room);
    try {
      log.append({{"step", 2}});
      ADD_FAILURE() << "no error with room for " << room << " bytes";
    } catch (const WriteError& error) {
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos) << error.what();
    }
    EXPECT_EQ(read_file(path), before);
  }
  log.append({{"step", 2}});
  EXPECT_EQ(read_file(path), before + "{\"step\":2}\n");
}

TEST(JsonLines, TruncatingDropsWhatCameAfterAStep) {
  const TemporaryFolder folder;
  const auto path = folder / "m";
  JsonLines log(path);
  log.append({{"note", "no step"}});
  for (const int step : {10, 20, 30}) {
    log.append({{"step", step}});
  }
  log.truncate_after(20);
  EXPECT_EQ(read_file(path), "{\"note\":\"no step\"}\n{\"step\":10}\n{\"step\":20}\n");
  log.append({{"step", 21}});
  EXPECT_EQ(read_file(path), "{\"note\":\"no step\"}\n{\"step\":10}\n{\"step\":20}\n{\"step\":21}\n");
  log.truncate_after(0);
  EXPECT_EQ(read_file(path), "{\"note\":\"no step\"}\n");
}

TEST(JsonLines, TruncatingDropsDamagedLines) {
  const TemporaryFolder folder;
  const auto path = folder / "m";
  write_file(path, std::string("{\"step\":1}\n{\"st\0\0\n[2]\n{\"step\":3}\n", 33));
  JsonLines(path).truncate_after(5);
  EXPECT_EQ(read_file(path), "{\"step\":1}\n{\"step\":3}\n");
}

TEST(JsonLines, TruncatingIsWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const auto path = folder / "m";
  JsonLines log(path);
  for (int step = 1; step <= 3; ++step) {
    log.append({{"step", step}});
  }
  const std::string before = read_file(path);
  {
    const FileSizeLimit limit(15);
    EXPECT_THROW(log.truncate_after(2), WriteError);
  }
  EXPECT_EQ(read_file(path), before);
  log.append({{"step", 4}});
  EXPECT_EQ(read_file(path), before + "{\"step\":4}\n");
}

TEST(JsonLines, APlaceThatCannotBeWrittenToIsFoundAtOnce) {
  const TemporaryFolder folder;
  EXPECT_THROW(JsonLines(folder / ""), OutputError);
  EXPECT_THROW(JsonLines(folder / "missing" / "m"), OutputError);
}

}  // namespace
}  // namespace ganwright
