#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "files/run_directory.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::kTinyModel;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_file;
using test_support::write_noise;

// One run is trained for all tests; each works on a copy.
class ReportCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    trained_.emplace();
    write_noise(*trained_ / "pictures/a", 3, 8, 1);
    write_noise(*trained_ / "pictures/b", 3, 8, 1);
    // Not forked, since the page shows the command.
    const Outcome outcome = test_support::run_in_shell(
        "train --data " + (*trained_ / "pictures").string() + " --out " + (*trained_ / "run").string() +
        kTinyModel + " --channels 1 --conditional --device cpu --steps 4 --sample-every 2 --log-every 1");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  }
  static void TearDownTestSuite() { trained_.reset(); }

  ReportCommand() { fs::copy(*trained_ / "run", folder_ / "run", fs::copy_options::recursive); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] RunDirectory run() const { return {folder_ / "run"}; }

  // The page on the run, which is written whatever it lacks.
  [[nodiscard]] std::string page(const std::string& options = "") const {
    const Outcome outcome = run_program("report " + path("run") + " --device cpu" + options);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_EQ(outcome.output, path("run/report.html") + "\n");
    return read_file(folder_ / "run/report.html");
  }

  // A copy is not followed out of its folder unless it is told to.
  [[nodiscard]] static std::string with_pictures() { return " --data " + (*trained_ / "pictures").string(); }

  TemporaryFolder folder_;
  static std::optional<TemporaryFolder> trained_;
};

std::optional<TemporaryFolder> ReportCommand::trained_;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

// The first of these programs that is installed; "" where none is.
std::string browser() {
  for (const char* name : {"chromium", "chromium-browser", "google-chrome"}) {
    if (std::system(("command -v " + std::string(name) + " >/dev/null 2>&1").c_str()) == 0) {
      return name;
    }
  }
  return "";
}

TEST_F(ReportCommand, HasEveryFigureOfAConditionalRun) {
  const std::string html = page(with_pictures());
  EXPECT_TRUE(has(html, "<h3>Losses</h3>"));
  EXPECT_TRUE(has(html, "Samples of run at step 2"));
  EXPECT_TRUE(has(html, "Samples of run at step 4"));
  EXPECT_TRUE(has(html, "alt=\"Real pictures of run\""));
  EXPECT_TRUE(has(html, "alt=\"Real picture a/"));
  EXPECT_TRUE(has(html, "nearest of 6 real pictures"));
  EXPECT_TRUE(has(html, "alt=\"5 interpolations of 10 pictures each of run\""));
  EXPECT_TRUE(has(html, "src=\"data:image/svg+xml;base64,"));
  EXPECT_TRUE(has(html, "<code>conditional</code></th><td>true"));
  EXPECT_TRUE(has(html, "<dt>processor</dt>"));
  EXPECT_TRUE(has(html, " train --data " + (*trained_ / "pictures").string()));
}

TEST_F(ReportCommand, ARunThatLacksPartsSaysWhich) {
  fs::remove(run().metrics());
  fs::remove_all(run().samples());
  fs::remove(run().reals());
  fs::remove(run().sessions());
  std::string html = page(with_pictures());
  EXPECT_TRUE(has(html, "the training has just started"));
  EXPECT_TRUE(has(html, "there are no sample grids yet"));
  EXPECT_TRUE(has(html, "No session is recorded"));
  EXPECT_TRUE(has(html, "nearest of 6 real pictures"));

  // Without a checkpoint the configuration is that of config.cfg, without this too it is not known.
  fs::remove(run().checkpoint(4));
  fs::remove(run().checkpoint(0));
  html = page();
  EXPECT_TRUE(has(html, "Left out: no checkpoint in"));
  EXPECT_TRUE(has(html, "<code>conditional</code>"));
  EXPECT_TRUE(has(html, "src=\"data:image/svg+xml;base64,"));
  fs::remove(run().config());
  EXPECT_TRUE(has(page(), "config.cfg"));
}

TEST_F(ReportCommand, DamagedFilesAreLeftOutWithTheReason) {
  write_file(run().metrics(),
             "{\"step\":1,\"divergence\":null,\"ratio_fake\":1}\n{\"ste\n"
             "{\"step\":2,\"divergence\":0.5,\"ratio_fake\":null}\n{\"step\":3,\"diver");
  write_file(run().sample_grid(2), "torn");
  write_file(run().checkpoint(4), "torn");
  const std::string html = page();
  EXPECT_TRUE(has(html, "1 damaged lines of metrics.jsonl"));
  EXPECT_TRUE(has(html, "\"steps\":[1.0,2.0]"));
  EXPECT_TRUE(has(html, "1 could not be read"));
  EXPECT_TRUE(has(html, "000000004.safetensors"));
}

TEST_F(ReportCommand, WithoutItsPicturesARunHasNoNeighborsAndSaysSo) {
  fs::rename(*trained_ / "pictures", *trained_ / "elsewhere");
  const std::string html = page();
  fs::rename(*trained_ / "elsewhere", *trained_ / "pictures");
  EXPECT_TRUE(has(html, "Left out: "));
  EXPECT_TRUE(has(html, (*trained_ / "pictures").string()));
  EXPECT_TRUE(has(html, "alt=\"5 interpolations"));
}

TEST_F(ReportCommand, AGrownRunHasAPageBeforeItsFirstStep) {
  ASSERT_EQ(run_program("grow " + path("run") + " --out " + path("grown") + " --add-depth 1").exit_code, 0);
  ASSERT_EQ(run_program("report " + path("grown")).exit_code, 0);
  const std::string html = read_file(folder_ / "grown/report.html");
  EXPECT_TRUE(has(html, "the training has just started"));
  EXPECT_TRUE(has(html, "Checkpoint of step 0."));
}

TEST_F(ReportCommand, HundredsOfThousandsOfLinesMakeASmallPage) {
  std::ofstream metrics(run().metrics());
  for (int step = 1; step <= 200'000; ++step) {
    metrics << "{\"step\":" << step << ",\"divergence\":0." << step % 1000 << ",\"generator_loss\":1}\n";
  }
  metrics.close();
  const std::string html = page();
  EXPECT_LT(html.size(), size_t{1} << 20);
  EXPECT_TRUE(has(html, "Each point is the mean of up to 334 lines"));
}

TEST_F(ReportCommand, ComparesRunsAndShowsEachLossOnce) {
  fs::create_directories(folder_ / "other");
  fs::copy(folder_ / "run", folder_ / "other/run", fs::copy_options::recursive);
  const Outcome outcome =
      run_program("report " + path("run") + " " + path("other/run/") + " --out " + path("both.html"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const std::string html = read_file(folder_ / "both.html");
  EXPECT_TRUE(has(html, "2 runs compared"));
  // Their last names are the same.
  EXPECT_TRUE(has(html, "Samples of " + path("run") + " at step 4"));
  EXPECT_TRUE(has(html, "The runs have the same options."));
  EXPECT_EQ(html.find("data:image/svg+xml"), html.rfind("data:image/svg+xml"));
}

TEST_F(ReportCommand, RefusesWithOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "RUN is missing"},
      {path("missing"), "no run at"},
      {path("run") + " " + path("run"), "--out is missing"},
      {path("run") + " --out " + path("page.pdf"), ".html"},
      {path("run") + " --out " + path("run/config.cfg/page.html"), "cannot create"},
      {path("run") + " --follw", "did you mean"},
  };
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program("report " + arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(has(outcome.errors, hint)) << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
}

TEST_F(ReportCommand, FollowsARunUntilItIsInterrupted) {
  // The page is there, is written anew after a new line, reloads itself meanwhile, and no more in the end.
  write_file(folder_ / "line", "{\"step\":77,\"divergence\":3}\n");
  const std::string script =
      "cd " + path("run") +
      "; " GANWRIGHT_BINARY " report . --follow --device cpu >/dev/null 2>&1 & pid=$!; cd " + path("run") +
      "; until [ -s report.html ]; do sleep 0.05; done; grep -q http-equiv=.refresh report.html || exit 1; "
      "cat ../line >> metrics.jsonl; until grep -q ,77 report.html; do sleep 0.05; done; "
      "kill -INT $pid; wait $pid; [ $? = 130 ] && ! grep -q http-equiv=.refresh report.html";
  EXPECT_EQ(std::system(("timeout 60 bash -c '" + script + "'").c_str()), 0);
  EXPECT_TRUE(has(read_file(folder_ / "run/report.html"), "[1.0,2.0,3.0,4.0,77.0]"));
}

TEST_F(ReportCommand, ABrowserDrawsEveryChartWithoutAComplaint) {
  const std::string name = browser();
  if (name.empty()) {
    GTEST_SKIP() << "no chromium is installed (apt-get install chromium)";
  }
  write_file(run().evaluations(), "{\"step\":4,\"features\":\"random\",\"frechet_distance\":30}\n");
  const std::string html = page();
  const std::string command = "timeout 120 " + name +
                              " --headless --no-sandbox --disable-gpu --virtual-time-budget=5000 "
                              "--enable-logging=stderr --window-size=390,800 --user-data-dir=" +
                              path("browser") + " --dump-dom file://" + path("run/report.html") + " >" +
                              path("dom") + " 2>" + path("said");
  ASSERT_EQ(std::system(command.c_str()), 0) << read_file(folder_ / "said");
  EXPECT_FALSE(has(read_file(folder_ / "said"), "CONSOLE")) << read_file(folder_ / "said");
  const std::string dom = read_file(folder_ / "dom");
  size_t charts = 0;
  for (size_t at = dom.find("<figure class=\"chart\""); at != std::string::npos;
       at = dom.find("<figure class=\"chart\"", at + 1)) {
    ++charts;
    const std::string figure = dom.substr(at, dom.find("</figure>", at) - at);
    EXPECT_TRUE(has(figure, "class=\"curve\"")) << figure.substr(0, 300);
    EXPECT_TRUE(has(figure, "class=\"grid\"")) << figure.substr(0, 300);
  }
  EXPECT_GE(charts, 6U);
  EXPECT_TRUE(has(dom, "aria-valuetext=\"step 4\""));
}

}  // namespace
}  // namespace ganwright
