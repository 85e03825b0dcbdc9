#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/fuzz/read_formula.h"

namespace ganwright {
namespace {

TEST(FuzzCorpus, IsReadOrRefused) {
  int accepted = 0;
  int refused = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(std::string(GANWRIGHT_SOURCE_DIR) + "/tests/fuzz/corpus")) {
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    ++(read_formula(text.str()) ? accepted : refused);
  }
  EXPECT_GE(accepted, 10);
  EXPECT_GE(refused, 2);
}

TEST(HostileFormulas, AreRefused) {
  const std::string many(200'000, '(');
  std::string tower = "t";
  for (int i = 0; i < 60; ++i) {
    tower = "(" + tower + "+1)^9";
  }
  for (const std::string& text : {many, std::string("9^9^9"), std::string("t^1e9"), tower,
                                  std::string(100, '-') + std::string(300, '(') + "t", std::string("1e999"),
                                  std::string("t^t^t^9e300^9"), std::string("\0\xff", 2)}) {
    EXPECT_FALSE(read_formula(text)) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace ganwright
