#include "files/partial.h"

#include <gtest/gtest.h>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::read_file;
using test_support::TemporaryFolder;
using test_support::write_file;

TEST(PartialName, IsAnotherEachTimeAndIsKnownAgain) {
  const fs::path one = partial_name("a/file");
  EXPECT_NE(one, partial_name("a/file"));
  EXPECT_EQ(one.parent_path(), "a");
  EXPECT_TRUE(is_partial_of(one.filename().string(), "file"));
  EXPECT_TRUE(is_partial_of("file.partial", "file")) << "as earlier versions named it";
  for (const char* other : {"file", "file.mine.partial", "file.0123456789abcdef", "other.partial",
                            "file.0123456789abcde.partial", "file.0123456789abcdeg.partial"}) {
    EXPECT_FALSE(is_partial_of(other, "file")) << other;
  }
}

TEST(PartialFolder, IsRemovedUnlessItIsPublished) {
  const TemporaryFolder folder;
  {
    const PartialFolder partial(folder / "above/out");
    write_file(partial.path() / "a", "x");
  }
  EXPECT_TRUE(fs::is_empty(folder / "above"));
  PartialFolder partial(folder / "above/out");
  write_file(partial.path() / "a", "x");
  partial.publish();
  EXPECT_EQ(read_file(folder / "above/out/a"), "x");
}

TEST(PartialFolder, OfTwoAtOnceTheLaterOneIsRefused) {
  const TemporaryFolder folder;
  PartialFolder first(folder / "out");
  PartialFolder second(folder / "out");
  write_file(first.path() / "a", "first");
  write_file(second.path() / "a", "second");
  second.publish();
  EXPECT_THROW(first.publish(), OutputError);
  EXPECT_EQ(read_file(folder / "out/a"), "second");
}

}  // namespace
}  // namespace ganwright
