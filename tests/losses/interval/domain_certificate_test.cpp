#include "losses/interval/domain_certificate.h"

#include <gtest/gtest.h>

#include <string>

#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"

namespace ganwright {
namespace {

using GiNaC::numeric;

DomainCertificate certify(const std::string& f) {
  return certify_domain(parse_formula(f).domain, variable_t(), Range{numeric(0), {}});
}

TEST(DomainCertificate, ProvesThatEveryStepHasAValue) {
  for (const std::string f : {"t*log(t)", "log(t^2-t+1)", "sqrt(t-log(t)-1)", "log(exp(t)-1)", "1/(exp(t)-1)",
                              "acosh(t+1/t-1)", "asin((t-1)/(t+1))", "max(t-1,0)^1.5", "max(t-sqrt(2),0)^1.5",
                              "log(1+abs(t-1))", "1/max(t,1/2)", "sqrt(1-exp(-t))", "atanh((1-t)/(1+t))"}) {
    const DomainCertificate certificate = certify(f);
    EXPECT_EQ(certificate.verdict, Verdict::proved) << f;
    EXPECT_TRUE(certificate.zero_divisors.empty()) << f;
  }
}

TEST(DomainCertificate, NamesAPointWithoutAValue) {
  for (const std::string f :
       {"0*log(t-5)", "sin(asin(t))", "exp(log(t-5))", "sqrt(t-1)^4", "sqrt(-1)^2", "(t-1)^(1/3)",
        "log(abs(t-1))*0", "acosh(t)", "sqrt(t-1e-6)", "log(t-log(t)-1)"}) {
    const DomainCertificate certificate = certify(f);
    EXPECT_EQ(certificate.verdict, Verdict::refuted) << f;
    EXPECT_TRUE(certificate.undefined_at) << f;
  }
  EXPECT_EQ(*certify("0*log(abs(t-1))").undefined_at, numeric(1));
}

TEST(DomainCertificate, ListsWhereDivisorsAreZero) {
  EXPECT_EQ(certify("1/(t-3) + 1/(t-1)^2").zero_divisors.size(), 2U);
  EXPECT_EQ(certify("(t-1)/log(t)").zero_divisors.front().text(), "1");
  EXPECT_EQ(certify("1/abs(t-2)").zero_divisors.front().text(), "2");
  EXPECT_EQ(certify("1/(t^2-2)").zero_divisors.front().text(), "1.41421");
}

TEST(DomainCertificate, IsUndecidedWhereASignIsNotSettled) {
  EXPECT_EQ(certify("log(sin(t)+1)").verdict, Verdict::undecided);
  const DomainCertificate certificate = certify("tan(t)");
  EXPECT_EQ(certificate.verdict, Verdict::undecided);
  EXPECT_FALSE(certificate.zero_divisors.empty());
}

TEST(DomainCertificate, HoldsOnARangeOfV) {
  const Domain domain = parse_formula("log(v/(1-v)) + sqrt(v)", {}, variable_v()).domain;
  EXPECT_EQ(certify_domain(domain, variable_v(), {numeric(0), numeric(1)}).verdict, Verdict::proved);
  EXPECT_EQ(certify_domain(domain, variable_v(), {numeric(0), numeric(2)}).verdict, Verdict::refuted);
}

}  // namespace
}  // namespace ganwright
