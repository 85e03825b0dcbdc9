#include "data/image_folder.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <sstream>
#include <thread>

#include "errors.h"
#include "system/file_descriptor.h"
#include "tests/support/pictures.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;

/// What is logged during its life.
class CapturedLog {
 public:
  CapturedLog() : previous_(spdlog::default_logger()) {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  CapturedLog(const CapturedLog&) = delete;
  CapturedLog& operator=(const CapturedLog&) = delete;
  ~CapturedLog() { spdlog::set_default_logger(previous_); }
  std::string text() const { return text_.str(); }

 private:
  std::ostringstream text_;
  std::shared_ptr<spdlog::logger> previous_;
};

TEST(ImageFolder, TakesFirstLevelSubfoldersAsClassesInSortedOrder) {
  const TemporaryFolder folder;
  const auto png = encode(".png", plain(4, 4, {1, 2, 3}));
  for (const char* name : {"b/2.png", "b/10.PNG", "a-b/x.png", "a/deep/er/1.png", "a/z.png"}) {
    write_bytes(folder / name, png);
  }
  const Dataset dataset = load(folder / "", {4, 3, {}, 0.1});
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{"a", "a-b", "b"}));
  std::vector<std::string> names;
  for (const auto& path : dataset.paths) names.push_back(fs::relative(path, folder / "").string());
  EXPECT_EQ(names,
            (std::vector<std::string>{"a/deep/er/1.png", "a/z.png", "a-b/x.png", "b/10.PNG", "b/2.png"}));
  EXPECT_TRUE(torch::equal(dataset.labels, torch::tensor({0, 0, 1, 2, 2}, torch::kInt64)));
  EXPECT_EQ(dataset.pixels.sizes(), torch::IntArrayRef({5, 3, 4, 4}));
  EXPECT_EQ(dataset.pixels.scalar_type(), torch::kUInt8);
  EXPECT_TRUE(dataset.pixels.is_contiguous());
}

TEST(ImageFolder, IsOneClassNamedLikeItWhereNoSubfolderHoldsPictures) {
  const TemporaryFolder folder;
  write_bytes(folder / "cats/1.png", encode(".png", plain(4, 4, {})));
  fs::create_directory(folder / "cats/empty");
  EXPECT_EQ(load(folder / "cats").classes, std::vector<std::string>{"cats"});
  EXPECT_EQ(load(folder / "cats/").classes, std::vector<std::string>{"cats"});
}

TEST(ImageFolder, GivesPicturesBesideSubfoldersAClassOfTheirOwn) {
  const TemporaryFolder folder;
  const auto png = encode(".png", plain(4, 4, {}));
  write_bytes(folder / "1.png", png);
  write_bytes(folder / "a/1.png", png);
  EXPECT_EQ(load(folder / "").classes, (std::vector<std::string>{".", "a"}));
}

TEST(ImageFolder, PassesOverHiddenAndOtherFiles) {
  const TemporaryFolder folder;
  const auto png = encode(".png", plain(4, 4, {}));
  for (const char* name : {"1.png", ".hidden.png", ".cache/1.png", "notes.txt", "png"}) {
    write_bytes(folder / name, png);
  }
  EXPECT_EQ(load(folder / "").paths.size(), 1);
}

TEST(ImageFolder, FollowsLinksAndReadsEachFolderOnce) {
  const TemporaryFolder folder;
  write_bytes(folder / "outside/1.png", encode(".png", plain(4, 4, {})));
  write_bytes(folder / "root/a/1.png", encode(".png", plain(4, 4, {})));
  fs::create_directory_symlink("..", folder / "root/a/loop");
  fs::create_directory_symlink(".", folder / "root/0-again");
  fs::create_directory_symlink(folder / "outside", folder / "root/linked");
  const Dataset dataset = load(folder / "root");
  EXPECT_EQ(dataset.paths.size(), 2);
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{"a", "linked"}));
}

TEST(ImageFolder, DoesNotFollowLinksOutOfTheFolderAndBackIn) {
  const TemporaryFolder folder;
  const auto png = encode(".png", plain(4, 4, {}));
  write_bytes(folder / "photos/best/1.png", png);
  write_bytes(folder / "photos/worst/1.png", png);
  write_bytes(folder / "other/1.png", png);
  fs::create_directory_symlink("..", folder / "photos/best/up");
  fs::create_directory_symlink("../..", folder / "photos/best/further-up");
  fs::create_directory_symlink("../worst", folder / "photos/best/beside");
  const CapturedLog log;
  const Dataset dataset = load(folder / "photos/best");
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{".", "beside"}));
  EXPECT_EQ(dataset.paths.size(), 2);
  EXPECT_NE(log.text().find("best/up"), std::string::npos) << log.text();
  EXPECT_NE(log.text().find("best/further-up"), std::string::npos) << log.text();
}

TEST(ImageFolder, RefusesWhatIsNoFolderOfPictures) {
  const TemporaryFolder folder;
  write_bytes(folder / "file.txt", {1});
  EXPECT_NE(message_of<DataError>([&] { load(folder / "missing"); }).find("no folder"), std::string::npos);
  EXPECT_NE(message_of<DataError>([&] { load(folder / "file.txt"); }).find("not a folder"),
            std::string::npos);
  EXPECT_NE(message_of<DataError>([&] { load(folder / ""); }).find("no pictures in"), std::string::npos);
}

TEST(ImageFolder, RefusesOptionsOutOfRange) {
  const TemporaryFolder folder;
  write_bytes(folder / "1.png", encode(".png", plain(4, 4, {})));
  EXPECT_THROW(load(folder / "", {0, 3, {}, 0.1}), UsageError);
  EXPECT_THROW(load(folder / "", {100000, 3, {}, 0.1}), UsageError);
  EXPECT_THROW(load(folder / "", {8, 2, {}, 0.1}), UsageError);
}

TEST(Unreadable, AFewAreLeftOutCountedAndNamed) {
  const TemporaryFolder folder;
  for (int i = 0; i < 100; ++i) {
    const auto name = "class-" + std::to_string(i % 2) + "/" + std::to_string(1000 + i) + ".png";
    write_bytes(folder / name,
                i < 12 ? std::vector<uint8_t>() : encode(".png", plain(2, 2, cv::Scalar::all(i))));
  }
  write_bytes(folder / "class-empty/1.png", {});
  const CapturedLog log;
  const Dataset dataset = load(folder / "", {2, 1, {}, 0.2});
  EXPECT_EQ(dataset.unreadable, 13);
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{"class-0", "class-1"}));
  ASSERT_EQ(dataset.pixels.size(0), 88);
  ASSERT_EQ(dataset.labels.size(0), 88);
  for (int64_t i = 0; i < 88; ++i) {
    const int number = std::stoi(fs::path(dataset.paths[static_cast<size_t>(i)]).stem()) - 1000;
    EXPECT_EQ(dataset.pixels[i].max().item<int>(), number);
    EXPECT_EQ(dataset.labels[i].item<int>(), number % 2);
  }
  EXPECT_NE(log.text().find("class-0/1000.png: is empty"), std::string::npos);
  EXPECT_NE(log.text().find("left out 3 more"), std::string::npos);
  const std::string text = log.text();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 11);
}

TEST(Unreadable, TooManyAreAnErrorOfOneLine) {
  const TemporaryFolder folder;
  for (int i = 0; i < 4; ++i)
    write_bytes(folder / (std::to_string(i) + ".png"), encode(".png", plain(2, 2, {})));
  write_bytes(folder / "3.png", {});
  const auto message = message_of<DataError>([&] { load(folder / ""); });
  EXPECT_NE(message.find("1 of 4 pictures in "), std::string::npos) << message;
  EXPECT_NE(message.find("3.png: is empty"), std::string::npos) << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  EXPECT_EQ(load(folder / "", {2, 1, {}, 0.25}).unreadable, 1);
  for (int i = 0; i < 3; ++i) write_bytes(folder / (std::to_string(i) + ".png"), {});
  EXPECT_THROW(load(folder / "", {2, 1, {}, 1.0}), DataError) << "nothing is left";
}

TEST(LoadImageFolder, ReportsProgressOnTheCallingThreadAndStopsWhenAsked) {
  const TemporaryFolder folder;
  for (int i = 0; i < 50; ++i)
    write_bytes(folder / (std::to_string(i) + ".png"), encode(".png", plain(2, 2, {})));
  int64_t last = 0;
  const auto caller = std::this_thread::get_id();
  load_image_folder(folder / "", {}, [&](int64_t done, int64_t total) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    EXPECT_EQ(total, 50);
    EXPECT_GE(done, last);
    last = done;
  });
  EXPECT_EQ(last, 50);
  EXPECT_THROW(load_image_folder(folder / "", {}, {}, [] { return true; }), Interrupted);
}

/// A folder of eight pictures in two classes, one of them unreadable, and a place for a cache.
class CachedImageFolder : public testing::Test {
 protected:
  CachedImageFolder() {
    for (int i = 0; i < 8; ++i) {
      write_bytes(pictures / (i % 2 == 0 ? "a" : "b") / (std::to_string(i) + ".bmp"), picture(i));
    }
    write_bytes(pictures / "a/2.bmp", {});
    options.size = 2;
    options.max_unreadable_share = 0.5;
    options.cache = folder / "cache";
  }

  static std::vector<uint8_t> picture(int shade) {
    return encode(".bmp", plain(2, 3, cv::Scalar(shade, 20 + shade, 40 + shade)));
  }

  Dataset load_uncached() const {
    ImageFolderOptions without = options;
    without.cache.clear();
    return load(pictures, without);
  }

  /// Whether loading takes the pixels from the cache.
  bool is_recalled() const {
    const CapturedLog log;
    load(pictures, options);
    return log.text().find("using the decoded pictures cached in") != std::string::npos;
  }

  static void expect_equal(const Dataset& dataset, const Dataset& expected) {
    EXPECT_TRUE(torch::equal(dataset.pixels, expected.pixels));
    EXPECT_TRUE(torch::equal(dataset.labels, expected.labels));
    EXPECT_EQ(dataset.classes, expected.classes);
    EXPECT_EQ(dataset.paths, expected.paths);
    EXPECT_EQ(dataset.unreadable, expected.unreadable);
    EXPECT_EQ(dataset.fingerprint, expected.fingerprint);
  }

  void expect_decoded_anew_and_kept(const std::string& after) const {
    SCOPED_TRACE(after);
    {
      const CapturedLog log;
      expect_equal(load(pictures, options), load_uncached());
      EXPECT_EQ(log.text().find("using the decoded pictures cached in"), std::string::npos) << log.text();
    }
    EXPECT_TRUE(is_recalled());
  }

  const TemporaryFolder folder;
  const fs::path pictures = folder / "pictures";
  ImageFolderOptions options;
};

TEST_F(CachedImageFolder, IsRecalledTheSecondTimeWithTheSameResult) {
  const Dataset first = load(pictures, options);
  EXPECT_EQ(first.unreadable, 1);
  std::vector<std::pair<int64_t, int64_t>> progress;
  const Dataset second = load_image_folder(
      pictures, options, [&](int64_t done, int64_t total) { progress.emplace_back(done, total); });
  EXPECT_TRUE(is_recalled());
  expect_equal(second, first);
  expect_equal(second, load_uncached());
  EXPECT_EQ(progress, (std::vector<std::pair<int64_t, int64_t>>{{8, 8}}));
}

TEST_F(CachedImageFolder, NamesAndCountsWhatIsUnreadableEachTime) {
  load(pictures, options);
  const CapturedLog log;
  load(pictures, options);
  EXPECT_NE(log.text().find("a/2.bmp: is empty"), std::string::npos) << log.text();
  options.max_unreadable_share = 0.1;
  EXPECT_EQ(message_of<DataError>([&] { load(pictures, options); }),
            message_of<DataError>([&] { load_uncached(); }));
  EXPECT_THROW(load(pictures, options), DataError);
}

TEST_F(CachedImageFolder, IsDecodedAnewAfterAnyChangeOfItsFiles) {
  load(pictures, options);
  const fs::path file = pictures / "a/0.bmp";
  const auto date = fs::last_write_time(file);

  fs::last_write_time(file, date - std::chrono::hours(1));
  expect_decoded_anew_and_kept("a touched picture");

  write_bytes(folder / "new.bmp", picture(99));
  ASSERT_EQ(fs::file_size(folder / "new.bmp"), fs::file_size(file));
  fs::last_write_time(folder / "new.bmp", fs::last_write_time(file));
  fs::rename(folder / "new.bmp", file);
  expect_decoded_anew_and_kept("another picture of the same size and date");

  write_bytes(file, picture(98));
  fs::last_write_time(file, date - std::chrono::hours(1));
  expect_decoded_anew_and_kept("a picture written to in place, with its old date");

  write_bytes(pictures / "a/2.bmp", picture(2));
  expect_decoded_anew_and_kept("a repaired picture");

  write_bytes(pictures / "a/8.bmp", picture(8));
  expect_decoded_anew_and_kept("an added picture");

  fs::rename(pictures / "a/8.bmp", pictures / "a/9.bmp");
  expect_decoded_anew_and_kept("a renamed picture");

  fs::remove(pictures / "a/0.bmp");
  expect_decoded_anew_and_kept("a removed picture");

  fs::rename(pictures / "b", pictures / "c");
  expect_decoded_anew_and_kept("a renamed class");
}

TEST_F(CachedImageFolder, IsDecodedAnewForOtherOptions) {
  load(pictures, options);
  options.size = 3;
  expect_decoded_anew_and_kept("another size");
  options.channels = 1;
  expect_decoded_anew_and_kept("another number of channels");
  options.background = {0, 0, 0};
  expect_decoded_anew_and_kept("another background");
}

TEST_F(CachedImageFolder, IsDecodedAnewWhereItsFileIsDamagedAndTheFileIsRepaired) {
  load(pictures, options);
  const fs::path file = fs::directory_iterator(options.cache / "pictures")->path();
  const std::string whole = read_file(file);
  std::string flipped = whole;
  flipped.back() = static_cast<char>(flipped.back() ^ 1);
  for (const std::string& damaged : {std::string(), whole.substr(0, whole.size() / 2), flipped}) {
    write_file(file, damaged);
    expect_decoded_anew_and_kept(std::to_string(damaged.size()) + " bytes");
    EXPECT_EQ(read_file(file), whole);
  }
}

TEST_F(CachedImageFolder, TellsByItsFingerprintWhetherNamesAndContentsAreTheSame) {
  const std::string before = load_uncached().fingerprint;
  EXPECT_EQ(compare_fingerprints(before, load(pictures, options).fingerprint), Sameness::same);
  fs::copy(pictures, folder / "copy", fs::copy_options::recursive);
  EXPECT_EQ(compare_fingerprints(before, load(folder / "copy", options).fingerprint), Sameness::same)
      << "other dates and another place";
  const fs::path file = pictures / "a/0.bmp";
  const auto date = fs::last_write_time(file);
  write_bytes(file, picture(99));
  fs::last_write_time(file, date);
  EXPECT_EQ(compare_fingerprints(before, load_uncached().fingerprint), Sameness::different)
      << "another picture under the old name";
  write_bytes(file, picture(0));
  EXPECT_EQ(compare_fingerprints(before, load_uncached().fingerprint), Sameness::same);
  EXPECT_EQ(compare_fingerprints(before, before.substr(0, before.find(", pixels "))), Sameness::unknown)
      << "the fingerprint of an earlier version";
  EXPECT_EQ(compare_fingerprints(before, before + "x"), Sameness::unknown) << "decoded by something else";
  fs::rename(file, pictures / "a/9.bmp");
  EXPECT_EQ(compare_fingerprints(before, load_uncached().fingerprint), Sameness::different);
}

TEST_F(CachedImageFolder, IsNotKeptWhileAPictureMayBecomeReadableByItself) {
  // A socket cannot be opened as a file, for a reason that says nothing about the next time.
  const FileDescriptor server(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, (pictures / "a/s.bmp").c_str(), sizeof(address.sun_path) - 1);
  ASSERT_EQ(bind(server.number(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_EQ(load(pictures, options).unreadable, 2);
  EXPECT_FALSE(is_recalled());
  fs::remove(pictures / "a/s.bmp");
  expect_decoded_anew_and_kept("the socket is gone");
}

TEST_F(CachedImageFolder, LoadsWithoutAPlaceForTheCache) {
  write_file(folder / "file", "");
  options.cache = folder / "file/below";
  expect_equal(load(pictures, options), load_uncached());
  expect_equal(load(pictures, options), load_uncached());
}

TEST_F(CachedImageFolder, IsKeptNowhereUnlessAsked) {
  load_uncached();
  EXPECT_FALSE(fs::exists(options.cache));
}

}  // namespace
}  // namespace ganwright
