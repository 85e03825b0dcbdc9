#include "data/picture_cache.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <fstream>
#include <span>
#include <thread>

#include "files/checksum.h"
#include "tests/support/environment.h"
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

DecodedPictures some_pictures(int64_t first = 0) {
  const auto numbers = torch::arange(first, first + 3 * kChannels * kSize * kSize);
  return {numbers.view({3, kChannels, kSize, kSize}).to(torch::kUInt8), kFaults};
}

std::optional<DecodedPictures> load_stored(const fs::path& cache, const std::string& key = kKey) {
  return load_pictures_from_cache(cache, key, kListed, kChannels, kSize);
}

std::vector<fs::path> cached_files_in(const fs::path& cache) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(cache / "pictures")) files.push_back(entry.path());
  return files;
}

void expect_equal(const std::optional<DecodedPictures>& loaded, const DecodedPictures& stored) {
  ASSERT_TRUE(loaded.has_value());
  EXPECT_TRUE(torch::equal(loaded->pixels, stored.pixels));
  EXPECT_EQ(loaded->pixels.scalar_type(), torch::kUInt8);
  EXPECT_EQ(loaded->faults, stored.faults);
}

TEST(PictureCache, KeepsWhatWasStored) {
  const TemporaryFolder folder;
  EXPECT_FALSE(load_stored(folder / "cache"));
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const auto loaded = load_stored(folder / "cache");
  expect_equal(loaded, some_pictures());
  ASSERT_EQ(cached_files_in(folder / "cache").size(), 1);
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

TEST(PictureCache, RefusesAFlippedBitInEveryByte) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const fs::path file = cached_files_in(folder / "cache").front();
  const std::string bytes = read_file(file);
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ (1 << i % 8));
    write_file(file, changed);
    ASSERT_FALSE(load_stored(folder / "cache")) << "byte " << i;
  }
}

TEST(PictureCache, ComparesEachBlockOfPixelsWithItsHash) {
  const TemporaryFolder folder;
  constexpr int64_t kSide = 1024;
  // Three blocks of 4 MiB, the last one shorter.
  const torch::Tensor pixels = torch::arange(9 * kSide * kSide).remainder(251).to(torch::kUInt8);
  const DecodedPictures pictures{pixels.view({9, 1, kSide, kSide}), std::vector<std::string>(9)};
  store_pictures_in_cache(folder / "cache", kKey, pictures);
  const auto load_large = [&] { return load_pictures_from_cache(folder / "cache", kKey, 9, 1, kSide); };
  expect_equal(load_large(), pictures);
  const fs::path file = cached_files_in(folder / "cache").front();
  const auto size = static_cast<int64_t>(fs::file_size(file));
  for (const int64_t from_the_end : {int64_t{1}, 3 * kSide * kSide, 9 * kSide * kSide}) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(size - from_the_end);
    const int byte = stream.get();
    stream.seekp(size - from_the_end);
    stream.put(static_cast<char>(byte ^ 1));
    stream.flush();
    EXPECT_FALSE(load_large()) << from_the_end;
    stream.seekp(size - from_the_end);
    stream.put(static_cast<char>(byte));
  }
  const auto loaded = load_large();
  fs::resize_file(file, 100);
  expect_equal(loaded, pictures);
}

// A file as earlier versions wrote it, in the folder of the cache itself.
std::string former_file(const std::string& key, const DecodedPictures& pictures) {
  std::string faults;
  for (const std::string& fault : pictures.faults) faults += fault + '\0';
  const std::span pixels(reinterpret_cast<const std::byte*>(pictures.pixels.const_data_ptr<uint8_t>()),
                         pictures.pixels.nbytes());
  std::array<uint64_t, 7> header{0x314C455849505747,
                                 key.size(),
                                 faults.size(),
                                 pixels.size(),
                                 checksum(std::as_bytes(std::span(faults))),
                                 checksum(pixels)};
  header.back() = checksum(std::as_bytes(std::span(header)).first(48));
  std::string bytes(reinterpret_cast<const char*>(header.data()), sizeof(header));
  bytes += key + faults;
  bytes.resize(4096);
  return bytes.append(reinterpret_cast<const char*>(pixels.data()), pixels.size());
}

TEST(PictureCache, ReadsFilesOfEarlierVersionsAndLeavesThemAlone) {
  const TemporaryFolder folder;
  store_pictures_in_cache(folder / "cache", kKey, some_pictures());
  const fs::path name = cached_files_in(folder / "cache").front().filename();
  const std::string bytes = former_file(kKey, some_pictures(50));
  fs::remove_all(folder / "cache/pictures");
  write_file(folder / "cache" / name, bytes);
  expect_equal(load_stored(folder / "cache"), some_pictures(50));
  for (int i = 0; i < 20; ++i) store_pictures_in_cache(folder / "cache", std::to_string(i), some_pictures(i));
  EXPECT_EQ(read_file(folder / "cache" / name), bytes);
  for (const size_t place : {size_t{9}, size_t{60}, bytes.size() - 1}) {
    std::string changed = bytes;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    write_file(folder / "cache" / name, changed);
    EXPECT_FALSE(load_stored(folder / "cache")) << place;
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
  const fs::path own = cache / "pictures";
  fs::create_directories(own);
  const std::vector<std::string> mine = {"notes.txt", "0123456789abcdef.txt", "0123456789abcdef.pictures",
                                         "holiday.pictures", "0123456789abcdef.pictures.mine.partial"};
  for (const std::string& name : mine) write_file(own / name, "mine");
  write_file(cache / "fedcba9876543210.pictures", "mine, in the folder itself");
  write_file(own / "0123456789abcdef.pictures.0123456789abcdef.partial",
             "GWPIXEL2, of a process that was killed");
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
  EXPECT_EQ(cached_files_in(cache).size(), mine.size() + 16) << "the partial file goes first";
  ASSERT_TRUE(load_stored(cache, "0")) << "used again, so that 1 is the oldest now";
  store_pictures_in_cache(cache, "16", some_pictures(16));
  EXPECT_EQ(cached_files_in(cache).size(), mine.size() + 16);
  for (const std::string& name : mine) EXPECT_EQ(read_file(own / name), "mine") << name;
  EXPECT_TRUE(fs::exists(cache / "fedcba9876543210.pictures"));
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
