#include "files/safetensors.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <random>

#include "errors.h"
#include "tests/support/bytes_read.h"
#include "tests/support/temporary_folder.h"
#include "training/device.h"

namespace ganwright {
namespace {

using test_support::FileSizeLimit;
using test_support::read_file;
using test_support::TemporaryFolder;
using test_support::write_file;

const std::vector<torch::ScalarType> kDtypes{
    torch::kUInt8, torch::kBool,    torch::kInt8,  torch::kFloat64,  torch::kFloat16,
    torch::kInt16, torch::kFloat32, torch::kInt32, torch::kBFloat16, torch::kInt64};

// Every dtype with a matrix, a scalar and an empty tensor: 7 elements, so that each next dtype is out of
// alignment unless the writer sees to it. The names are in no sorted order.
TensorFile every_kind_of_tensor() {
  torch::manual_seed(1);
  TensorFile file;
  for (const auto dtype : kDtypes) {
    for (const auto& shape : std::vector<std::vector<int64_t>>{{2, 3}, {}, {4, 0, 2}}) {
      const std::string name = std::string("z") + std::to_string(99 - file.tensors.size());
      file.tensors.emplace_back(
          name, torch::randint(0, 100, shape).remainder(dtype == torch::kBool ? 2 : 100).to(dtype));
    }
  }
  file.metadata = {{"config", "line one\nline \"two\" \\ \t"}, {"b", ""}, {"größe", "ü"}};
  return file;
}

TensorFile small_file() {
  TensorFile file;
  file.tensors.emplace_back("weight", torch::arange(6, torch::kFloat32).view({2, 3}));
  file.tensors.emplace_back("none", torch::empty({0}, torch::kInt64));
  file.tensors.emplace_back("mask", torch::tensor({true, false, true}));
  file.metadata = {{"step", "7"}};
  return file;
}

void expect_equal(const TensorFile& actual, const TensorFile& expected) {
  EXPECT_EQ(actual.metadata, expected.metadata);
  ASSERT_EQ(actual.tensors.size(), expected.tensors.size());
  for (size_t i = 0; i < actual.tensors.size(); ++i) {
    const auto& [name, tensor] = actual.tensors[i];
    EXPECT_EQ(name, expected.tensors[i].first);
    EXPECT_EQ(tensor.dtype(), expected.tensors[i].second.dtype()) << name;
    EXPECT_TRUE(tensor.is_contiguous()) << name;
    EXPECT_TRUE(torch::equal(tensor, expected.tensors[i].second)) << name;
  }
}

std::string with_length(std::string_view header, std::string_view data = {}) {
  const uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + std::string(header) + std::string(data);
}

std::string message_of_reading(const std::filesystem::path& path) {
  try {
    read_safetensors(path);
  } catch (const CheckpointError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Safetensors, KeepsEveryDtypeShapeOrderAndText) {
  const TemporaryFolder folder;
  const auto path = folder / "all.safetensors";
  const TensorFile file = every_kind_of_tensor();
  write_safetensors(path, file);
  expect_equal(read_safetensors(path), file);
}

TEST(Safetensors, KeepsAFileWithoutTensorsOrText) {
  const TemporaryFolder folder;
  write_safetensors(folder / "none", {});
  expect_equal(read_safetensors(folder / "none"), {});
}

TEST(Safetensors, WritesTheBytesThatTheFormatPrescribes) {
  const TemporaryFolder folder;
  TensorFile file;
  file.tensors.emplace_back("a", torch::tensor({258, -1}, torch::kInt16));
  file.metadata = {{"k", "v"}};
  write_safetensors(folder / "exact", file);
  // Of the header without hashes and of the data; other tests hold damage against them.
  const std::string written = read_file(folder / "exact");
  const std::string hashes = written.substr(written.find("\"xxh3\":\"") + 8, 32);
  EXPECT_EQ(written,
            with_length("{\"__metadata__\":{\"hashes\":\"xxh3\",\"k\":\"v\",\"xxh3\":\"" + hashes +
                            "\"},\"a\":{\"dtype\":\"I16\",\"shape\":[2],\"data_offsets\":[0,4]}}       ",
                        std::string_view("\x02\x01\xff\xff", 4)));
}

TEST(Safetensors, AlignsEveryTensorSoThatReadersCanViewItInPlace) {
  const TemporaryFolder folder;
  const TensorFile file = every_kind_of_tensor();
  write_safetensors(folder / "aligned", file);
  const std::string bytes = read_file(folder / "aligned");
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  EXPECT_EQ(length % 8, 0U);
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  for (const auto& [name, tensor] : file.tensors) {
    EXPECT_EQ(header[name]["data_offsets"][0].get<size_t>() % tensor.element_size(), 0U) << name;
  }
}

TEST(Safetensors, WritesViewsInTheirLogicalOrder) {
  const TemporaryFolder folder;
  const auto matrix = torch::arange(12, torch::kFloat32).view({3, 4});
  TensorFile file;
  file.tensors.emplace_back("transposed", matrix.t().set_requires_grad(true));
  file.tensors.emplace_back("expanded", matrix.slice(1, 1, 2).expand({3, 5}));
  write_safetensors(folder / "views", file);
  const TensorFile read = read_safetensors(folder / "views");
  EXPECT_TRUE(torch::equal(read.tensors[0].second, matrix.t()));
  EXPECT_TRUE(torch::equal(read.tensors[1].second, file.tensors[1].second));
  EXPECT_FALSE(read.tensors[0].second.requires_grad());
}

TEST(Safetensors, CopiesCudaTensorsToTheCpu) {
  const Device device = select_device(DeviceChoice::automatic);
  if (device.device.is_cpu()) {
    GTEST_SKIP() << "no CUDA device here";
  }
  const TemporaryFolder folder;
  TensorFile file;
  file.tensors.emplace_back("x", torch::arange(5, torch::TensorOptions(device.device)));
  write_safetensors(folder / "cuda", file);
  EXPECT_TRUE(torch::equal(read_safetensors(folder / "cuda").tensors[0].second, torch::arange(5)));
}

TEST(Safetensors, ReadsPythonsFilesAndPythonReadsOurs) {
  const char* variable = std::getenv("GANWRIGHT_PYTHON");
  const std::string python = variable != nullptr ? variable : GANWRIGHT_SOURCE_DIR "/.venv/bin/python";
  if (std::system(("'" + python + "' -c 'import safetensors.torch' >/dev/null 2>&1").c_str()) != 0) {
    GTEST_SKIP() << python << " has no safetensors; set GANWRIGHT_PYTHON to a Python that has";
  }
  const TemporaryFolder folder;
  write_file(folder / "rewrite.py",
             "import sys\n"
             "from safetensors import safe_open\n"
             "from safetensors.torch import load_file, save_file\n"
             "with safe_open(sys.argv[1], 'pt') as file:\n"
             "  metadata = file.metadata()\n"
             "save_file(load_file(sys.argv[1]), sys.argv[2], metadata)\n");
  const TensorFile file = every_kind_of_tensor();
  write_safetensors(folder / "ours", file);
  const std::string command = "'" + python + "' '" + (folder / "rewrite.py").string() + "' '" +
                              (folder / "ours").string() + "' '" + (folder / "theirs").string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);

  TensorFile copy = read_safetensors(folder / "theirs");
  const auto by_falling_name = [](const auto& a, const auto& b) { return a.first > b.first; };
  std::sort(copy.tensors.begin(), copy.tensors.end(), by_falling_name);
  expect_equal(copy, file);
}

TEST(SafetensorsReader, ReadsTensorsByNameAsTheWholeFileHasThem) {
  const TemporaryFolder folder;
  const TensorFile file = every_kind_of_tensor();
  write_safetensors(folder / "all", file);
  const SafetensorsReader reader(folder / "all");
  EXPECT_EQ(reader.metadata(), file.metadata);
  ASSERT_EQ(reader.entries().size(), file.tensors.size());
  for (auto tensor = file.tensors.rbegin(); tensor != file.tensors.rend(); ++tensor) {
    const torch::Tensor read = reader.read(tensor->first);
    EXPECT_EQ(read.dtype(), tensor->second.dtype()) << tensor->first;
    EXPECT_TRUE(torch::equal(read, tensor->second)) << tensor->first;
  }
  EXPECT_EQ(reader.find("none"), nullptr);
  EXPECT_THROW(static_cast<void>(reader.read("none")), CheckpointError);
}

TEST(SafetensorsReader, ReadsWhatItOpenedAlsoOnceAnotherFileLiesThere) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", small_file());
  const SafetensorsReader reader(folder / "a");
  TensorFile other = small_file();
  other.tensors[0].second = torch::zeros({2, 3});
  write_safetensors(folder / "a", other);
  EXPECT_TRUE(torch::equal(reader.read("weight"), small_file().tensors[0].second));
}

TEST(SafetensorsReader, ReadsOneTensorOfALargeFileWithoutTheRest) {
  constexpr int64_t large = int64_t{8} << 30;
  const TemporaryFolder folder;
  const std::string header = R"({"large":{"dtype":"U8","shape":[)" + std::to_string(large) +
                             R"(],"data_offsets":[0,)" + std::to_string(large) +
                             R"(]},"small":{"dtype":"U8","shape":[3],"data_offsets":[)" +
                             std::to_string(large) + "," + std::to_string(large + 3) + "]}}";
  write_file(folder / "sparse", with_length(header));
  std::filesystem::resize_file(folder / "sparse", 8 + header.size() + large + 3);
  const auto before = test_support::bytes_read();
  if (!before) {
    GTEST_SKIP() << "the system does not count what is read";
  }
  const SafetensorsReader reader(folder / "sparse");
  EXPECT_TRUE(torch::equal(reader.read("small"), torch::zeros({3}, torch::kUInt8)));
  EXPECT_LT(*test_support::bytes_read() - *before, 10'000);
}

TEST(SafetensorsReader, RefusesAFileThatLosesItsEndAfterItWasOpened) {
  const TemporaryFolder folder;
  write_safetensors(folder / "a", small_file());
  const SafetensorsReader reader(folder / "a");
  std::filesystem::resize_file(folder / "a", std::filesystem::file_size(folder / "a") - 1);
  EXPECT_NO_THROW(static_cast<void>(reader.read("weight")));
  EXPECT_THROW(static_cast<void>(reader.read("mask")), CheckpointError);
}

TEST(Safetensors, RefusesAFileCutAtAnyByteOrTooLong) {
  const TemporaryFolder folder;
  write_safetensors(folder / "whole", small_file());
  const std::string bytes = read_file(folder / "whole");
  for (size_t size = 0; size < bytes.size(); ++size) {
    write_file(folder / "cut", std::string_view(bytes).substr(0, size));
    EXPECT_THROW(read_safetensors(folder / "cut"), CheckpointError) << size;
  }
  write_file(folder / "long", bytes + '\0');
  EXPECT_THROW(read_safetensors(folder / "long"), CheckpointError);
}

TEST(Safetensors, SaysInOneLineWhatIsWrongWithAFile) {
  const auto tensor = [](const char* dtype, const char* shape, const char* offsets) {
    return std::string(R"({"dtype":")") + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}";
  };
  const auto header = [](const std::string& value) { return R"({"x":)" + value + "}"; };
  const std::string good = tensor("U8", "[4]", "[0,4]");
  std::string sixty_five_ones = "[1";
  for (int i = 0; i < 64; ++i) {
    sixty_five_ones += ",1";
  }
  sixty_five_ones += "]";
  const struct {
    std::string header;
    const char* expected;
  } cases[] = {
      {"", "not a JSON object"},
      {" " + header(good), "not a JSON object"},
      {"[]", "not a JSON object"},
      {"{\"x\":", "not valid JSON at byte"},
      {header(good) + "x", "not valid JSON at byte"},
      {"{\"\xff\":" + good + "}", "not valid JSON at byte"},
      {header("null"), "null is out of place"},
      {header("[4]"), "an array is out of place"},
      {header("4"), "a number is out of place"},
      {header("{}"), "lacks a dtype"},
      {header(R"({"dtype":"U8","shape":[4]})"), "lacks a dtype"},
      {header(R"({"dtype":"U8","dtype":"U8","shape":[4],"data_offsets":[0,4]})"), "a string is out of place"},
      {header(R"({"dtype":"U8","shape":[4],"shape":[4],"data_offsets":[0,4]})"), "an array is out of place"},
      {header(R"({"dtype":"U8","shape":[4],"data_offsets":[0,4],"more":1})"), "a number is out of place"},
      {R"({"x":)" + good + R"(,"x":)" + good + "}", "listed twice"},
      {R"({"__metadata__":{"a":"1","a":"2"},"x":)" + good + "}", "listed twice"},
      {R"({"__metadata__":{"a":1},"x":)" + good + "}", "a number is out of place"},
      {R"({"__metadata__":{"a":{}},"x":)" + good + "}", "an object is out of place"},
      {header(tensor("C64", "[4]", "[0,4]")), "dtype \"C64\" is not supported"},
      {header(tensor("U8", "[-4]", "[0,4]")), "a negative number is out of place"},
      {header(tensor("U8", "[4.0]", "[0,4]")), "not an integer"},
      {header(tensor("U8", "[[4]]", "[0,4]")), "an array is out of place"},
      {header(tensor("U8", "[18446744073709551615]", "[0,4]")), "a number is out of place"},
      {header(tensor("U8", "[4294967296,4294967296]", "[0,4]")), "overflows"},
      {header(tensor("U8", "[0,4294967296,4294967296]", "[0,0]")), "overflows"},
      {header(tensor("F64", "[2305843009213693952]", "[0,4]")), "overflows"},
      {header(tensor("U8", sixty_five_ones.c_str(), "[0,4]")), "more than 64 numbers"},
      {header(tensor("U8", "[4]", "[0,4,4]")), "two data_offsets"},
      {header(tensor("U8", "[4]", "[4,0]")), "do not fit its shape"},
      {header(tensor("U8", "[3]", "[0,4]")), "do not fit its shape"},
      {header(tensor("U8", "[3]", "[1,4]")), "starts at byte 1"},
      {header(tensor("U8", "[3]", "[0,3]")), "4 bytes of data instead of 3"},
      {header(tensor("U8", "[9]", "[0,9]")), "4 bytes of data instead of 9"},
      {R"({"x":)" + tensor("U8", "[2]", "[0,2]") + R"(,"y":)" + tensor("U8", "[3]", "[1,4]") + "}",
       "starts at byte 1 of the data instead of 2"},
      {header(tensor("BOOL", "[4]", "[0,4]")), "not 0 or 1"},
  };
  const TemporaryFolder folder;
  const auto path = folder / "bad.safetensors";
  for (const auto& bad : cases) {
    write_file(path, with_length(bad.header, std::string_view("\0\1\2\3", 4)));
    const std::string message = message_of_reading(path);
    EXPECT_NE(message.find(bad.expected), std::string::npos) << bad.header << "\n" << message;
    EXPECT_NE(message.find(path.string()), std::string::npos) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
  write_file(path, with_length(header(good), std::string_view("\0\1\2\3", 4)));
  EXPECT_EQ(message_of_reading(path), "no error");
}

TEST(Safetensors, RefusesWhatIsNoFileWithItsPath) {
  const TemporaryFolder folder;
  EXPECT_NE(message_of_reading(folder / "missing").find("missing: there is no such file"), std::string::npos);
  EXPECT_NE(message_of_reading(folder / "").find("there is no such file"), std::string::npos);
}

TEST(Safetensors, RefusesHostileLengthsAndNestingBeforeAllocating) {
  const TemporaryFolder folder;
  for (const uint64_t length : {uint64_t{9}, uint64_t{1} << 40U, uint64_t{1} << 63U, ~uint64_t{0}}) {
    std::string bytes(16, '{');
    std::memcpy(bytes.data(), &length, sizeof length);
    write_file(folder / "length", bytes);
    EXPECT_THROW(read_safetensors(folder / "length"), CheckpointError) << length;
  }
  // More than the cap, in a sparse file that is long enough.
  const uint64_t beyond_cap = 100'000'001;
  write_file(folder / "cap", {reinterpret_cast<const char*>(&beyond_cap), sizeof beyond_cap});
  std::filesystem::resize_file(folder / "cap", 200'000'000);
  EXPECT_NE(message_of_reading(folder / "cap").find("a header of 100000001 bytes"), std::string::npos);

  for (const std::string opening : {"{\"a\":", "{\"a\":{\"shape\":[", "{\"__metadata__\":"}) {
    std::string nested = opening;
    for (int i = 0; i < 1'000'000; ++i) {
      nested += opening.back() == ':' ? "{\"a\":" : "[";
    }
    write_file(folder / "nested", with_length(nested));
    EXPECT_THROW(read_safetensors(folder / "nested"), CheckpointError) << opening;
  }
}

TEST(Safetensors, AnyDamageToTheHeaderGivesAFileOfTheSameSizeOrACheckpointError) {
  const TemporaryFolder folder;
  write_safetensors(folder / "whole", small_file());
  const std::string whole = read_file(folder / "whole");
  uint64_t length = 0;
  std::memcpy(&length, whole.data(), sizeof length);
  const size_t data_size = whole.size() - 8 - length;
  constexpr std::string_view kTelling = "{}[]\",:0123456789-.eE \\u\n";

  std::mt19937 random(20);
  int accepted = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes = whole;
    for (uint32_t change = random() % 3 + 1; change > 0; --change) {
      const char replacement =
          random() % 2 == 0 ? kTelling[random() % kTelling.size()] : static_cast<char>(random());
      bytes[random() % (8 + length)] = replacement;
    }
    write_file(folder / "damaged", bytes);
    try {
      size_t read = 0;
      for (const auto& [name, tensor] : read_safetensors(folder / "damaged").tensors) {
        read += tensor.nbytes();
      }
      EXPECT_EQ(read, data_size);
      ++accepted;
    } catch (const CheckpointError&) {
    }
  }
  // A byte may be replaced by itself, or a blank by another.
  EXPECT_LT(accepted, 100);
}

TEST(Safetensors, RefusesToWriteWhatTheFormatCannotHold) {
  const TemporaryFolder folder;
  const auto path = folder / "refused";
  const auto one = torch::ones({1});
  EXPECT_THROW(write_safetensors(path, {{{"a", one}, {"a", one}}, {}}), CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{{"__metadata__", one}}, {}}), CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{{"a", torch::ones({1}, torch::kComplexFloat)}}, {}}),
               CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{{"a", torch::Tensor()}}, {}}), CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{{"a", torch::eye(2).to_sparse()}}, {}}), CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{{"\xff", one}}, {}}), CheckpointError);
  EXPECT_THROW(write_safetensors(path, {{}, {{"data", "/p\xff"}}}), CheckpointError);
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Safetensors, AFailedWriteLeavesThePreviousFileWhole) {
  const TemporaryFolder folder;
  const auto path = folder / "checkpoint";
  write_safetensors(path, small_file());
  TensorFile large;
  large.tensors.emplace_back("large", torch::zeros({100'000}));
  {
    const FileSizeLimit limit(50'000);
    EXPECT_THROW(write_safetensors(path, large), WriteError);
  }
  expect_equal(read_safetensors(path), small_file());
}

}  // namespace
}  // namespace ganwright
