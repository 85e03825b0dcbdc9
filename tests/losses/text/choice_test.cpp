#include "losses/text/choice.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ganwright {
namespace {

enum class Side { left, right };

constexpr Choices<Side, 2> kSides{{{"on-the-left", Side::left}, {"on-the-right", Side::right}}};

TEST(Choices, NamesAndValuesStandForOneAnother) {
  EXPECT_EQ(names_of(kSides), (std::vector<std::string>{"on-the-left", "on-the-right"}));
  EXPECT_EQ(name_of(kSides, Side::right), "on-the-right");
  EXPECT_EQ(value_of(kSides, "on-the-right"), Side::right);
  EXPECT_FALSE(value_of(kSides, "right").has_value());
}

TEST(Choices, HaveNoNameForAValueThatTheTableLacks) {
  constexpr Choices<Side, 1> lacking{{{"on-the-left", Side::left}}};
  EXPECT_EQ(name_of(lacking, Side::left), "on-the-left");
  EXPECT_THROW(name_of(lacking, Side::right), std::logic_error);
}

}  // namespace
}  // namespace ganwright
