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

TEST(TrainingOptions, TheirNamesAreThoseOfTheirDefaults) {
  EXPECT_EQ(parse_pairing(TrainingOptions().pairing), Pairing::independent);
  EXPECT_EQ(parse_pairing("relativistic"), Pairing::relativistic);
  EXPECT_EQ(parse_rate_scaling(TrainingOptions().rate_scaling), RateScaling::uniform);
  EXPECT_EQ(parse_rate_scaling("matrices"), RateScaling::matrices);
  EXPECT_EQ(pairing_names().size(), 2U);
  EXPECT_EQ(rate_scaling_names().size(), 2U);
  EXPECT_THROW(parse_pairing("loose"), UsageError);
  EXPECT_THROW(parse_rate_scaling("all"), UsageError);
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
