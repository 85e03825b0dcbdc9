#include <gtest/gtest.h>
#include <torch/types.h>

#include <string>

#include "errors.h"
#include "files/safetensors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::read_file;
using test_support::TemporaryFolder;
using test_support::write_file;

TensorFile some_tensors() {
  return {{{"a", torch::arange(6).to(torch::kFloat32)},
           {"b", torch::ones({2, 2}, torch::kUInt8)},
           {"c", torch::empty({0})}},
          {{"step", "7"}}};
}

TEST(SafetensorsHashes, AreNotPartOfTheMetadata) {
  const TemporaryFolder folder;
  write_safetensors(folder / "file", some_tensors());
  const SafetensorsReader reader(folder / "file");
  EXPECT_TRUE(reader.has_hashes());
  EXPECT_EQ(reader.metadata(), some_tensors().metadata);
}

TEST(SafetensorsHashes, FindEveryAlteredByteOfTheFile) {
  const TemporaryFolder folder;
  write_safetensors(folder / "file", some_tensors());
  const std::string bytes = read_file(folder / "file");
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string changed = bytes;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    // Blanks that fill up the header, and what a JSON text may hold between its parts, mean nothing.
    if (bytes[i] == ' ' || changed[i] == ' ') {
      continue;
    }
    write_file(folder / "changed", changed);
    EXPECT_THROW(static_cast<void>(read_safetensors(folder / "changed")), CheckpointError)
        << "byte " << i << ": " << bytes.substr(i < 20 ? 0 : i - 20, 40);
  }
}

TEST(SafetensorsHashes, AreReadOfOneTensorWithoutTheOthers) {
  const TemporaryFolder folder;
  write_safetensors(folder / "file", some_tensors());
  std::string bytes = read_file(folder / "file");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);  // of b, whose elements are the smallest
  write_file(folder / "file", bytes);
  const SafetensorsReader reader(folder / "file");
  EXPECT_TRUE(torch::equal(reader.read("a"), some_tensors().tensors[0].second));
  EXPECT_THROW(static_cast<void>(reader.read("b")), CheckpointError);
}

TEST(SafetensorsHashes, MayBeMissingInFilesOfEarlierVersions) {
  const TemporaryFolder folder;
  const std::string header = R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  std::string bytes(8, '\0');
  bytes[0] = static_cast<char>(header.size());
  write_file(folder / "file", bytes + header + "xy");
  const SafetensorsReader reader(folder / "file");
  EXPECT_FALSE(reader.has_hashes());
  EXPECT_EQ(reader.read("a")[1].item<int>(), 'y');
}

}  // namespace
}  // namespace ganwright
