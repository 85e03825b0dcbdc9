#include "files/atomic_file.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <cstdint>
#include <iterator>

#include <array>
#include <string>
#include <vector>

#include "errors.h"
#include "files/write_fault.h"
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

int64_t files_in(const TemporaryFolder& folder) {
  return std::distance(std::filesystem::directory_iterator(folder / ""), {});
}

TEST(AtomicFile, HoldsThePartsInOrderAndLeavesNoPartialFile) {
  const TemporaryFolder folder;
  write_text(folder / "file", {"first ", "", "second"});
  EXPECT_EQ(test_support::read_file(folder / "file"), "first second");
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, ReplacesTheFileAndLeavesAFileOfSomebodyElseAlone) {
  const TemporaryFolder folder;
  write_file(folder / "file", "a much longer previous content");
  write_file(folder / "file.partial", "mine");
  write_text(folder / "file", {"new"});
  EXPECT_EQ(test_support::read_file(folder / "file"), "new");
  EXPECT_EQ(test_support::read_file(folder / "file.partial"), "mine");
}

TEST(AtomicFile, FollowsNoSymbolicLink) {
  const TemporaryFolder folder;
  write_file(folder / "elsewhere", "mine");
  for (const char* link : {"file", "file.partial"}) {
    std::filesystem::create_symlink(folder / "elsewhere", folder / link);
  }
  write_text(folder / "file", {"new"});
  EXPECT_EQ(test_support::read_file(folder / "elsewhere"), "mine");
  EXPECT_EQ(test_support::read_file(folder / "file"), "new");
  EXPECT_FALSE(std::filesystem::is_symlink(folder / "file"));
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
  EXPECT_EQ(files_in(folder), 1);
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
  EXPECT_EQ(files_in(folder), 1);
}

TEST(AtomicFile, TellsWhatToDoByTheReason) {
  EXPECT_EQ(std::string(write_fault("file", ENOSPC).what()),
            "cannot write file: No space left on device; free some space and try again");
  EXPECT_EQ(std::string(write_fault("file", EIO).what()),
            "cannot write file: Input/output error; check the disk and try again");
}

}  // namespace
}  // namespace ganwright
