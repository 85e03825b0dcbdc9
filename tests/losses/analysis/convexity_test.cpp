#include "losses/analysis/convexity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "losses/divergence/design.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/loss_error.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

using GiNaC::numeric;

Divergence written(const std::string& f) {
  return divergence_to_certify(f);
}

ConvexityCertificate certify(const std::string& f) {
  return certify_convexity(written(f));
}

class EveryConvexRow : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryConvexRow, IsProvedOnAllOfItsDomain) {
  const ConvexityCertificate certificate = certify_convexity(named_divergence(GetParam()));
  EXPECT_EQ(certificate.headline, "convex (proved on (0, inf))");
  EXPECT_EQ(certificate.verdict, Verdict::proved);
  EXPECT_TRUE(certificate.covers_everything());
  EXPECT_EQ(certificate.f_at_one, 0);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryConvexRow, ::testing::ValuesIn(all_divergences()), case_name);

// A bound of f'' at the counterexample by f itself: f lies above the chord around it.
void expect_confirmed(const std::string& f, const Counterexample& counterexample) {
  const std::vector<SmoothPiece> pieces = written(f).pieces;
  for (int exponent = 2; exponent < 14; ++exponent) {
    const numeric distance = counterexample.t * GiNaC::pow(numeric(10), numeric(-exponent));
    const auto left = enclose_at(pieces, counterexample.t - distance);
    const auto middle = enclose_at(pieces, counterexample.t);
    const auto right = enclose_at(pieces, counterexample.t + distance);
    if (left && middle && right && ((*left + *right) * Interval(0.5) - *middle).is_below(0)) {
      return;
    }
  }
  ADD_FAILURE() << f << ": " << counterexample.statement << " is not confirmed by the values of f";
}

// Each looks convex on a coarse grid.
TEST(Convexity, RefutesWhatIsNotConvexInASmallPlace) {
  const std::vector<std::pair<std::string, double>> cases = {
      {"(t-1)^2 - 1e-5*exp(-((t-3)/0.001)^2)", 3},
      {"t*log(t) - 1e-10*exp(-((t-3)/1e-5)^2)", 3},
      {"t*log(t) - 1e-11*exp(-((t-1e-6)/1e-9)^2)", 1e-6},
      {"(t-1)^2 - 10*exp(-((t-1e6)/1)^2)", 1e6},
      {"t*log(t) - (t+1)*log((t+1)/2) - 1e-9*exp(-((log(t)-log(1e6))/1e-6)^2)", 1e6},
      {"-log(t) - 1e-9*exp(-((log(t)-log(1e-6))/1e-5)^2)", 1e-6},
      // f'' = (t-2)^2 - 1e-12
      {"(t-2)^4/12 - 1e-12*t^2/2", 2},
      // f'' = ((t-2)^2 - 1e-8) (t-1/2)^2, multiplied out
      {"t^6/30 - t^5/4 + 11*t^4/16 - 5*t^3/6 + t^2/2 - 1e-8*((t-1/2)^4/12)", 2},
      // f'' = 1/t (1 - 1/t)^2 - 1e-10
      {"t*log(t) - t + 2*log(t) + 1/(2*t) - 5e-11*t^2", 1},
      {"(t-1)^2 - 2e-6*sin(1000*t)^2*exp(-(t-5)^2*100)", 5},
      {"(sqrt(t)-1)^2 + 1e-7*cos(1e4*t)*exp(-1000*(t-7)^2)", 7},
      {"t^4/12 - 7*t^3/15 + 49*t^2/50 - 1e-10*t^2", 1.4},
      {"t*log(t) - 1e-13*atan(1e7*(t-2))", 2},
  };
  for (const auto& [f, place] : cases) {
    const ConvexityCertificate certificate = certify(f);
    ASSERT_EQ(certificate.convexity, Verdict::refuted) << f << ": " << certificate.headline;
    EXPECT_EQ(certificate.verdict, Verdict::refuted);
    EXPECT_TRUE(certificate.headline.starts_with("not convex: f''(t) = -")) << certificate.headline;
    EXPECT_LT(certificate.counterexample->bound, 0);
    EXPECT_NEAR(certificate.counterexample->t.to_double() / place, 1, 0.2) << f;
    expect_confirmed(f, *certificate.counterexample);
  }
}

TEST(Convexity, RefutesFarOutInTheTails) {
  for (const std::string f : {"(t-1)^2 - 1e-13*(t-1)^3", "1/t - 1e-12/t^2", "t*log(t) - 1e-20*t^2",
                              "t*log(t)*(1+0.01*sin(log(t)))"}) {
    const ConvexityCertificate certificate = certify(f);
    ASSERT_EQ(certificate.convexity, Verdict::refuted) << f << ": " << certificate.headline;
    expect_confirmed(f, *certificate.counterexample);
  }
}

TEST(Convexity, RefutesAtKinks) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"-abs(t-1)", "f' falls from 1 to -1, by 2, at t = 1"},
      {"abs(t-1) - 1.0001*abs(t-2) + 1.0001", "f' falls from 2.0001 to -0.0001, by 2.0002, at t = 2"},
      {"(t-1)^2 - 1e-9*abs(t-1/3) + 2e-9/3", "f' falls from -1.33333 to -1.33333, by 2e-09, at t = 1/3"},
      {"min(t, 1) - 1", "f' falls from 1 to 0, by 1, at t = 1"},
      {"abs(t-1)/(t-1)", "f jumps from -1 to 1 at t = 1"},
      // Its pieces are convex, and f' has no limit at the cusp.
      {"-sqrt(abs(t-1))", "f(1) = 0 > -0.707107 = (f(0.5) + f(1.5))/2"},
      {"-sqrt((t-1)^2)", "f' falls from 1 to -1, by 2, at t = 1"},
  };
  for (const auto& [f, statement] : cases) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.verdict, Verdict::refuted) << f;
    ASSERT_TRUE(certificate.counterexample.has_value()) << f;
    EXPECT_EQ(certificate.counterexample->statement, statement) << f;
    EXPECT_LT(certificate.counterexample->bound, 0) << f;
  }
}

// f'' is positive on both sides of every pole.
TEST(Convexity, RefutesPolesInside) {
  for (const std::string f :
       {"(t-1)^2/(t-3)^2", "1/(t-3)^2 - 1/4", "1/(t^2-2)^2 - 1", "abs(1/(t-2)) - 1", "-log(abs(t-2))"}) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.convexity, Verdict::refuted) << f << ": " << certificate.headline;
  }
  EXPECT_EQ(certify("(t-1)^2/(t-3)^2").headline, "not a function on t > 0: f has no real value at t = 3");
}

// Algebra cancels the steps that have no value.
TEST(Convexity, RefutesWhatIsNotDefinedAsItIsWritten) {
  for (const std::string f :
       {"t*log(t)+sin(asin(t))-t", "t*log(t)+0*log(t-5)", "t*log(t)+exp(log(t-5))-t+5", "sqrt(t-1)^4",
        "-(t-1)^2*sqrt(-1)^2", "(t-1)^2 + 0/log(t-1)", "(t-1)^2 + max(0*sqrt(1-t),0)"}) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.verdict, Verdict::refuted) << f;
    EXPECT_TRUE(certificate.headline.starts_with("not a function on t > 0: f has no real value at t = "))
        << certificate.headline;
  }
}

TEST(Convexity, TakesFByItsLimitInAGap) {
  for (const std::string f :
       {"1-(t-1)/log(t)", "(t-1)^3/(t-1)", "(t-1)^2*(t-3)/(t-3)", "t/tanh(t)-1/tanh(1)"}) {
    EXPECT_EQ(certify(f).headline, "convex (proved on (0, inf))") << f;
  }
  EXPECT_EQ(certify("1-(t-1)/log(t)").kinks, std::vector<std::string>{"t = 1: f is taken by its limit, 0"});
}

// Two kinks that cannot be told apart, and infinitely many.
TEST(Convexity, AMaximumOfConvexFunctionsNeedsNoKinks) {
  for (const std::string f : {"max(abs(t-sqrt(2)), t^2-2)", "max(t^2, t^2+sin(t)/2) - 1 - sin(1)/2"}) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.convexity, Verdict::proved) << f << ": " << certificate.headline;
    EXPECT_EQ(certificate.kinks.front().find("f is composed of"), 0U) << certificate.kinks.front();
  }
  EXPECT_EQ(certify("max(t^2, t^2+3*sin(t))").convexity, Verdict::undecided);
}

// Their kinks are many, or not told apart, and in one fraction they are large.
TEST(Convexity, ASumOfConvexFunctionsIsProvedByItsParts) {
  for (const std::string f :
       {"(t+1)/2*max(max((sqrt((3*t+1)/(2*t+2))-1)^2, abs(t-1)/(t+1)), (t-1)^2/(t+1)) + (t-1)/3",
        "max(abs(t-sqrt(2)), t^2-2) + (t*log(t)-t) + 2*(t^2.5-1)",
        "0.1*(max(abs(t-1), (t-1)^2) + max(t*log(t), abs(t-sqrt(2))+max(t^2-2,0)))"}) {
    EXPECT_EQ(certify(f).convexity, Verdict::proved) << f << ": " << certify(f).headline;
  }
  // A part that is taken away.
  EXPECT_EQ(certify("(t^2-1) - 2*max((t-1)^2, t*log(t))").convexity, Verdict::refuted);
}

TEST(Convexity, ProvesAcrossKinksAnywhere) {
  for (const std::string f :
       {"max(t-sqrt(2),0)", "max(t^2-2,0)", "max(t*log(t),0)", "abs(1-t^(1/3))^3", "max(abs(t-1)-1,0)",
        "max(t^2-2,0)^2", "max(exp(t)-5,0)^3", "max(max(t*log(t),2*(t-1)),(t-1)^2)", "abs(t-1)^pi",
        "max(t*log(t)-t+1,(t-1)^2/2)", "sqrt((t-1)^2)", "((t-1)^2)^(3/4)"}) {
    EXPECT_EQ(certify(f).convexity, Verdict::proved) << f << ": " << certify(f).headline;
  }
  for (const std::string f : {"min(t^2-2,0)", "-abs(t-sqrt(2))", "min(t*log(t),1)", "abs(abs(t-1)-1)-1"}) {
    EXPECT_EQ(certify(f).convexity, Verdict::refuted) << f;
  }
}

TEST(Convexity, RefutesWhatIsNoFunctionOnThePositiveNumbers) {
  for (const std::string f : {"log(t-1)", "-log(2-t)", "-sqrt(5-t)", "-asin(t)", "-acosh(t)+1", "tan(t)^2"}) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.convexity, Verdict::refuted) << f << ": " << certificate.headline;
  }
  const ConvexityCertificate certificate = certify("log(t-1)");
  EXPECT_EQ(certificate.headline, "not a function on t > 0: f has no real value at t = 1");
  EXPECT_TRUE(std::isnan(certificate.counterexample->bound));
}

TEST(Convexity, ProvesWhatIsConvexButFormallyDoubtful) {
  for (const std::string f :
       {"(t-1)^4", "t^4 - 4*t^3 + 6*t^2 - 4*t + 1", "(t-1)^6 + (t-1)^2*exp(t)",
        "t^4/12 - 2*t^3/3 + 2*t^2 - 17/12",
        // f'' = (t-2)^2 + 1e-12
        "t^4/12 - 2*t^3/3 + (4+1e-12)*t^2/2 - 17/12 - 1e-12/2",
        // f'' = t log t - t + 1, which is 0 at 1
        "t^3*log(t)/6 - 11*t^3/36 + t^2/2 - 7/36", "t^t - 1", "exp(t) - t^3/10 - exp(1) + 1/10",
        "t*exp(-1/t) - exp(-1)", "t*atan(t) - pi/4", "t*log(t) - (t+1)*log((t+1)/2) + exp(-t) - exp(-1)",
        "t^2 - sin(t) + sin(1) - 1"}) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.headline, "convex (proved on (0, inf))") << f;
  }
}

TEST(Convexity, ProvesAcrossKinks) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"abs(t-1)", {"t = 1: f' rises from -1 to 1"}},
      {"abs(t-1)^1.5", {"t = 1: f' has no jump"}},
      {"max(t, 1) - 1 + max(t/3-1, 0)", {"t = 1: f' rises from 0 to 1", "t = 3: f' rises from 1 to 1.33333"}},
      {"abs(t-1/3)^(3/2) - (2/3)^(3/2)", {"t = 1/3: f' has no jump"}},
      {"abs(t-1)*(t-1)^2*(1+t)", {"t = 1: f' has no jump"}},
  };
  for (const auto& [f, kinks] : cases) {
    const ConvexityCertificate certificate = certify(f);
    EXPECT_EQ(certificate.headline, "convex (proved on (0, inf))") << f;
    EXPECT_EQ(certificate.kinks, kinks) << f;
  }
}

// It behaves like |t-1| near 1, but that it is analytic as it is written is not so.
TEST(Convexity, IsUndecidedAboutAKinkThatIsNotWrittenAsOne) {
  const ConvexityCertificate certificate = certify("sqrt(t*log(t)-t+1)+(t-1)^2");
  EXPECT_EQ(certificate.verdict, Verdict::undecided);
  EXPECT_FALSE(certificate.covers_everything());
}

// A double takes these constants for others: the first is -(t-1)^2, the second (t-1)^2, the third (t-1)^2.
TEST(Convexity, RestsOnNoRoundedConstant) {
  const std::vector<std::pair<std::string, Verdict>> cases = {
      {"-1e30*abs(sin(1)^2+cos(1)^2-1-1e-30)*(t-1)^2", Verdict::refuted},
      {"1e30*abs(sqrt(5+2*sqrt(6))-sqrt(2)-sqrt(3)-1e-30)*(t-1)^2", Verdict::proved},
      {"(t-1)^2 + 2*(t-1)^2*max(1e25*(log(6)-log(2)-log(3))-1,0)", Verdict::proved},
      {"1e90*(sqrt(5+2*sqrt(6))-sqrt(2)-sqrt(3)-1e-90)*(t-1)^2", Verdict::refuted},
      {"min(sin(1)^2+cos(1)^2-1,1e-40)*(t-1)^2", Verdict::undecided},
  };
  for (const auto& [f, verdict] : cases) {
    EXPECT_EQ(certify(f).convexity, verdict) << f;
  }
}

TEST(Convexity, SaysWhichPartIsProvedWhereATailStaysOpen) {
  const ConvexityCertificate certificate = certify("-log(t) + sin(log(t))*exp(-(log(t))^2)/100");
  EXPECT_EQ(certificate.verdict, Verdict::proved);
  EXPECT_EQ(certificate.headline, "convex (proved on [1e-08, 1e+08])");
  EXPECT_FALSE(certificate.covers_everything());
  ConvexityOptions wider;
  wider.log_range = std::log(1e12);
  EXPECT_EQ(certify_convexity(written("-log(t) + sin(log(t))*exp(-(log(t))^2)/100"), wider).headline,
            "convex (proved on [1e-12, 1e+12])");
}

TEST(Convexity, ChecksTheValueAtOne) {
  const ConvexityCertificate shifted = certify("t*log(t) + 1/2");
  EXPECT_EQ(shifted.convexity, Verdict::proved);
  EXPECT_EQ(shifted.zero_at_one, Verdict::refuted);
  EXPECT_EQ(shifted.verdict, Verdict::refuted);
  EXPECT_EQ(shifted.f_at_one, 0.5);
  EXPECT_EQ(shifted.headline, "no divergence: f(1) = 0.5, not 0; take f - f(1). convex (proved on (0, inf))");
  EXPECT_EQ(certify("t*log(t) + 1e-30").zero_at_one, Verdict::refuted);
  EXPECT_EQ(certify("t*log(t) + log(4) - 2*log(2)").zero_at_one, Verdict::proved);
  for (const std::string f : {"abs(t-1)", "t^1000000-1", "abs(t-1)^pi", "1-(t-1)/log(t)"}) {
    EXPECT_EQ(certify(f).zero_at_one, Verdict::proved) << f;
  }
  EXPECT_EQ(certify("t*log(t) + sin(1)^2 + cos(1)^2 - 1").zero_at_one, Verdict::undecided);
}

ConvexityCertificate certify_written_design(const DesignText& text) {
  return certify_convexity(written_design(text, {}));
}

TEST(ConvexityOfADesign, IsRefutedWhereRhoIsNegativeOrTheInverseFalls) {
  const std::vector<std::pair<DesignText, std::string>> cases = {
      {{"log(t)", "", "-1"}, "not convex: f''(t) = -"},
      {{"log(t)", "", "1 - 1.1*exp(-(v-2)^2*1e4)"}, "not convex: f''(t) = -"},
      {{"", "v*exp(v)", "1-v"}, "not convex: rho(v) = -"},
      // It falls next to v = 3 only.
      {{"", "v*exp(v) - 1e-4*exp(-((v-3)/1e-6)^2)", "1"}, "not convex: (omega^-1)'(v) = -"},
  };
  for (const auto& [text, headline] : cases) {
    const ConvexityCertificate certificate = certify_written_design(text);
    EXPECT_EQ(certificate.verdict, Verdict::refuted) << headline;
    EXPECT_TRUE(certificate.headline.starts_with(headline)) << certificate.headline;
  }
}

TEST(ConvexityOfADesign, IsProvedForSmallExponents) {
  for (const char* name : {"sigmoid:0.05,-1,0", "power:0.02,1", "log:0.01,0.5"}) {
    EXPECT_EQ(certify_convexity(named_design(name)).headline, "convex (proved on (0, inf))") << name;
  }
}

// Omega tells f'', but what is trained is omega^-1.
TEST(ConvexityOfADesign, IsUndecidedWhereTheLinkIsNotShownToUndoItsInverse) {
  const ConvexityCertificate certificate = certify_written_design({"t", "v+exp(-(v-1e6)^2)/4", "1"});
  EXPECT_EQ(certificate.verdict, Verdict::undecided);
  EXPECT_NE(certificate.headline.find("not shown to undo one another"), std::string::npos)
      << certificate.headline;
}

TEST(ConvexityOfADesign, IsProvedForTheRatiosThatTheInverseIsShownToReach) {
  EXPECT_EQ(certify_written_design({"", "v*exp(v)", "exp(-v)"}).headline, "convex (proved on (0, 1e+08])");
  EXPECT_EQ(certify_written_design({"", "exp(v)+exp(2*v)", "1"}).headline,
            "convex (proved on [1e-08, 1e+08])");
  // Near v = 1e24 it is 1e8.
  const ConvexityCertificate slow = certify_written_design({"", "v^(1/3)+v^(1/4)", "1"});
  EXPECT_EQ(slow.verdict, Verdict::undecided);
  EXPECT_NE(slow.headline.find("not shown to go up to infinity"), std::string::npos) << slow.headline;
  EXPECT_THROW(certify_written_design({"", "1+exp(v)", "1"}), LossError);
}

TEST(Convexity, CountsItsBoxes) {
  const ConvexityCertificate easy = certify("t*log(t)");
  EXPECT_EQ(easy.boxes, 1);
  EXPECT_EQ(easy.depth, 0);
  const ConvexityCertificate hard = certify("(t-1)^2 - 1e-5*exp(-((t-3)/0.001)^2)");
  EXPECT_GT(hard.boxes, 20);
  EXPECT_GT(hard.depth, 3);
}

TEST(Convexity, RefusesWhatHasNoFormula) {
  EXPECT_THROW(certify_convexity(Divergence{}), LossError);
  EXPECT_THROW(certify("t + abs(t-1e-300)^3"), LossError);
}

}  // namespace
}  // namespace ganwright
