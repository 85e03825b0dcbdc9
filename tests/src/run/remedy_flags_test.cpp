#include <gtest/gtest.h>

#include <algorithm>
#include <regex>
#include <string>
#include <vector>

#include "cli/loss_error_message.h"
#include "run/run_options.h"

namespace ganwright {
namespace {

TEST(RemedyFlags, AreThereInTheTableOfOptions) {
  RunOptions options;
  const std::vector<std::string> names = run_option_table(options).names();
  // The first number past the enumerators has no flag; the compiler holds that each of them has one.
  int remedy = static_cast<int>(Remedy::none) + 1;
  for (;; ++remedy) {
    const std::string text = message_with_flag(LossError("", static_cast<Remedy>(remedy)));
    if (text.empty()) {
      break;
    }
    const std::regex flag("--([a-z-]+)");
    const std::sregex_iterator end;
    std::sregex_iterator found(text.begin(), text.end(), flag);
    EXPECT_EQ(found == end, static_cast<Remedy>(remedy) == Remedy::name) << text;
    for (; found != end; ++found) {
      EXPECT_NE(std::find(names.begin(), names.end(), found->str(1)), names.end()) << text;
    }
  }
  EXPECT_GT(remedy, static_cast<int>(Remedy::pairing));
}

}  // namespace
}  // namespace ganwright
