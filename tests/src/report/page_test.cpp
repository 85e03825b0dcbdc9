#include "report/page.h"

#include <gtest/gtest.h>

#include <cmath>
#include <regex>

#include "imaging/grid.h"
#include "report/charts.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

Curves curves(const std::vector<double>& steps,
              const std::vector<std::pair<std::string, std::vector<double>>>& values) {
  Curves result;
  result.steps = steps;
  result.lines = static_cast<int64_t>(steps.size());
  result.last = {{"step", steps.back()}};
  for (const auto& [name, means] : values) {
    result.curves.emplace_back(name, Curve{means, means, means});
    result.last[name] = means.back();
  }
  return result;
}

EmbeddedPicture picture() {
  return embed(image_grid(torch::zeros({1, 1, 2, 2}), 1, 1));
}

RunReport run(const std::string& name, const std::string& rate = "0.001") {
  RunReport report;
  report.name = name;
  report.metrics = curves({1, 20}, {{"divergence", {0.1, 0.5}}, {"generator_loss", {1, 0.7}}});
  report.samples.grids = {{10, picture()}, {20, picture()}};
  report.samples.found = 2;
  report.reals = picture();
  report.options.content = {{"steps", "20"}, {"learning-rate", rate}};
  report.unusual = {"steps"};
  report.loss.reason = "not asked for.";
  report.neighbors.reason = "no folder at /gone.";
  report.interpolations.content = Interpolations{20, picture(), 5, 10};
  report.sessions = {{{"step", 0}, {"device", "CPU"}, {"command", "ganwright train --out <b>"}}};
  return report;
}

std::string page(const std::vector<RunReport>& runs, int reload_seconds = 0) {
  return report_page(runs, {.time = "now", .command = "ganwright report", .reload_seconds = reload_seconds});
}

size_t count(const std::string& text, const std::string& part) {
  size_t found = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++found;
  }
  return found;
}

bool page_has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// What page.js reads.
Json data_of(const std::string& html) {
  const std::string start = "id=\"report-data\">";
  const size_t begin = html.find(start) + start.size();
  return Json::parse(html.substr(begin, html.find("</script>", begin) - begin));
}

TEST(ReportPage, HasEveryPartUnderHeadlinesInTheirOrder) {
  const std::string html = page({run("clothes")});
  int level = 0;
  const std::regex headline("<h([1-6])[ >]");
  for (auto at = std::sregex_iterator(html.begin(), html.end(), headline); at != std::sregex_iterator();
       ++at) {
    const int next = std::stoi((*at)[1]);
    EXPECT_LE(next, level + 1) << at->position();
    level = next;
  }
  for (const char* id : {"overview", "curves", "metrics", "samples", "neighbors", "interpolations",
                         "objective", "configuration", "environment"}) {
    EXPECT_EQ(count(html, "<h2 id=\"" + std::string(id) + "\""), 1U) << id;
    EXPECT_EQ(count(html, "href=\"#" + std::string(id) + "\""), 1U) << id;
  }
  EXPECT_EQ(count(html, "<h1>"), 1U);
  EXPECT_TRUE(page_has(html, "no folder at /gone."));
  EXPECT_TRUE(page_has(html, "20 of 20"));
}

TEST(ReportPage, NeedsNothingBesideIt) {
  const std::string html = page({run("a"), run("b")});
  EXPECT_FALSE(page_has(html, "src=\"http"));
  EXPECT_FALSE(page_has(html, "<link rel=\"stylesheet"));
  EXPECT_EQ(count(html, "<img "), count(html, "src=\"data:image/"));
  EXPECT_EQ(count(html, "<img "), count(html, "alt=\""));
  EXPECT_FALSE(page_has(html, "alt=\"\""));
  EXPECT_FALSE(page_has(html, "{{"));
}

TEST(ReportPage, TextOfOthersIsNoMarkup) {
  const std::string evil = "</script><script>alert(1)</script>\"'<img src=x>";
  RunReport report = run(evil);
  report.metrics.curves[0].first = evil;
  report.options.content = {{"data", evil}};
  report.neighbors.reason = evil;
  report.sessions = {{{"command", evil}, {evil, evil}}};
  report.loss.content = LossReport{};
  report.loss.content->summary.name = evil;
  report.loss.content->summary.f = evil;
  report.loss.content->summary.remarks = {evil};
  report.loss.content->plot.reason = evil;
  const std::string html = report_page({report, report}, {.time = evil, .command = evil});
  EXPECT_FALSE(page_has(html, "<script>alert"));
  EXPECT_FALSE(page_has(html, "<img src=x>"));
  EXPECT_EQ(count(html, "<script"), 2U);
  EXPECT_EQ(data_of(html).at("runs")[0].at("name"), evil);
}

TEST(ReportPage, ReloadsWhileItIsFollowedOnly) {
  EXPECT_FALSE(page_has(page({run("a")}), "http-equiv=\"refresh\""));
  EXPECT_TRUE(page_has(page({run("a")}, 10), "<meta http-equiv=\"refresh\" content=\"10\">"));
}

TEST(ReportPage, TheSliderHasTheStepsOfAllRunsAndShowsTheNewestGridAtFirst) {
  RunReport other = run("b");
  other.samples.grids = {{15, picture()}};
  other.samples.found = 9;
  const std::string html = page({run("a"), other});
  EXPECT_TRUE(page_has(html, "type=\"range\" id=\"grid-step\" min=\"0\" max=\"2\" value=\"2\""));
  EXPECT_TRUE(page_has(html, "data-steps=\"[10,15,20]\""));
  EXPECT_TRUE(page_has(html, "data-step=\"10\" hidden"));
  EXPECT_TRUE(page_has(html, "data-step=\"20\">"));
  EXPECT_TRUE(page_has(html, "data-step=\"15\">"));
  EXPECT_TRUE(page_has(html, "1 of 9 grids"));
  // The same real pictures are shown once.
  EXPECT_EQ(count(html, "alt=\"Real pictures of"), 1U);
}

TEST(ReportPage, MarksWhereRunsDifferAndPutsTheRestAway) {
  const std::string html = page({run("a", "0.001"), run("b", "0.002")});
  const size_t differs = html.find("<tr class=\"differs\"><th scope=\"row\"><code>learning-rate</code>");
  ASSERT_NE(differs, std::string::npos);
  EXPECT_EQ(count(html, "class=\"differs\""), 1U);
  EXPECT_LT(differs, html.find("<summary>The same in all runs</summary>"));
  EXPECT_LT(html.find("<summary>The same in all runs</summary>"), html.find("<code>steps</code>"));
}

TEST(ReportPage, ARunThatHasJustStartedSaysWhatIsNotThereYet) {
  RunReport report;
  report.name = "new";
  report.options.reason = report.loss.reason = "no checkpoint.";
  report.neighbors.reason = report.interpolations.reason = "no checkpoint.";
  const std::string html = page({report});
  EXPECT_TRUE(page_has(html, "the training has just started"));
  EXPECT_TRUE(page_has(html, "there are no sample grids yet"));
  EXPECT_TRUE(page_has(html, "No session is recorded"));
  EXPECT_TRUE(data_of(html).at("charts").empty());
  EXPECT_FALSE(page_has(html, "type=\"range\""));
}

TEST(ReportPage, EvaluationsStandBesideWhatRealPicturesReach) {
  RunReport report = run("a");
  report.evaluations = curves({10, 20}, {{"frechet_distance", {90, 30}}, {"count", {1000, 1000}}});
  report.evaluations.last["features"] = "random";
  report.evaluations.last["intervals"] = {{"frechet_distance", {28.5, 31.5}}};
  report.evaluations.last["half"] = {{"real", {{"frechet_distance", 2.25}}}};
  const std::string html = page({report});
  EXPECT_TRUE(page_has(html, "28.5 to 31.5"));
  EXPECT_TRUE(page_has(html, ">2.25<"));
  EXPECT_TRUE(page_has(html, "features random"));
  EXPECT_TRUE(page_has(html, "<h3>Frechet distance</h3>"));
  EXPECT_FALSE(page_has(html, "<h3>Count</h3>"));
}

TEST(Charts, GatherWhatBelongsTogetherAndLeaveOutWhatNeverChanges) {
  RunReport report;
  report.metrics = curves({1, 2, 3}, {{"r1", {0, 0, 0}},
                                      {"generator_loss", {1, 2, 3}},
                                      {"mine", {1, 2, NAN}},
                                      {"discriminator_loss", {1, 1, 2}},
                                      {"learning_rate", {0.5, 0.5, 0.5}},
                                      {"images", {64, 128, 192}}});
  const std::vector<Chart> charts = training_charts({report});
  ASSERT_EQ(charts.size(), 2U);
  EXPECT_EQ(charts[0].title, "Losses");
  EXPECT_EQ(charts[0].lines.size(), 2U);
  EXPECT_EQ(charts[1].title, "Mine");
  RunReport other = report;
  other.metrics.curves[4].second = {{0.25, 0.25, 0.25}, {0.25, 0.25, 0.25}, {0.25, 0.25, 0.25}};
  EXPECT_EQ(training_charts({report, other}).size(), 3U);

  const Json data = chart_data({report}, charts);
  EXPECT_EQ(data.at("runs")[0].at("metrics").at("steps"), Json({1, 2, 3}));
  EXPECT_EQ(data.at("runs")[0].at("metrics").at("curves").at("mine").at("means"), Json({1, 2, nullptr}));
  EXPECT_FALSE(data.at("runs")[0].at("metrics").at("curves").contains("images"));
}

TEST(Charts, ThinnedCurvesCarryTheirExtremesInFiveDigits) {
  RunReport report;
  // The last one is too small for a normal number.
  report.metrics = curves({5, 10}, {{"divergence", {0.123456789, 3e-310}}});
  report.metrics.lines_a_point = 5;
  const std::vector<RunReport> runs = {report};
  const Json curve =
      chart_data(runs, training_charts(runs)).at("runs")[0].at("metrics").at("curves").at("divergence");
  EXPECT_EQ(curve.at("means"), Json({0.12346, 3e-310}));
  EXPECT_TRUE(curve.contains("lows") && curve.contains("highs"));
}

}  // namespace
}  // namespace ganwright
