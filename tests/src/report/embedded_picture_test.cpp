#include "report/embedded_picture.h"

#include <gtest/gtest.h>

#include "errors.h"
#include "imaging/grid.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

void write_grid(const std::filesystem::path& path, int64_t side) {
  write_png(path, image_grid(torch::rand({1, 1, side, side}), 1, 1));
}

std::vector<int64_t> steps_of(const GridHistory& history) {
  std::vector<int64_t> steps;
  for (const auto& [step, picture] : history.grids) {
    steps.push_back(step);
  }
  return steps;
}

TEST(EmbeddedPicture, IsTheFileWhereThatIsSmallAndAJpegOfAtMost1024PixelsOtherwise) {
  const TemporaryFolder folder;
  write_grid(folder / "small.png", 64);
  write_grid(folder / "large.png", 1500);
  const EmbeddedPicture small = embed_file(folder / "small.png");
  EXPECT_TRUE(small.url.starts_with("data:image/png;base64,iVBOR"));
  EXPECT_EQ(small.width, 64);
  const EmbeddedPicture large = embed_file(folder / "large.png");
  EXPECT_TRUE(large.url.starts_with("data:image/jpeg;base64,/9j/"));
  EXPECT_EQ(large.width, 1024);
  EXPECT_EQ(large.height, 1024);
  write_file(folder / "none.png", "no picture");
  EXPECT_THROW(embed_file(folder / "none.png"), DataError);
  EXPECT_THROW(embed_file(folder / "missing.png"), DataError);
}

TEST(GridHistory, HasEveryGridByItsStepWhereTheyAreFew) {
  const TemporaryFolder folder;
  for (const char* name : {"000000002.png", "000000010.png", "000000001.png"}) {
    write_grid(folder / name, 8);
  }
  for (const char* name : {"notes.txt", "mine.png", "-5.png", "7.png.partial"}) {
    write_file(folder / name, "x");
  }
  write_file(folder / "000000003.png", "torn");
  const GridHistory history = read_grids(folder / "", 40, 1 << 20);
  EXPECT_EQ(steps_of(history), (std::vector<int64_t>{1, 2, 10}));
  EXPECT_EQ(history.found, 4);
  EXPECT_EQ(history.unreadable, 1);
  EXPECT_TRUE(read_grids(folder / "missing", 40, 1 << 20).grids.empty());
}

TEST(GridHistory, IsThinnedEvenlyByCountAndByBytesAndKeepsBothEnds) {
  const TemporaryFolder folder;
  for (int step = 0; step <= 30; ++step) {
    write_grid(folder / ((step < 10 ? "00000000" : "0000000") + std::to_string(step) + ".png"), 16);
  }
  EXPECT_EQ(steps_of(read_grids(folder / "", 4, 1 << 20)), (std::vector<int64_t>{0, 10, 20, 30}));
  const GridHistory whole = read_grids(folder / "", 40, 1 << 20);
  const auto bytes = static_cast<int64_t>(whole.grids[0].second.url.size());
  const std::vector<int64_t> few = steps_of(read_grids(folder / "", 40, 10 * bytes));
  EXPECT_LE(few.size(), 11U);
  EXPECT_GE(few.size(), 6U);
  EXPECT_EQ(few.front(), 0);
  EXPECT_EQ(few.back(), 30);
  EXPECT_EQ(steps_of(read_grids(folder / "", 40, 1)), (std::vector<int64_t>{30}));
}

}  // namespace
}  // namespace ganwright
