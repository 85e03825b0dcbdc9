#include "losses/interval/sign_certificate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <optional>
#include <string>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::numeric;

// The variable v may be negative, t may not.
SignCertificate certify(const std::string& expression, const Range& range) {
  return certify_nonnegative(parse_expression(expression, {}, variable_v()), variable_v(), range);
}

const Range kLine{};
const Range kPositive{numeric(0), {}};
const Range kNegative{{}, numeric(0)};
const Range kUnit{numeric(0), numeric(1)};

TEST(SignCertificate, ProvesOnEveryKindOfRange) {
  EXPECT_EQ(certify("exp(-v)", kLine).verdict, Verdict::proved);
  EXPECT_EQ(certify("v^4 - v^2 + 1", kLine).verdict, Verdict::proved);
  EXPECT_EQ(certify("1/v^2", kPositive).verdict, Verdict::proved);
  EXPECT_EQ(certify("-v^3", kNegative).verdict, Verdict::proved);
  EXPECT_EQ(certify("1/(v*(1-v))", kUnit).verdict, Verdict::proved);
  EXPECT_EQ(certify("(v+0.3)*(0.7-v)", {numeric(-3, 10), numeric(7, 10)}).verdict, Verdict::proved);
  EXPECT_EQ(certify("(v/(1-v))^(1/3)/v", kUnit).verdict, Verdict::proved);
}

// The root's argument is exactly 0 at the end, though 1/3 is no double.
TEST(SignCertificate, EndsOfTheRangeAreExact) {
  EXPECT_EQ(certify("sqrt(v-1/3)/(v-1/3)", {numeric(1, 3), {}}).verdict, Verdict::proved);
  EXPECT_EQ(certify("(1/3-v)^(-3/2)", {numeric(1, 7), numeric(1, 3)}).verdict, Verdict::proved);
  EXPECT_EQ(certify("1/3-v", {numeric(0), numeric(1, 3)}).verdict, Verdict::proved);
}

TEST(SignCertificate, RefutesAtAPointInsideTheRange) {
  const SignCertificate certificate = certify("v^2 - 2*v + 0.99", kLine);
  ASSERT_EQ(certificate.verdict, Verdict::refuted);
  const double v = certificate.negative->at.to_double();
  EXPECT_LT(v * v - 2 * v + 0.99, 0);
  EXPECT_NEAR(certificate.negative->bound, v * v - 2 * v + 0.99, 1e-15);
  for (const Range& range : {kUnit, kNegative}) {
    const SignCertificate refuted = certify("sin(40*v)", range);
    ASSERT_EQ(refuted.verdict, Verdict::refuted);
    const double place = refuted.negative->at.to_double();
    EXPECT_TRUE(!range.low || place > range.low->to_double());
    EXPECT_TRUE(!range.high || place < range.high->to_double());
    EXPECT_LT(std::sin(40 * place), 0);
  }
}

TEST(SignCertificate, LooksIntoBothHalvesOfAFiniteRange) {
  EXPECT_EQ(certify("0.95 - v", kUnit).verdict, Verdict::refuted);
  EXPECT_EQ(certify("v - 0.05", kUnit).verdict, Verdict::refuted);
  EXPECT_EQ(certify("1 + 1e9*(v - 1/2)", kUnit).verdict, Verdict::refuted);
}

TEST(SignCertificate, FindsNegativePlacesInTheTails) {
  EXPECT_EQ(certify("1 - v/1e20", kPositive).verdict, Verdict::refuted);
  EXPECT_EQ(certify("v - 1e-15", kPositive).verdict, Verdict::refuted);
  EXPECT_EQ(certify("1 + v/1e25", kNegative).verdict, Verdict::refuted);
}

TEST(SignCertificate, TailsCloseByTheirLeadingTerm) {
  for (const std::string expression :
       {"v^3 - v^2 + 1", "1/v^2 - 1/v + 1", "2 + 2/v^2 - 2*log(v)/v^2", "exp(v) - 6*v/10",
        "2 - v^(-5/3)*(2*log(v)+3)/9", "log(1+1/v) - 1/(1+v)"}) {
    const SignCertificate certificate = certify(expression, kPositive);
    EXPECT_EQ(certificate.verdict, Verdict::proved) << expression;
  }
}

// No bisection shows that (v-2)^2, multiplied out, is nowhere negative.
TEST(SignCertificate, ZerosFromAboveAreProved) {
  for (const std::string expression :
       {"v*log(v) - v + 1", "v*log(v/2) - v + 2", "exp(v-0.3) - v - 0.7", "(exp(v-1/3) - v - 2/3)^2",
        "v^2 - 2*v + 1 + log(v)^2", "v^4 - 4*v^3 + 6*v^2 - 4*v + 1 + exp(v-1) - v"}) {
    EXPECT_EQ(certify(expression, kPositive).verdict, Verdict::proved) << expression;
  }
  EXPECT_EQ(certify("exp(v-0.3) - v - 0.7 - 1e-9", kPositive).verdict, Verdict::refuted);
}

TEST(SignCertificate, KnowsZerosThatAreIsolated) {
  EXPECT_TRUE(certify("(v-1)^2", kPositive).is_positive_but_for_isolated_zeros);
  EXPECT_TRUE(certify("exp(v)", kLine).is_positive_but_for_isolated_zeros);
  EXPECT_FALSE(certify("0*v", kPositive).is_positive_but_for_isolated_zeros);
  EXPECT_FALSE(certify("abs(v) + v", kLine).is_positive_but_for_isolated_zeros);
  EXPECT_EQ(certify("abs(v) + v", kLine).verdict, Verdict::proved);
}

TEST(SignCertificate, TellsWhereThereIsNoValue) {
  const SignCertificate certificate = certify("log(2-v)^2", kPositive);
  ASSERT_EQ(certificate.verdict, Verdict::refuted);
  ASSERT_TRUE(certificate.undefined_at.has_value());
  EXPECT_GE(*certificate.undefined_at, numeric(2));
}

TEST(SignCertificate, NamesThePartsThatStayOpen) {
  const SignCertificate pole = certify("1/(v-3)^2", kPositive);
  ASSERT_EQ(pole.verdict, Verdict::undecided);
  ASSERT_EQ(pole.unproved.size(), 1U);
  EXPECT_NEAR(pole.unproved[0].lower, 3, 1e-10);
  EXPECT_NEAR(pole.unproved[0].upper, 3, 1e-10);
  const SignCertificate line = certify("1/v^2", kLine);
  ASSERT_EQ(line.verdict, Verdict::undecided);
  EXPECT_EQ(line.unproved[0].lower, 0);
}

// f'' of sqrt((t-1)^2) is 0 for GiNaC.
TEST(SignCertificate, WhatMustBeAnalyticIsWatched) {
  SignOptions options;
  options.analytic = parse_expression("sqrt((t-1)^2)");
  const SignCertificate certificate = certify_nonnegative(0, variable_t(), kPositive, options);
  ASSERT_EQ(certificate.verdict, Verdict::undecided);
  EXPECT_NEAR(certificate.unproved[0].lower, 1, 1e-10);
}

TEST(SignCertificate, StopsAtItsBudget) {
  // Zero everywhere, which no enclosure and no algebra of ours shows.
  const SignCertificate certificate = certify("atan(v) + atan(1/v) - pi/2", kPositive);
  EXPECT_EQ(certificate.verdict, Verdict::undecided);
  EXPECT_LT(certificate.cost, 2 * SignOptions{}.budget);
}

TEST(SignCertificate, RefusesRangesThatDoublesCannotHold) {
  EXPECT_THROW(certify("v", {numeric(2), numeric(1)}), LossError);
  EXPECT_THROW(certify("v", {GiNaC::pow(numeric(10), numeric(300)), {}}), LossError);
}

}  // namespace
}  // namespace ganwright
