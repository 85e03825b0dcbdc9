#include "plots/gnuplot.h"

#include <gtest/gtest.h>

#include <cmath>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::read_file;
using test_support::TemporaryFolder;

const std::string kScript =
    plot_data("data", {{1, 2, 3}, {1, 4, NAN}}) + "plot $data using 1:2 with lines notitle\n";

TEST(Gnuplot, WritesPngAndSvgOfTheSizeThatIsAskedFor) {
  const TemporaryFolder folder;
  draw_plot(kScript, folder / "plot.png", {320, 200});
  const std::string png = read_file(folder / "plot.png");
  ASSERT_GT(png.size(), 24U);
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(png.substr(16, 8), std::string("\0\0\x01\x40\0\0\0\xC8", 8));
  draw_plot(kScript, folder / "plot.svg", {320, 200});
  EXPECT_NE(read_file(folder / "plot.svg").find("</svg>"), std::string::npos);
}

TEST(Gnuplot, AFailedScriptIsAnErrorOfOneLineAndKeepsTheOldFile) {
  const TemporaryFolder folder;
  test_support::write_file(folder / "plot.svg", "old");
  try {
    draw_plot("plot $nothing\n", folder / "plot.svg", {320, 200});
    FAIL();
  } catch (const WriteError& error) {
    const std::string message = error.what();
    EXPECT_EQ(message.find('\n'), std::string::npos);
    EXPECT_NE(message.find("$nothing"), std::string::npos) << message;
  }
  EXPECT_EQ(read_file(folder / "plot.svg"), "old");
  EXPECT_FALSE(std::filesystem::exists(folder / "plot.svg.partial"));
}

TEST(Gnuplot, RefusesOtherEndingsAndMissingFolders) {
  const TemporaryFolder folder;
  EXPECT_THROW(check_plot_path(folder / "plot.pdf"), UsageError);
  EXPECT_THROW(check_plot_path(folder / "plot"), UsageError);
  EXPECT_THROW(check_plot_path(folder / "missing" / "plot.png"), OutputError);
  EXPECT_NO_THROW(check_plot_path(folder / "plot.PNG"));
}

TEST(Gnuplot, NoTextLeavesItsQuotes) {
  EXPECT_EQ(plot_text("f''(t) isn't `date`"), "'f\u2033(t) isn\u2032t `date`'");
  EXPECT_EQ(plot_text("two\nlines"), "'two lines'");
}

}  // namespace
}  // namespace ganwright
