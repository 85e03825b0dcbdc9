#include "losses/text/nearest_name.h"

#include <gtest/gtest.h>

#include "losses/divergence/divergence.h"

namespace ganwright {
namespace {

const std::vector<std::string> kNames = {"pearson-chi2", "neyman-chi2", "js", "jeffreys", "reverse-kl"};

TEST(NearestName, EveryNameIsNearestToItself) {
  for (const std::string& name : divergence_names()) {
    EXPECT_EQ(nearest_name(name, divergence_names()), name);
  }
}

TEST(NearestName, ForgivesAMissingADoubledAndAWrongLetter) {
  EXPECT_EQ(nearest_name("jefreys", kNames), "jeffreys");
  EXPECT_EQ(nearest_name("jefffreys", kNames), "jeffreys");
  EXPECT_EQ(nearest_name("geffreys", kNames), "jeffreys");
  EXPECT_EQ(nearest_name("reverse_kl", kNames), "reverse-kl");
}

TEST(NearestName, ForgivesTwoSwappedLetters) {
  EXPECT_EQ(nearest_name("jeffrysa", {"jeffrys"}), "jeffrys");
  EXPECT_EQ(nearest_name("sj", kNames), "js");
}

TEST(NearestName, ALongerNameForgivesMore) {
  EXPECT_EQ(nearest_name("pearsen-khi", kNames), "pearson-chi2");
}

TEST(NearestName, PrefersTheCloserOfTwo) {
  EXPECT_EQ(nearest_name("abcd", {"abxy", "abcx"}), "abcx");
  EXPECT_EQ(nearest_name("abcd", {"abcx", "abxy"}), "abcx");
}

TEST(NearestName, NothingIsNearToAnUnrelatedName) {
  EXPECT_EQ(nearest_name("wasserstein", kNames), "");
  // Three edits away from "js": more than a short name forgives.
  EXPECT_EQ(nearest_name("xyz", kNames), "");
  EXPECT_EQ(nearest_name("abc", {}), "");
}

TEST(DidYouMean, QuotesTheNearestName) {
  EXPECT_EQ(did_you_mean("jefreys", kNames), " (did you mean 'jeffreys'?)");
}

TEST(DidYouMean, IsEmptyWhereNoNameIsNear) {
  EXPECT_EQ(did_you_mean("wasserstein", kNames), "");
}

}  // namespace
}  // namespace ganwright
