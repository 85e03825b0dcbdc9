#include "data/picture_listing.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;

std::string key_of(const fs::path& folder, std::string_view form = "form") {
  return picture_key(folder, list_pictures(folder), form);
}

TEST(ListPictures, OrdersPathsNameByName) {
  const TemporaryFolder folder;
  for (const char* name : {"a", "a-b", "a b", "a/b", "\xC3\xA9", "Z", "a.b/c"}) {
    fs::create_directories(folder / name);
    write_file(folder / (std::string(name) + "/1.png"), "");
    write_file(folder / (std::string(name) + "/-.png"), "");
  }
  std::vector<fs::path> paths;
  for (const auto& picture : list_pictures(folder / "")) paths.emplace_back(picture.path);
  ASSERT_EQ(paths.size(), 14);
  EXPECT_TRUE(std::is_sorted(paths.begin(), paths.end()));
}

TEST(PictureKey, IsOfTheFilesAndNotOfThePlace) {
  const TemporaryFolder folder;
  fs::create_directories(folder / "here/a");
  write_file(folder / "here/a/1.png", "one");
  write_file(folder / "here/2.png", "two");
  const std::string key = key_of(folder / "here");
  EXPECT_EQ(key_of(folder / "here/a/.."), key);
  fs::rename(folder / "here", folder / "there");
  EXPECT_EQ(key_of(folder / "there"), key);
  EXPECT_NE(key_of(folder / "there", "other form"), key);
  write_file(folder / "there/notes.txt", "no picture");
  EXPECT_EQ(key_of(folder / "there"), key);
}

TEST(PictureKey, TellsAFileFromAnotherOfTheSameNameSizeAndDate) {
  const TemporaryFolder folder;
  const fs::path file = folder / "1.png";
  write_file(file, "one");
  const auto date = fs::last_write_time(file);
  const std::string key = key_of(folder / "");

  write_file(folder / "other", "two");
  fs::last_write_time(folder / "other", date);
  fs::rename(folder / "other", file);
  const std::string replaced = key_of(folder / "");
  EXPECT_NE(replaced, key);

  std::fstream(file) << "six";
  fs::last_write_time(file, date);
  EXPECT_NE(key_of(folder / ""), replaced) << "written to in place";
}

TEST(PictureKey, CoversWhatALinkLeadsTo) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "pictures");
  fs::create_symlink("../target", folder / "pictures/1.png");
  const std::string broken = key_of(folder / "pictures");
  write_file(folder / "target", "one");
  const std::string first = key_of(folder / "pictures");
  EXPECT_NE(first, broken);
  std::fstream(folder / "target") << "two";
  EXPECT_NE(key_of(folder / "pictures"), first);
}

}  // namespace
}  // namespace ganwright
