#include "training/options.h"

#include <gtest/gtest.h>

#include <set>

#include "errors.h"

namespace ganwright {
namespace {

TEST(Penalty, EachNameStandsForOneOfItsOwn) {
  std::set<Penalty> found;
  for (const std::string& name : penalty_names()) {
    found.insert(parse_penalty(name));
  }
  EXPECT_EQ(found, (std::set<Penalty>{Penalty::finite_difference, Penalty::exact}));
  EXPECT_EQ(found.size(), penalty_names().size());
  EXPECT_EQ(parse_penalty("exact"), Penalty::exact);
  EXPECT_EQ(parse_penalty(TrainingOptions().penalty), Penalty::finite_difference);
}

TEST(Penalty, AnUnknownNameIsRefusedWithTheNearest) {
  try {
    parse_penalty("exakt");
    ADD_FAILURE() << "no error";
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'exact'"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace ganwright
