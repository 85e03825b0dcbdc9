#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "tests/fuzz/read_formula.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

fs::path fuzz_folder() {
  return fs::path(GANWRIGHT_SOURCE_DIR) / "tests/fuzz";
}

std::string content_of(const fs::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

std::vector<std::string> listed_as_accepted() {
  std::vector<std::string> names;
  std::ifstream list(fuzz_folder() / "accepted.txt");
  for (std::string name; std::getline(list, name);) {
    names.push_back(name);
  }
  return names;
}

// A change that accepts more or fewer of them changes tests/fuzz/accepted.txt too.
TEST(FuzzCorpus, IsAcceptedAsListedAndRefusedOtherwise) {
  const std::vector<std::string> names = listed_as_accepted();
  std::set<std::string> listed(names.begin(), names.end());
  for (const auto& entry : fs::directory_iterator(fuzz_folder() / "corpus")) {
    const std::string name = entry.path().filename();
    const bool is_accepted = read_formula(content_of(entry.path())).has_value();
    EXPECT_EQ(is_accepted, listed.erase(name) == 1) << "accepted.txt, " << name;
  }
  EXPECT_TRUE(listed.empty()) << "accepted.txt lists " << *listed.begin() << ", which is not there";
}

// A sign of -1, 0 or 1 and a logarithm that is a number, or neither.
void expect_well_formed(const SignedLog& value) {
  EXPECT_EQ(std::isnan(value.sign), std::isnan(value.log));
  EXPECT_TRUE(std::isnan(value.sign) || std::abs(value.sign) == 1 || value.sign == 0) << value.sign;
  EXPECT_EQ(std::isnan(value.value()), value.is_undefined());
}

// psi' = -r phi' holds by definition, whatever f is: both are computed from f''.
void expect_slopes_to_agree(const LogRatioForm& form, double u) {
  const SignedLog slope = form.psi.slope.run(u);
  const SignedLog expected = -(SignedLog{1.0, u} * form.phi.slope.run(u));
  // A double that holds a larger logarithm has no digits left for factors such as 2.
  constexpr double kLargestLog = 1e9;
  for (const SignedLog& one : {slope, expected}) {
    if (one.sign != 0 && std::abs(one.log) > kLargestLog) {
      return;
    }
  }
  ASSERT_EQ(slope.is_undefined(), expected.is_undefined());
  if (!expected.is_undefined()) {
    EXPECT_EQ(slope.sign, expected.sign);
    EXPECT_TRUE(slope.log == expected.log || std::abs(slope.log - expected.log) < 1e-6)
        << slope.log << " and " << expected.log;
  }
}

TEST(FuzzCorpus, GivesFunctionsThatAgreeWithOneAnother) {
  for (const std::string& name : listed_as_accepted()) {
    const std::string text = content_of(fuzz_folder() / "corpus" / name);
    const auto form = read_formula(text);
    ASSERT_TRUE(form) << name;
    for (const double u : kTriedLogRatios) {
      SCOPED_TRACE(name + " at u = " + std::to_string(u) + ": " + text);
      for (const RealFunction* function : {&form->f, &form->phi.value, &form->psi.value}) {
        expect_well_formed(function->run(u));
      }
      expect_slopes_to_agree(*form, u);
    }
  }
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
