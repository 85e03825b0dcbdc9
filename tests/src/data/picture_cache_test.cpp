#include "data/picture_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "tests/support/environment.h"
#include "tests/support/mapped_file.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;

const std::string kKey = std::string("form\0a/1.png", 12);
const std::vector<std::string> kFaults = {"", "is empty", "", "", "cannot be decoded"};
constexpr int64_t kListed = 5;
constexpr int64_t kChannels = 3;
constexpr int64_t kSize = 2;
constexpr size_t kHeaderBytes = 56;

DecodedPictures some_pictures(int64_t first = 0) {
  const auto numbers = torch::arange(first, first + 3 * kChannels * kSize * kSize);
  return {numbers.view({3, kChannels, kSize, kSize}).to(torch::kUInt8), kFaults};
}

std::optional<DecodedPictures> load_stored(const fs::path& cache, const std::string& key = kKey) {
  return load_pictures_from_cache(cache, key, kListed, kChannels, kSize);
}

std::vector<fs::path> cached_files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder)) files.push_back(entry.path());
  return files;
}

void expect_equal(const std::optional<DecodedPictures>& loaded, const DecodedPictures& stored) {
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(torch::equal(loaded->pixels, stored.pixels));
  EXPECT_EQ(loaded->pixels.scalar_type(), torch::kUInt8);
  EXPECT_EQ(loaded->faults, stored.faults);
}

TEST(PictureCache, MapsWhatWasStored) {
  const TemporaryFolder folder;
  EXPECT_FALSE(load_stored(folder / "cache"));
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const auto loaded = load_stored(folder / "cache");
  expect_equal(loaded, some_pictures());
  ASSERT_EQ(cached_files_in(folder / "cache").size(), 1);
  EXPECT_EQ(mapped_file(loaded->pixels.data_ptr()), cached_files_in(folder / "cache").front());
}

TEST(PictureCache, KeepsItsFileWhenTheTensorIsChanged) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  load_stored(folder / "cache")->pixels.fill_(7);
  expect_equal(load_stored(folder / "cache"), some_pictures());
}

TEST(PictureCache, ServesTheTensorStillWhenItsFileIsReplacedOrRemoved) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const auto first = load_stored(folder / "cache");
  store_pictures_in_cache(folder / "cache", kKey, some_pictures(100));
  const auto second = load_stored(folder / "cache");
  fs::remove_all(folder / "cache");
  expect_equal(first, some_pictures());
  expect_equal(second, some_pictures(100));
}

TEST(PictureCache, KnowsNothingUnderAnotherKeyOrOfAnotherShape) {
  const TemporaryFolder folder;
  const std::string other_key = std::string("form\0a/2.png", 12);
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  EXPECT_FALSE(load_stored(folder / "cache", other_key));
  EXPECT_FALSE(load_pictures_from_cache(folder / "cache", kKey, kListed + 1, kChannels, kSize));
  EXPECT_FALSE(load_pictures_from_cache(folder / "cache", kKey, kListed, 1, kSize));
  EXPECT_FALSE(load_pictures_from_cache(folder / "cache", kKey, kListed, kChannels, kSize + 1));

  const fs::path first = cached_files_in(folder / "cache").front();
  store_pictures_in_cache(folder / "cache", other_key, some_pictures(100));
  for (const fs::path& file : cached_files_in(folder / "cache")) {
    if (file != first) fs::copy_file(first, file, fs::copy_options::overwrite_existing);
  }
  EXPECT_FALSE(load_stored(folder / "cache", other_key)) << "the name alone is believed";
}

TEST(PictureCache, RefusesEveryOtherLengthAndIsRepairedByStoring) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const fs::path file = cached_files_in(folder / "cache").front();
  const std::string bytes = read_file(file);
  for (size_t length = 0; length < bytes.size(); length += length < 200 || length > 4000 ? 1 : 100) {
    write_file(file, bytes.substr(0, length));
    ASSERT_FALSE(load_stored(folder / "cache")) << length << " of " << bytes.size() << " bytes";
  }
  write_file(file, bytes + '\0');
  EXPECT_FALSE(load_stored(folder / "cache"));
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  expect_equal(load_stored(folder / "cache"), some_pictures());
}

TEST(PictureCache, RefusesAFlippedBitInEveryByteButThoseBetweenFaultsAndPixels) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const fs::path file = cached_files_in(folder / "cache").front();
  const std::string bytes = read_file(file);
  size_t used = kHeaderBytes + kKey.size();
  for (const auto& fault : kFaults) used += fault.size() + 1;
  const size_t pixels_at = bytes.size() - some_pictures().pixels.nbytes();
  for (size_t i = 0; i < bytes.size(); i = i + 1 == used ? pixels_at : i + 1) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    write_file(file, changed);
    ASSERT_FALSE(load_stored(folder / "cache")) << "byte " << i;
  }
}

TEST(PictureCache, RefusesFoldersPipesAndOtherPeoplesFiles) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const fs::path file = cached_files_in(folder / "cache").front();
  write_file(file, std::string(100'000, 'x'));
  EXPECT_FALSE(load_stored(folder / "cache"));
  fs::remove(file);
  fs::create_directory(file);
  EXPECT_FALSE(load_stored(folder / "cache"));
  fs::remove(file);
  ASSERT_EQ(mkfifo(file.c_str(), 0600), 0);
  EXPECT_FALSE(load_stored(folder / "cache"));
}

TEST(PictureCache, DoesWithoutAPlaceToWriteTo) {
  const TemporaryFolder folder;
  write_file(folder / "file", "no folder");
  store_pictures_in_cache(folder / "file", kKey, some_pictures());
  store_pictures_in_cache(folder / "file/below", kKey, some_pictures());
  EXPECT_FALSE(load_stored(folder / "file"));
  EXPECT_FALSE(load_stored(folder / "file/below"));
  EXPECT_EQ(read_file(folder / "file"), "no folder");
}

TEST(PictureCache, LeavesNothingBehindOnAFullDisk) {
  const TemporaryFolder folder;
  {
    const FileSizeLimit limit(100);
    store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  }
  EXPECT_FALSE(load_stored(folder / "cache"));
  EXPECT_TRUE(cached_files_in(folder / "cache").empty());
}

TEST(PictureCache, RemovesTheLeastRecentlyUsedBeyondSixteenAndNothingOfOthers) {
  using std::chrono::seconds;
  const TemporaryFolder folder;
  const fs::path cache = folder / "cache";
  fs::create_directory(cache);
  write_file(cache / "notes.txt", "mine");
  write_file(cache / "0123456789abcdef.txt", "mine");
  write_file(cache / "0123456789abcdef.pictures.00000000.partial", "of a process that was killed");
  const auto long_ago = fs::file_time_type::clock::now() - std::chrono::hours(24);
  for (const fs::path& file : cached_files_in(cache)) fs::last_write_time(file, long_ago - seconds(1));
  for (int i = 0; i < 16; ++i) {
    const std::vector<fs::path> before = cached_files_in(cache);
    store_pictures_in_cache(cache, std::to_string(i), some_pictures(i));
    for (const fs::path& file : cached_files_in(cache)) {
      if (std::find(before.begin(), before.end(), file) == before.end()) {
        fs::last_write_time(file, long_ago + seconds(i));
      }
    }
  }
  EXPECT_EQ(cached_files_in(cache).size(), 2 + 16) << "the partial file goes first";
  ASSERT_TRUE(load_stored(cache, "0")) << "used again, so that 1 is the oldest now";
  store_pictures_in_cache(cache, "16", some_pictures(16));
  EXPECT_EQ(cached_files_in(cache).size(), 2 + 16);
  EXPECT_TRUE(fs::exists(cache / "notes.txt"));
  EXPECT_TRUE(fs::exists(cache / "0123456789abcdef.txt"));
  for (int i = 0; i <= 16; ++i) EXPECT_EQ(load_stored(cache, std::to_string(i)).has_value(), i != 1) << i;
}

TEST(PictureCache, ShowsNoPieceOfWhatSeveralWriteAtOnce) {
  const TemporaryFolder folder;
  const auto write = [&] {
    for (int i = 0; i < 20; ++i) store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  };
  std::jthread one(write);
  std::jthread other(write);
  for (int i = 0; i < 200; ++i) {
    if (const auto loaded = load_stored(folder / "cache")) expect_equal(loaded, some_pictures());
  }
  one.join();
  other.join();
  expect_equal(load_stored(folder / "cache"), some_pictures());
  EXPECT_EQ(cached_files_in(folder / "cache").size(), 1);
}

TEST(DefaultPictureCache, LiesWhereTheEnvironmentKeepsCaches) {
  const Environment home("HOME", "/home/somebody");
  const Environment caches("XDG_CACHE_HOME", "/var/caches");
  EXPECT_EQ(default_picture_cache(), "/var/caches/ganwright");
  for (const char* unusable : {static_cast<const char*>(nullptr), "", "relative"}) {
    const Environment no_caches("XDG_CACHE_HOME", unusable);
    EXPECT_EQ(default_picture_cache(), "/home/somebody/.cache/ganwright");
    const Environment no_home("HOME", unusable);
    EXPECT_TRUE(default_picture_cache().empty());
  }
}

}  // namespace
}  // namespace ganwright
