#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/program.h"

namespace ganwright {
namespace {

using test_support::is_one_line;
using test_support::Outcome;
using test_support::run_program;

Outcome check(const std::string& arguments) {
  return run_program("check " + arguments);
}

// In double quotes, since a formula holds what the shell would read.
Outcome check_formula(const std::string& f, const std::string& rest = "") {
  return check("--f \"" + f + "\" " + rest);
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST(CheckCommand, ProvesNamedDivergencesAndDesigns) {
  for (const std::string name : {"gan", "total-variation", "vajda:1.5", "exponential"}) {
    const Outcome outcome = check(name);
    EXPECT_EQ(outcome.exit_code, 0) << name << ": " << outcome.errors;
    EXPECT_EQ(first_line(outcome.output), "convex (proved on (0, inf))") << name;
  }
}

TEST(CheckCommand, TheVerdictComesFirstAndTheExitCodeSaysIt) {
  const std::vector<std::pair<std::string, std::pair<int, std::string>>> cases = {
      {"t*log(t) - t + 1", {0, "convex (proved on (0, inf))"}},
      {"abs(t-1)^3", {0, "convex (proved on (0, inf))"}},
      {"-abs(t-1)", {3, "not convex: f' falls from 1 to -1, by 2, at t = 1"}},
      {"(t-2)^4/12 - 1e-12*t^2/2", {3, "not convex: f''(t) = -1e-12 < 0 at t = 2"}},
      {"log(t-1)", {3, "not a function on t > 0: f has no real value at t = 1"}},
      {"t*log(t)+0*log(t-5)", {3, "not a function on t > 0: f has no real value at t = 1"}},
      {"-log(t) + sin(log(t))*exp(-(log(t))^2)/100", {5, "convex (proved on [1e-08, 1e+08])"}},
      {"t*log(t) + 0.5", {3, "no divergence: f(1) = 0.5, not 0; take f - f(1). convex (proved on (0, inf))"}},
  };
  for (const auto& [f, expected] : cases) {
    const Outcome outcome = check_formula(f);
    EXPECT_EQ(outcome.exit_code, expected.first) << f << ": " << outcome.errors;
    EXPECT_EQ(first_line(outcome.output), expected.second) << f;
    EXPECT_TRUE(outcome.errors.empty()) << outcome.errors;
  }
}

TEST(CheckCommand, AnUndecidedVerdictHasAnExitCodeOfItsOwn) {
  const Outcome outcome = check_formula("sqrt(t*log(t)-t+1)+(t-1)^2");
  EXPECT_EQ(outcome.exit_code, 4);
  EXPECT_TRUE(outcome.output.starts_with("undecided ")) << outcome.output;
}

TEST(CheckCommand, ADesignIsProvedOnlyAsItIsTrained) {
  const std::vector<std::pair<std::string, std::pair<int, std::string>>> cases = {
      {R"x(--omega "log(t)" --rho "-1")x", {3, "not convex: f''(t) = -1 < 0 at t = 1"}},
      {R"x(--omega-inverse "v*exp(v)" --rho "exp(-v)")x", {5, "convex (proved on (0, 1e+08])"}},
      {R"x(--omega t --omega-inverse "v+exp(-(v-1e6)^2)/4" --rho 1)x",
       {4, "undecided for v in [-inf, inf]: omega and omega^-1 are not shown to undo one another"}},
      // Trained or not, these are no designs.
      {R"x(--omega t --omega-inverse "v+exp(-(v-20)^2)/4" --rho 1)x", {2, ""}},
      {R"x(--omega-inverse "1+exp(v)" --rho 1)x", {2, ""}},
  };
  for (const auto& [design, expected] : cases) {
    const Outcome outcome = check(design);
    EXPECT_EQ(outcome.exit_code, expected.first) << design << ": " << outcome.errors;
    EXPECT_EQ(first_line(outcome.output), expected.second) << design;
  }
}

TEST(CheckCommand, ShowsWhatTheVerdictRestsOn) {
  const Outcome outcome = check("hockey-stick:2");
  EXPECT_NE(outcome.output.find("max(t-2,0) - max(1-2,0)"), std::string::npos);
  EXPECT_NE(outcome.output.find("0 on (2, inf)"), std::string::npos);
  EXPECT_NE(outcome.output.find("t = 2: f' rises from 0 to 1"), std::string::npos);
  EXPECT_NE(outcome.output.find("f*(v) = v k - f(k)"), std::string::npos);
  EXPECT_NE(outcome.output.find("boxes"), std::string::npos);
}

TEST(CheckCommand, PrintsJson) {
  const auto proved =
      nlohmann::json::parse(check_formula("(t^a - 1 - a*(t-1))/(a*(a-1))", "--param a=0.3 --json").output);
  EXPECT_EQ(proved["verdict"], "proved");
  EXPECT_EQ(proved["f_at_one"], 0.0);
  EXPECT_EQ(proved["covers"]["everything"], true);
  EXPECT_TRUE(proved["counterexample"].is_null());
  const auto refuted =
      nlohmann::json::parse(check_formula("(t-1)^2 - 1e-5*exp(-((t-3)/0.001)^2)", "--json").output);
  EXPECT_EQ(refuted["verdict"], "refuted");
  EXPECT_TRUE(refuted["covers"].is_null());
  EXPECT_NEAR(std::stod(refuted["counterexample"]["t"].get<std::string>()), 3, 0.01);
  EXPECT_LT(refuted["counterexample"]["bound"].get<double>(), 0);
  const auto shifted = nlohmann::json::parse(check_formula("t*log(t) + 0.5", "--json").output);
  EXPECT_EQ(shifted["verdict"], "refuted");
  EXPECT_EQ(shifted["convexity"], "proved");
  EXPECT_EQ(shifted["f_at_one"], 0.5);
}

TEST(CheckCommand, AMultipleOfTMinusOneIsConvexAndTellsNothingApart) {
  for (const std::string f : {"0", "t-1", "3*(1-t)", "max(t-1,0)-max(1-t,0)"}) {
    const Outcome outcome = check_formula(f);
    EXPECT_EQ(outcome.exit_code, 0) << f;
    EXPECT_NE(outcome.output.find("D_f is 0"), std::string::npos) << f << outcome.output;
  }
  EXPECT_EQ(check("total-variation").output.find("D_f is 0"), std::string::npos);
}

TEST(CheckCommand, ShiftMendsTheValueAtOne) {
  const Outcome outcome = check_formula("t*log(t) + 0.5", "--shift");
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

TEST(CheckCommand, TheRangeIsTheUsers) {
  const std::string f = "-log(t) + sin(log(t))*exp(-(log(t))^2)/100";
  EXPECT_EQ(first_line(check_formula(f).output), "convex (proved on [1e-08, 1e+08])");
  EXPECT_EQ(first_line(check_formula(f, "--range 10").output), "convex (proved on [4.53999e-05, 22026.5])");
}

TEST(CheckCommand, RefusesWrongUsageInOneLine) {
  for (const std::string arguments :
       {"", "no-such-name", "gan --f t", "--f \"t+\"", "--f \"t*b\"", "gan --range 1000",
        "gan --no-such-flag", "gan --shift", "gan --param a=1", "--f \"log(t)*(t-1)\" --param log=2",
        "--f \"(t-1)^2*ab\" --param ab=1 --param b=2"}) {
    const Outcome outcome = check(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << ": " << outcome.errors;
    EXPECT_TRUE(outcome.output.empty()) << arguments;
  }
}

}  // namespace
}  // namespace ganwright
