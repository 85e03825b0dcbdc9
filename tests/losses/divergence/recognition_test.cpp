#include "losses/divergence/recognition.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "losses/divergence/design.h"
#include "losses/divergence/named_loss.h"

namespace ganwright {
namespace {

using Names = std::vector<std::string>;

std::vector<std::string> names_of(const Divergence& divergence) {
  std::vector<std::string> names;
  for (const Recognized& known : recognize(divergence)) {
    names.push_back(known.text());
  }
  return names;
}

std::string first_name(const Divergence& divergence) {
  const std::vector<std::string> names = names_of(divergence);
  return names.empty() ? "" : names[0];
}

TEST(Recognize, NamesWhatAUserReinvents) {
  EXPECT_EQ(first_name(divergence_by_name("exponential")), "squared-hellinger");
  const Names hinge = names_of(divergence_by_name("hinge"));
  EXPECT_NE(std::find(hinge.begin(), hinge.end(), "2 * total-variation"), hinge.end());
  EXPECT_EQ(first_name(divergence_by_name("mse:0,1")), "1/8 * triangular");
  EXPECT_EQ(first_name(written_divergence("t*log(t) - t + 1")), "kl");
  EXPECT_EQ(first_name(written_divergence("3*(1-sqrt(t))")), "3/2 * squared-hellinger");
  EXPECT_EQ(names_of(written_divergence("(t^0.3-1)/(0.3*(0.3-1))")), Names{"alpha:3/10"});
  EXPECT_EQ(names_of(written_divergence("2*max(t-3,0)")), Names{"2 * hockey-stick:3"});
  EXPECT_EQ(first_name(written_divergence("((t-1)^2)^(1/2)")), "vajda:1");
  // Between its steps it is.
  EXPECT_EQ(names_of(divergence_to_certify("(t-1)^2 + abs(t-1)/(t-1)")), Names{});
}

TEST(Recognize, FindsTheParameterOfAFamily) {
  const auto has = [](const Divergence& divergence, const std::string& name) {
    const Names names = names_of(divergence);
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  EXPECT_TRUE(has(named_divergence("js"), "weighted-js:1/2"));
  EXPECT_TRUE(has(named_divergence("k-divergence"), "skew-kl:1/2"));
  EXPECT_TRUE(has(named_divergence("triangular"), "puri-vincze:2"));
  EXPECT_TRUE(has(named_divergence("total-variation"), "1/2 * vajda:1"));
  EXPECT_TRUE(has(named_divergence("neyman-chi2"), "2 * alpha:-1"));
  EXPECT_TRUE(has(written_divergence("abs(t-1)^3"), "vajda:3"));
  EXPECT_TRUE(has(written_divergence("5*abs(t-1)^3/(t+1)^2"), "5 * puri-vincze:3"));
}

TEST(Recognize, IsSilentAboutWhatIsNew) {
  EXPECT_EQ(names_of(written_divergence("(t-1)^2 + t*log(t)")), Names{});
  EXPECT_EQ(names_of(written_divergence("(t-1)^2 + abs(t-1)")), Names{});
  EXPECT_EQ(names_of(written_divergence("-(t-1)^2")), Names{});
  // Steps, though f'' is that of Pearson's, and the slopes on both sides agree.
  EXPECT_EQ(names_of(written_divergence("(t-1)^2 + 1 + abs(t-2)/(t-2)")), Names{});
  EXPECT_EQ(names_of(written_divergence("abs(t-sqrt(2)) - sqrt(2) + 1")), Names{});
  EXPECT_EQ(names_of(divergence_by_name("wasserstein")), Names{});
}

}  // namespace
}  // namespace ganwright
