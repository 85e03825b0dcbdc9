#include "losses/text/number.h"

#include <gtest/gtest.h>

#include <cmath>

#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

TEST(NumberText, HasNoMoreDigitsThanAskedFor) {
  EXPECT_EQ(number_text(0.25), "0.25");
  EXPECT_EQ(number_text(1.0 / 3), "0.333333");
  EXPECT_EQ(number_text(1.0 / 3, 4), "0.3333");
  EXPECT_EQ(number_text(123456789.0), "1.23457e+08");
  EXPECT_EQ(number_text(1e-8), "1e-08");
  EXPECT_EQ(number_text(-0.0), "-0");
}

TEST(NumberText, WritesWhatIsNotFinite) {
  EXPECT_EQ(number_text(kInfinity), "inf");
  EXPECT_EQ(number_text(-kInfinity), "-inf");
  EXPECT_EQ(number_text(std::nan("")), "nan");
  EXPECT_EQ(number_text(std::nan(""), 6, "unknown"), "unknown");
  EXPECT_EQ(number_text(kInfinity, 6, "unknown"), "inf");
}

TEST(ScientificText, HasAllOfItsDigits) {
  EXPECT_EQ(scientific_text(0.25, 2), "2.50e-01");
  EXPECT_EQ(scientific_text(7, 0), "7e+00");
}

}  // namespace
}  // namespace ganwright
