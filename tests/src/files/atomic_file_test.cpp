#include "files/atomic_file.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::FileSizeLimit;
using test_support::TemporaryFolder;
using test_support::write_file;

void write_text(const std::filesystem::path& path, const std::vector<std::string>& texts) {
  std::vector<std::span<const std::byte>> parts;
  for (const auto& text : texts) parts.push_back(std::as_bytes(std::span(text)));
  write_file_atomically(path, parts);
}

std::string failure(const std::filesystem::path& path, const std::string& text) {
  try {
    write_text(path, {text});
  } catch (const WriteError& error) {
    return error.what();
  }
  return "";
}

TEST(AtomicFile, HoldsThePartsInOrderAndLeavesNoPartialFile) {
  const TemporaryFolder folder;
  write_text(folder / "file", {"first ", "", "second"});
  EXPECT_EQ(test_support::read_file(folder / "file"), "first second");
  EXPECT_FALSE(std::filesystem::exists(folder / "file.partial"));
}

TEST(AtomicFile, ReplacesTheFileAndALeftoverPartialOne) {
  const TemporaryFolder folder;
  write_file(folder / "file", "a much longer previous content");
  write_file(folder / "file.partial", "a much longer leftover of an earlier attempt");
  write_text(folder / "file", {"new"});
  EXPECT_EQ(test_support::read_file(folder / "file"), "new");
}

TEST(AtomicFile, KeepsThePreviousFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  write_text(folder / "file", {"previous"});
  std::string message;
  {
    const FileSizeLimit limit(1000);
    message = failure(folder / "file", std::string(5000, 'x'));
  }
  EXPECT_NE(message.find("cannot write " + (folder / "file").string() + ": File too large; "),
            std::string::npos)
      << message;
  EXPECT_EQ(test_support::read_file(folder / "file"), "previous");
  EXPECT_FALSE(std::filesystem::exists(folder / "file.partial"));
}

TEST(AtomicFile, SaysThatTheFolderIsMissing) {
  const TemporaryFolder folder;
  EXPECT_NE(failure(folder / "missing/file", "x").find("No such file or directory"), std::string::npos);
}

TEST(AtomicFile, DoesNotReplaceAFolder) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "file");
  EXPECT_NE(failure(folder / "file", "x").find("Is a directory"), std::string::npos);
  EXPECT_TRUE(std::filesystem::is_directory(folder / "file"));
  EXPECT_FALSE(std::filesystem::exists(folder / "file.partial"));
}

TEST(AtomicFile, ReportsADeviceWithoutSpace) {
  const TemporaryFolder folder;
  // The partial file is a link to a device on which every write fails for lack of space.
  std::filesystem::create_symlink("/dev/full", folder / "file.partial");
  EXPECT_NE(failure(folder / "file", "x").find("No space left on device; free some space"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder / "file"));
}

}  // namespace
}  // namespace ganwright
