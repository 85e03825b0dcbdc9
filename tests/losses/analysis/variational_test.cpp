#include "losses/analysis/variational.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "losses/divergence/design.h"
#include "losses/formula/parser.h"
#include "losses/loss_error.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

// How many of the claims stay unproved.
long count_open(const VariationalCertificate& certificate) {
  return std::count_if(certificate.lines.begin(), certificate.lines.end(),
                       [](const std::string& line) { return line.starts_with("undecided"); });
}

class EveryVariationalForm : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryVariationalForm, IsProvedClaimByClaim) {
  const Divergence divergence = named_divergence(GetParam());
  const std::vector<std::string> claims =
      divergence.dual_pair ? std::vector<std::string>{"f*(v) = v k - f(k) at the kink",
                                                      "the output activation v(h) rises strictly",
                                                      "it reaches all slopes of f"}
                           : std::vector<std::string>{"phi' = f'' and psi' = -t f''", "t phi + psi = f"};
  const VariationalCertificate certificate = certify_variational_form(divergence);
  EXPECT_EQ(certificate.verdict, Verdict::proved);
  ASSERT_EQ(certificate.lines.size(), claims.size());
  for (size_t i = 0; i < claims.size(); ++i) {
    EXPECT_TRUE(certificate.lines[i].starts_with(claims[i])) << certificate.lines[i];
  }
}

TEST_P(EveryVariationalForm, IsNotProvedOfAnotherObjective) {
  Divergence divergence = named_divergence(GetParam());
  if (divergence.dual_pair) {
    divergence.dual_pair->conjugate += GiNaC::numeric(1, 1000);
  } else {
    divergence.curvature.back().expression *= GiNaC::numeric(1001, 1000);
  }
  const VariationalCertificate certificate = certify_variational_form(divergence);
  EXPECT_EQ(certificate.verdict, divergence.dual_pair ? Verdict::undecided : Verdict::refuted);
  EXPECT_EQ(count_open(certificate), divergence.dual_pair ? 1 : 0);
}

INSTANTIATE_TEST_SUITE_P(Table, EveryVariationalForm, ::testing::ValuesIn(all_divergences()), case_name);

// The normal forms of both sides are not the same text, or too large to be brought to one.
TEST(VariationalForm, HoldsByDefinitionWhereAlgebraDoesNotShowIt) {
  for (const std::string f :
       {"(t^3+1)^(1/3)-2^(1/3)", "(1+t^3)^(1/3)-2^(-2/3)*(1+t)", "-asinh(t)+asinh(1)", "t^(-50)-1",
        "t*atan(t)-pi/4", "exp(sqrt(t)) - exp(1)", "((1+t^(1/3))/2)^(-3) - 1"}) {
    EXPECT_EQ(certify_variational_form(written_divergence(f)).verdict, Verdict::proved) << f;
  }
}

TEST(VariationalForm, AWrongConjugateIsNotProved) {
  Divergence divergence = named_divergence("hockey-stick:2");
  divergence.dual_pair->conjugate += 1;
  const VariationalCertificate certificate = certify_variational_form(divergence);
  EXPECT_NE(certificate.verdict, Verdict::proved);
  EXPECT_EQ(count_open(certificate), 1);
}

TEST(VariationalForm, AnActivationThatMissesSlopesIsNotProved) {
  Divergence divergence = named_divergence("total-variation");
  divergence.dual_pair->activation = divergence.dual_pair->activation / 2;
  divergence.dual_pair->conjugate = divergence.dual_pair->activation;
  const VariationalCertificate certificate = certify_variational_form(divergence);
  EXPECT_NE(certificate.verdict, Verdict::proved);
  EXPECT_EQ(count_open(certificate), 1);
}

TEST(VariationalForm, AnActivationThatFallsIsNotProved) {
  Divergence divergence = named_divergence("total-variation");
  divergence.dual_pair->activation = -divergence.dual_pair->activation;
  divergence.dual_pair->conjugate = divergence.dual_pair->activation;
  EXPECT_NE(certify_variational_form(divergence).verdict, Verdict::proved);
}

TEST(VariationalForm, ACurvatureThatIsNotThatOfFIsNotProved) {
  Divergence divergence = named_divergence("gan");
  divergence.curvature[0].expression *= 2;
  const VariationalCertificate certificate = certify_variational_form(divergence);
  EXPECT_EQ(certificate.verdict, Verdict::refuted);
}

TEST(VariationalForm, OfADesignIsRefutedWhereRhoIsNegativeOrTheInverseFalls) {
  for (const DesignText& text : {DesignText{"log(t)", "", "-1"}, DesignText{"", "v*exp(v)", "1-v"},
                                 // It falls next to v = 3 only.
                                 DesignText{"", "v*exp(v) - 1e-4*exp(-((v-3)/1e-6)^2)", "1"}}) {
    const VariationalCertificate certificate = certify_variational_form(written_design(text, {}));
    EXPECT_EQ(certificate.verdict, Verdict::refuted) << text.omega_inverse;
    EXPECT_EQ(std::count_if(certificate.lines.begin(), certificate.lines.end(),
                            [](const std::string& line) { return line.starts_with("refuted"); }),
              1)
        << text.omega_inverse;
  }
}

TEST(VariationalForm, OfADesignIsProvedOnlyWhereTheLinkUndoesItsInverse) {
  Divergence divergence = named_design("ratio-mse");
  EXPECT_EQ(certify_variational_form(divergence).verdict, Verdict::proved);
  divergence.design->omega_inverse = parse_expression("v+exp(-(v-20)^2)/4", {}, variable_v());
  EXPECT_EQ(certify_variational_form(divergence).verdict, Verdict::refuted);
  divergence.design->omega_inverse = parse_expression("v+exp(-(v-1e6)^2)/4", {}, variable_v());
  EXPECT_EQ(certify_variational_form(divergence).verdict, Verdict::undecided);
}

// 18564 terms in t and five functions: half a minute to multiply out, which nobody waits for.
TEST(VariationalForm, HoldsByDefinitionWhereAlgebraIsEnormousWork) {
  const Divergence divergence =
      written_divergence("(1+t+exp(t)+log(1+t)+sin(t)+cos(t))^12", {}, /*shift=*/true);
  EXPECT_EQ(certify_variational_form(divergence).verdict, Verdict::proved);
}

TEST(VariationalForm, RefusesWhatHasNoFormula) {
  EXPECT_THROW(certify_variational_form(Divergence{}), LossError);
}

}  // namespace
}  // namespace ganwright
