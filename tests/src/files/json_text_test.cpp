#include "files/json_text.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

std::string nested(size_t depth) {
  return R"({"a":)" + std::string(depth, '[') + std::string(depth, ']') + "}";
}

TEST(ParseJsonObject, TakesObjectsOfBoundedDepthAndSize) {
  EXPECT_EQ(parse_json_object(R"({"a":[1,{"b":2}]})").at("a").size(), 2U);
  EXPECT_TRUE(parse_json_object(nested(15)).is_object());
  EXPECT_TRUE(parse_json_object(nested(16)).is_null());
  EXPECT_TRUE(parse_json_object(nested(100'000)).is_null());
  EXPECT_TRUE(parse_json_object(R"({"brackets":"[[[[[[[[[[[[[[[[[[[[[[[[\"{{{{"})").is_object());
  EXPECT_TRUE(parse_json_object(R"({"a":")" + std::string(kLongestJsonLine, 'x') + "\"}").is_null());
  for (const char* other : {"", "[]", "1", "null", "{", R"({"a":})"}) {
    EXPECT_TRUE(parse_json_object(other).is_null()) << other;
  }
}

TEST(ForEachLine, TellsCompleteLinesWithTheirLength) {
  const TemporaryFolder folder;
  const std::string middle(200'000, 'x');
  write_file(folder / "file", "one\n\n" + middle + "\ntorn");
  std::vector<std::string> lines;
  size_t bytes = 0;
  const auto take = [&](const std::string& line, size_t length) {
    lines.push_back(line);
    bytes += length;
  };
  EXPECT_TRUE(for_each_line(folder / "file", take));
  EXPECT_EQ(lines, (std::vector<std::string>{"one", "", middle}));
  EXPECT_EQ(bytes, 4U + 1 + middle.size() + 1);
  lines.clear();
  EXPECT_TRUE(for_each_line(folder / "file", take, 4));
  EXPECT_EQ(lines.front(), "");
  EXPECT_TRUE(for_each_line(folder / "missing", take));
}

TEST(ForEachLine, KeepsNoMoreThanTheBeginningOfAnEndlessLine) {
  const TemporaryFolder folder;
  write_file(folder / "file", std::string(3 * kLongestJsonLine, 'x') + "\n{}\n");
  std::vector<size_t> lengths;
  for_each_line(folder / "file", [&](const std::string& line, size_t) { lengths.push_back(line.size()); });
  EXPECT_EQ(lengths, (std::vector<size_t>{kLongestJsonLine + 1, 2}));
}

TEST(ForEachLine, FollowsNoSymbolicLinkAndReadsNoFolder) {
  const TemporaryFolder folder;
  write_file(folder / "file", "secret\n");
  std::filesystem::create_symlink(folder / "file", folder / "link");
  const auto take = [](const std::string& line, size_t) { FAIL() << line; };
  EXPECT_FALSE(for_each_line(folder / "link", take));
  EXPECT_FALSE(for_each_line(folder / "", take));
}

}  // namespace
}  // namespace ganwright
