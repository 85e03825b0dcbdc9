#include "data/import.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <opencv2/imgcodecs.hpp>
#include <set>
#include <string>
#include <utility>

#include "data/image_folder.h"
#include "errors.h"
#include "tests/support/pictures.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;
using FileBytes = std::vector<uint8_t>;

FileBytes idx_images(uint32_t count, uint32_t rows, uint32_t columns) {
  FileBytes bytes;
  for (const uint32_t number : {0x803U, count, rows, columns}) append_big_endian(bytes, number, 4);
  for (uint32_t i = 0; i < count * rows * columns; ++i)
    bytes.push_back(static_cast<uint8_t>(i / (rows * columns)));
  return bytes;
}

FileBytes idx_labels(const FileBytes& labels) {
  FileBytes bytes;
  append_big_endian(bytes, 0x801, 4);
  append_big_endian(bytes, labels.size(), 4);
  bytes.insert(bytes.end(), labels.begin(), labels.end());
  return bytes;
}

FileBytes gzipped(const FileBytes& bytes) {
  const TemporaryFolder folder;
  const auto path = folder / "file.gz";
  const gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  return read_bytes(path);
}

void write_mnist(const fs::path& folder) {
  write_bytes(folder / "train-images-idx3-ubyte", idx_images(4, 3, 5));
  write_bytes(folder / "train-labels-idx1-ubyte", idx_labels({7, 0, 7, 9}));
  write_bytes(folder / "t10k-images-idx3-ubyte.gz", gzipped(idx_images(2, 3, 5)));
  write_bytes(folder / "t10k-labels-idx1-ubyte.gz", gzipped(idx_labels({1, 7})));
}

FileBytes cifar_record(uint8_t label, uint8_t red, uint8_t green, uint8_t blue) {
  FileBytes record{label};
  for (const uint8_t value : {red, green, blue}) record.insert(record.end(), 1024, value);
  return record;
}

std::set<std::string> files_in(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) names.insert(fs::relative(entry.path(), folder).string());
  }
  return names;
}

/// The message with which a source is refused; and nothing may be left behind.
std::string refusal(const fs::path& source, ImportSplit split = ImportSplit::train) {
  const TemporaryFolder folder;
  const auto message = message_of<DataError>([&] { import_pictures({source, folder / "out", split}); });
  EXPECT_TRUE(fs::is_empty(folder / "")) << "after: " << message;
  EXPECT_EQ(message.find('\n'), std::string::npos);
  return message;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(ImportIdx, WritesAPngForEachPictureIntoTheFolderOfItsClass) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  const ImportResult result = import_pictures({folder / "in", folder / "new/out"});
  EXPECT_EQ(result.pictures, 4);
  EXPECT_EQ(result.format, "MNIST");
  EXPECT_EQ(result.classes.size(), 10);
  EXPECT_EQ(files_in(folder / "new/out"),
            (std::set<std::string>{"0/train-1.png", "7/train-0.png", "7/train-2.png", "9/train-3.png"}));
  const cv::Mat third = cv::imread((folder / "new/out/7/train-2.png").string(), cv::IMREAD_UNCHANGED);
  EXPECT_EQ(third.size(), cv::Size(5, 3));
  EXPECT_EQ(cv::norm(third, plain(3, 5, {2}, CV_8UC1), cv::NORM_INF), 0);
  EXPECT_EQ(files_in(folder / "new"),
            files_in(folder / "new/out").empty()
                ? std::set<std::string>{}
                : (std::set<std::string>{"out/0/train-1.png", "out/7/train-0.png", "out/7/train-2.png",
                                         "out/9/train-3.png"}));
}

TEST(ImportIdx, TakesTheSplitThatIsAskedForAndTheFirstOnesUpToTheLimit) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  import_pictures({folder / "in", folder / "test", ImportSplit::test});
  EXPECT_EQ(files_in(folder / "test"), (std::set<std::string>{"1/test-0.png", "7/test-1.png"}));
  EXPECT_EQ(import_pictures({folder / "in", folder / "all", ImportSplit::all}).pictures, 6);
  EXPECT_EQ(files_in(folder / "all").size(), 6);
  import_pictures({folder / "in", folder / "some", ImportSplit::all, 2});
  EXPECT_EQ(files_in(folder / "some"), (std::set<std::string>{"0/train-1.png", "7/train-0.png"}));
}

TEST(ImportIdx, ReadsOneImagesFileWithItsLabelsBesideIt) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  EXPECT_EQ(import_pictures({folder / "in/t10k-images-idx3-ubyte.gz", folder / "out"}).pictures, 2);
  fs::remove(folder / "in/t10k-labels-idx1-ubyte.gz");
  EXPECT_TRUE(contains(refusal(folder / "in/t10k-images-idx3-ubyte.gz"), "no labels t10k-labels-idx1-ubyte"));
}

TEST(ImportIdx, NamesGarmentsWhereThePathSaysFashion) {
  const TemporaryFolder folder;
  write_mnist(folder / "Fashion-set");
  const ImportResult result = import_pictures({folder / "Fashion-set", folder / "out"});
  EXPECT_EQ(result.format, "Fashion-MNIST");
  EXPECT_TRUE(fs::exists(folder / "out/ankle-boot/train-3.png"));
}

TEST(ImportIdx, RefusesFilesThatAreNotWholeAndConsistent) {
  const TemporaryFolder folder;
  const auto images = folder / "in/train-images-idx3-ubyte";
  const auto labels = folder / "in/train-labels-idx1-ubyte";
  const auto attempt = [&](const fs::path& path, const FileBytes& bytes) {
    write_mnist(folder / "in");
    write_bytes(path, bytes);
    const auto message = refusal(folder / "in");
    EXPECT_TRUE(contains(message, path.string())) << message;
    return message;
  };
  FileBytes longer = idx_images(4, 3, 5);
  longer.push_back(0);
  FileBytes shorter = idx_images(4, 3, 5);
  shorter.pop_back();
  EXPECT_TRUE(contains(attempt(images, shorter), "ends after 59 of 60 bytes"));
  EXPECT_TRUE(contains(attempt(images, longer), "longer than its header says"));
  EXPECT_TRUE(contains(attempt(images, {}), "not an IDX file of images"));
  EXPECT_TRUE(contains(attempt(images, {0, 0, 8, 3, 0}), "ends too early"));
  EXPECT_TRUE(contains(attempt(images, idx_labels({1})), "not an IDX file of images"));
  EXPECT_TRUE(contains(attempt(labels, idx_images(1, 1, 1)), "not an IDX file of labels"));
  EXPECT_TRUE(contains(attempt(labels, idx_labels({7, 0, 7})), "3 labels for the 4 pictures"));
  EXPECT_TRUE(contains(attempt(labels, idx_labels({7, 0, 7, 10})), "label 10"));
  EXPECT_TRUE(contains(attempt(images, idx_images(0, 3, 5)), "not plausible"));
  for (const uint32_t huge : {0xFFFFFFFFU, 0x10000000U}) {
    FileBytes header;
    for (const uint32_t number : {0x803U, huge, 4096U, 4096U}) append_big_endian(header, number, 4);
    EXPECT_TRUE(contains(attempt(images, header), "not plausible"));
  }
}

TEST(ImportIdx, DoesNotAllocateWhatOnlyAHeaderPromises) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  FileBytes header;
  for (const uint32_t number : {0x803U, 200U, 4096U, 4096U}) append_big_endian(header, number, 4);
  write_bytes(folder / "in/train-images-idx3-ubyte", header);
  write_bytes(folder / "in/train-labels-idx1-ubyte", idx_labels(FileBytes(200, 7)));
  EXPECT_TRUE(contains(refusal(folder / "in"), "ends after 0 of 3355443200 bytes"));
}

TEST(ImportIdx, RefusesDamagedCompression) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  const auto path = folder / "in/t10k-images-idx3-ubyte.gz";
  const FileBytes whole = read_bytes(path);
  for (size_t length = 4; length < whole.size(); ++length) {
    write_bytes(path, {whole.begin(), whole.begin() + static_cast<long>(length)});
    EXPECT_TRUE(contains(refusal(folder / "in", ImportSplit::test), path.string())) << "cut to " << length;
  }
  FileBytes damaged = whole;
  damaged[damaged.size() - 6] ^= 1;
  write_bytes(path, damaged);
  EXPECT_TRUE(contains(refusal(folder / "in", ImportSplit::test), "cannot be read whole"));
}

TEST(ImportIdx, NamesTheFileOfASplitThatIsMissing) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  fs::remove(folder / "in/t10k-images-idx3-ubyte.gz");
  EXPECT_TRUE(contains(refusal(folder / "in", ImportSplit::all), "no t10k-images-idx3-ubyte"));
}

TEST(ImportCifar, WritesColorsInOrderUnderTheirClass) {
  const TemporaryFolder folder;
  write_bytes(folder / "in/test_batch.bin", cifar_record(9, 250, 120, 10));
  const ImportResult result = import_pictures({folder / "in", folder / "out", ImportSplit::test});
  EXPECT_EQ(result.format, "CIFAR-10");
  EXPECT_EQ(result.classes.at(5), "dog");
  const cv::Mat picture = cv::imread((folder / "out/truck/test_batch-0.png").string());
  EXPECT_EQ(cv::norm(picture, plain(32, 32, {10, 120, 250}), cv::NORM_INF), 0);
}

TEST(ImportCifar, NeedsEveryBatchOfTheSplit) {
  const TemporaryFolder folder;
  for (int i = 1; i <= 5; ++i) {
    write_bytes(folder / ("in/data_batch_" + std::to_string(i) + ".bin"), cifar_record(0, 1, 2, 3));
  }
  EXPECT_EQ(import_pictures({folder / "in", folder / "out"}).pictures, 5);
  fs::remove(folder / "in/data_batch_4.bin");
  EXPECT_TRUE(contains(refusal(folder / "in"), "data_batch_4.bin"));
}

TEST(ImportCifar, HonorsTheNamesBesideTheBatches) {
  const TemporaryFolder folder;
  const auto names = folder / "in/batches.meta.txt";
  const auto write_names = [&](const std::string& text) { write_bytes(names, {text.begin(), text.end()}); };
  write_bytes(folder / "in/test_batch.bin", cifar_record(2, 1, 2, 3));
  write_names("a\r\nb\r\nc\r\nd\r\ne\r\nf\r\ng\r\nh\r\ni\r\nj\r\n\r\n");
  import_pictures({folder / "in", folder / "out", ImportSplit::test});
  EXPECT_TRUE(fs::exists(folder / "out/c/test_batch-0.png"));
  for (const char* bad : {"a\nb\n../../c\nd\ne\nf\ng\nh\ni\nj", "a\nb\n..\nd\ne\nf\ng\nh\ni\nj", "a\nb", "",
                          "a\na\nc\nd\ne\nf\ng\nh\ni\nj"}) {
    write_names(bad);
    EXPECT_TRUE(contains(refusal(folder / "in", ImportSplit::test), names.string())) << bad;
  }
}

TEST(ImportCifar, RefusesPartialRecordsAndForeignLabels) {
  const TemporaryFolder folder;
  const auto path = folder / "batch.bin";
  FileBytes record = cifar_record(3, 1, 2, 3);
  write_bytes(path, record);
  EXPECT_EQ(import_pictures({path, folder / "out"}).pictures, 1);
  record.pop_back();
  write_bytes(path, record);
  EXPECT_TRUE(contains(refusal(path), "not a multiple"));
  write_bytes(path, cifar_record(10, 1, 2, 3));
  EXPECT_TRUE(contains(refusal(path), "label 10"));
  write_bytes(path, {});
  EXPECT_TRUE(contains(refusal(path), path.string()));
}

TEST(Import, RefusesASourceThatIsNoneOfTheKnownKinds) {
  const TemporaryFolder folder;
  write_bytes(folder / "empty/notes.txt", {'x'});
  EXPECT_TRUE(contains(refusal(folder / "missing"), "no file or folder"));
  EXPECT_TRUE(contains(refusal(folder / "empty"), "holds no pictures of a known format"));
  EXPECT_TRUE(contains(refusal(folder / "empty/notes.txt"), "holds no pictures of a known format"));
}

TEST(Import, RefusesOptionsOutOfRange) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  EXPECT_THROW(import_pictures({folder / "in", folder / "out", ImportSplit::train, -1}), UsageError);
  EXPECT_THROW(import_pictures({folder / "in", folder / "out", ImportSplit::train, 0, -1}), UsageError);
  EXPECT_THROW(import_pictures({folder / "in", folder / "out", ImportSplit::train, 0, 32}), UsageError)
      << "a size is for fonts";
}

std::set<std::string> entries_beside(const fs::path& path) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path.parent_path())) names.insert(entry.path().filename());
  return names;
}

TEST(ImportedIdx, TakesNoMoreOfACompressedFileThanIsAskedFor) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "in");
  constexpr uint32_t kPictures = 256;
  std::vector<uint8_t> images;
  std::vector<uint8_t> labels;
  for (const uint32_t number : {0x0803U, kPictures, 1024U, 1024U}) append_big_endian(images, number, 4);
  for (const uint32_t number : {0x0801U, kPictures}) append_big_endian(labels, number, 4);
  labels.resize(labels.size() + kPictures);
  const auto write_zipped = [&](const char* name, const std::vector<uint8_t>& start, size_t zeros) {
    gzFile file = gzopen((folder / name).c_str(), "wb9");
    gzwrite(file, start.data(), static_cast<unsigned>(start.size()));
    const std::vector<uint8_t> block(size_t{1} << 20);
    for (size_t i = 0; i < zeros; ++i) gzwrite(file, block.data(), static_cast<unsigned>(block.size()));
    gzclose(file);
  };
  write_zipped("in/train-images-idx3-ubyte.gz", images, 20);
  write_zipped("in/train-labels-idx1-ubyte.gz", labels, 0);
  ImportOptions options{folder / "in", folder / "out"};
  options.limit = 2;
  EXPECT_EQ(import_pictures(options).pictures, 2);
  EXPECT_EQ(files_in(folder / "out").size(), 2);
  // All that is there does not last for what the header announces.
  EXPECT_TRUE(contains(message_of<DataError>([&] { import_pictures({folder / "in", folder / "all"}); }),
                       "ends after 20971520 of 268435456 bytes"));
  EXPECT_FALSE(fs::exists(folder / "all"));
}

TEST(ImportDestination, MayBeAnEmptyFolderButNothingElse) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  fs::create_directory(folder / "empty");
  EXPECT_EQ(import_pictures({folder / "in", folder / "empty/"}).pictures, 4);
  EXPECT_EQ(files_in(folder / "empty").size(), 4);
  EXPECT_THROW(import_pictures({folder / "in", folder / "empty"}), OutputError);
  EXPECT_EQ(files_in(folder / "empty").size(), 4);
  write_bytes(folder / "file", {1});
  EXPECT_THROW(import_pictures({folder / "in", folder / "file"}), OutputError);
  EXPECT_THROW(import_pictures({folder / "in", folder / "file/out"}), OutputError);
  EXPECT_THROW(import_pictures({folder / "in", ""}), OutputError);
  EXPECT_THROW(import_pictures({folder / "in", "/proc/out"}), OutputError);
}

TEST(ImportDestination, AFolderOfSomebodyElseWithTheNameOfAnEarlierAttemptStays) {
  const TemporaryFolder folder;
  write_mnist(folder / "out.partial");
  EXPECT_EQ(import_pictures({folder / "out.partial", folder / "out"}).pictures, 4);
  EXPECT_EQ(files_in(folder / "out").size(), 4);
  EXPECT_EQ(files_in(folder / "out.partial").size(), 4);
}

TEST(ImportDestination, OfTwoImportsAtOnceOneIsWholeAndTheOtherRefused) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  bool second = false;
  const auto start_another = [&](int64_t, int64_t) {
    if (!std::exchange(second, true)) import_pictures({folder / "in", folder / "out"});
  };
  EXPECT_THROW(import_pictures({folder / "in", folder / "out"}, start_another), OutputError);
  EXPECT_EQ(files_in(folder / "out").size(), 4);
  EXPECT_EQ(entries_beside(folder / "out"), (std::set<std::string>{"in", "out"}));
}

TEST(ImportDestination, NothingIsLeftOfAnImportThatWasInterruptedOrFailed) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  EXPECT_THROW(import_pictures({folder / "in", folder / "out"}, {}, [] { return true; }), Interrupted);
  EXPECT_EQ(entries_beside(folder / "out"), (std::set<std::string>{"in"}));
  {
    const FileSizeLimit limit(10);
    EXPECT_TRUE(contains(message_of<WriteError>([&] { import_pictures({folder / "in", folder / "out"}); }),
                         "File too large"));
  }
  EXPECT_EQ(entries_beside(folder / "out"), (std::set<std::string>{"in"}));
}

TEST(ImportedPictures, LoadAsADataset) {
  const TemporaryFolder folder;
  write_mnist(folder / "in");
  import_pictures({folder / "in", folder / "out"});
  const Dataset dataset = load_image_folder(folder / "out", {3, 1, {}, 0.0});
  EXPECT_EQ(dataset.classes, (std::vector<std::string>{"0", "7", "9"}));
  EXPECT_TRUE(torch::equal(dataset.labels, torch::tensor({0, 1, 1, 2}, torch::kInt64)));
}

TEST(RealFashionMnist, ImportsAndLoads) {
  const fs::path source = "/usr/share/datasets/fashion-mnist";
  if (!fs::exists(source)) GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed";
  const TemporaryFolder folder;
  const ImportResult result = import_pictures({source, folder / "out", ImportSplit::test});
  EXPECT_EQ(result.pictures, 10000);
  EXPECT_EQ(result.format, "Fashion-MNIST");
  const Dataset dataset = load_image_folder(folder / "out", {28, 1, {}, 0.0});
  EXPECT_EQ(dataset.classes.size(), 10);
  EXPECT_TRUE((torch::bincount(dataset.labels) == 1000).all().item<bool>());
  // The mean of the test pictures, as published tables of normalization constants give it.
  EXPECT_NEAR(dataset.pixels.to(torch::kFloat32).mean().item<double>() / 255, 0.2868, 5e-4);
}

}  // namespace
}  // namespace ganwright
