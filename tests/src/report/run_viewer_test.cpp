#include "report/run_viewer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/imgcodecs.hpp>

#include "errors.h"
#include "files/json_lines.h"
#include "imaging/grid.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

class Viewer : public testing::Test {
 protected:
  Viewer() : run_{folder_ / "run"}, viewer_(run_, [this] { return painter(); }) {
    std::filesystem::create_directories(run_.samples());
  }

  // A sample grid of one grey.
  void add_grid(int64_t step, int grey) {
    write_png(run_.sample_grid(step), cv::Mat(16, 16, CV_8UC1, cv::Scalar(grey)));
  }

  // Draws each latent as the grey that its first number says.
  Painter painter() {
    ++loaded_;
    if (is_damaged_) {
      throw CheckpointError("the checkpoint is damaged");
    }
    return {700, 4, [this](const torch::Tensor& latents) {
              drawn_ = latents;
              return latents.select(1, 0).view({-1, 1, 1, 1}).expand({-1, 1, 8, 8});
            }};
  }

  [[nodiscard]] int grey() const { return viewer_.picture().at<uint8_t>(3, 3); }

  TemporaryFolder folder_;
  RunDirectory run_;
  int loaded_ = 0;
  bool is_damaged_ = false;
  torch::Tensor drawn_;
  RunViewer viewer_;
};

TEST_F(Viewer, FollowsTheNewestGridUntilAnEarlierOneIsAskedFor) {
  EXPECT_FALSE(viewer_.refresh());
  EXPECT_TRUE(viewer_.picture().empty());
  EXPECT_NE(viewer_.status().find("no sample grid yet"), std::string::npos);
  add_grid(100, 10);
  add_grid(200, 20);
  EXPECT_TRUE(viewer_.refresh());
  EXPECT_EQ(grey(), 20);
  add_grid(300, 30);
  EXPECT_TRUE(viewer_.refresh());
  EXPECT_EQ(grey(), 30);

  viewer_.press(ViewKey::earlier);
  EXPECT_EQ(grey(), 20);
  add_grid(400, 40);
  EXPECT_TRUE(viewer_.refresh());
  EXPECT_EQ(grey(), 20);
  EXPECT_NE(viewer_.status().find("step 200 (2 of 4)"), std::string::npos) << viewer_.status();

  viewer_.press(ViewKey::later);
  viewer_.press(ViewKey::later);
  viewer_.press(ViewKey::later);
  EXPECT_EQ(grey(), 40);
  add_grid(500, 50);
  viewer_.refresh();
  EXPECT_EQ(grey(), 50);
}

TEST_F(Viewer, StepsNoFurtherThanTheFirstGrid) {
  add_grid(100, 10);
  add_grid(200, 20);
  viewer_.refresh();
  for (int i = 0; i < 5; ++i) {
    viewer_.press(ViewKey::earlier);
  }
  EXPECT_EQ(grey(), 10);
}

TEST_F(Viewer, TellsStepLossAndBound) {
  add_grid(100, 10);
  JsonLines(run_.metrics()).append({{"step", 100}, {"discriminator_loss", 0.7125}, {"divergence", 0.25}});
  viewer_.refresh();
  EXPECT_EQ(viewer_.status(), "step 100 (1 of 1), loss 0.7125, D_f >= 0.2500");
  // Pairs bound no divergence.
  JsonLines(run_.metrics()).append({{"step", 100}, {"discriminator_loss", 0.5}, {"divergence", nullptr}});
  EXPECT_TRUE(viewer_.refresh());
  EXPECT_EQ(viewer_.status(), "step 100 (1 of 1), loss 0.5000");
}

TEST_F(Viewer, DrawsNewLatentsByTheNewestCheckpointEachTime) {
  add_grid(100, 10);
  viewer_.refresh();
  viewer_.press(ViewKey::new_latents);
  const torch::Tensor first = drawn_;
  EXPECT_EQ(first.sizes(), (std::vector<int64_t>{64, 4}));
  EXPECT_NE(viewer_.status().find("checkpoint of step 700"), std::string::npos) << viewer_.status();
  viewer_.press(ViewKey::new_latents);
  EXPECT_FALSE(torch::equal(first, drawn_));
  EXPECT_EQ(loaded_, 2);
  // A new grid does not take their place, an arrow does.
  add_grid(200, 20);
  viewer_.refresh();
  EXPECT_NE(viewer_.picture().rows, 16);
  viewer_.press(ViewKey::earlier);
  EXPECT_EQ(grey(), 20);
}

TEST_F(Viewer, InterpolatesInALoop) {
  EXPECT_FALSE(viewer_.advance());
  viewer_.press(ViewKey::interpolate);
  const torch::Tensor first = drawn_;
  torch::Tensor previous = first;
  int64_t frames = 0;
  double longest = 0;
  do {
    ASSERT_TRUE(viewer_.advance());
    longest = std::max(longest, (drawn_ - previous).abs().max().item<double>());
    previous = drawn_;
    ++frames;
  } while (!torch::equal(drawn_, first));
  EXPECT_EQ(frames, 96);
  // No jump, at the seam neither.
  EXPECT_LT(longest, 0.6);
  EXPECT_EQ(loaded_, 1);
  viewer_.press(ViewKey::later);
  EXPECT_FALSE(viewer_.advance());
}

TEST_F(Viewer, SavesWhatIsSeenUnderAFreeNameAndSaysWhere) {
  viewer_.press(ViewKey::save);
  EXPECT_NE(viewer_.status().find("nothing to save"), std::string::npos);
  add_grid(100, 10);
  viewer_.refresh();
  viewer_.press(ViewKey::save);
  const std::filesystem::path path = run_.path / "view-0001.png";
  EXPECT_EQ(viewer_.status(), "saved " + path.string());
  EXPECT_EQ(viewer_.saved(), path);
  EXPECT_EQ(cv::norm(cv::imread(path.string(), cv::IMREAD_UNCHANGED), viewer_.picture(), cv::NORM_INF), 0);
  viewer_.press(ViewKey::save);
  EXPECT_EQ(viewer_.status(), "saved " + (run_.path / "view-0002.png").string());
}

TEST_F(Viewer, ShowsAFaultAndGoesOn) {
  add_grid(100, 10);
  viewer_.refresh();
  is_damaged_ = true;
  viewer_.press(ViewKey::new_latents);
  EXPECT_EQ(viewer_.status(), "the checkpoint is damaged");
  EXPECT_EQ(grey(), 10);
  EXPECT_FALSE(viewer_.is_done());
  write_file(run_.sample_grid(200), "no picture");
  viewer_.refresh();
  EXPECT_NE(viewer_.status().find("cannot read"), std::string::npos);
  viewer_.press(ViewKey::earlier);
  EXPECT_EQ(grey(), 10);
  EXPECT_NE(viewer_.status().find("step 100"), std::string::npos);
}

TEST_F(Viewer, PutsAStatusLineBelowThePicture) {
  const cv::Size before = viewer_.canvas().size();
  EXPECT_GT(before.area(), 0);
  add_grid(100, 255);
  viewer_.refresh();
  const cv::Mat canvas = viewer_.canvas();
  EXPECT_EQ(canvas.type(), CV_8UC3);
  EXPECT_EQ(canvas.at<cv::Vec3b>(8, canvas.cols / 2), cv::Vec3b(255, 255, 255));
  cv::Mat bar = canvas.rowRange(16, canvas.rows).clone();
  viewer_.press(ViewKey::save);
  EXPECT_NE(cv::norm(bar, viewer_.canvas().rowRange(16, canvas.rows), cv::NORM_INF), 0);
}

TEST(ViewKeys, AreThoseOfHighGui) {
  EXPECT_EQ(view_key(0xff51), ViewKey::earlier);
  EXPECT_EQ(view_key(0xff53), ViewKey::later);
  // With the modifier bits that GTK adds where Num Lock is on.
  EXPECT_EQ(view_key(0x10ff51), ViewKey::earlier);
  EXPECT_EQ(view_key('n'), ViewKey::new_latents);
  EXPECT_EQ(view_key('I'), ViewKey::interpolate);
  EXPECT_EQ(view_key('s'), ViewKey::save);
  EXPECT_EQ(view_key('q'), ViewKey::quit);
  EXPECT_EQ(view_key(27), ViewKey::quit);
  EXPECT_EQ(view_key(-1), ViewKey::none);
  EXPECT_EQ(view_key('x'), ViewKey::none);
}

}  // namespace
}  // namespace ganwright
