#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "files/run_directory.h"
#include "files/step_metrics.h"

namespace ganwright {

/// What a key of the viewer asks for.
enum class ViewKey { none, earlier, later, new_latents, interpolate, save, quit };

/// The meaning of a key as HighGUI tells it (an X keysym, also for a letter in upper case); none for others
/// and for -1.
ViewKey view_key(int code);

/// A generator at some step of a run: draws pictures [n, C, H, W] of latents [n, latent].
struct Painter {
  int64_t step = 0;
  int64_t latent = 0;
  std::function<torch::Tensor(const torch::Tensor& latents)> draw;
};

/// The state of `ganwright view`: what of a run is seen, what keys change, and the picture that shows it. It
/// knows no window. What fails while it is looked at (a checkpoint that is being replaced, a full disk) shows
/// in the status line and ends nothing.
class RunViewer {
 public:
  /// `newest` loads the generator of the run's newest checkpoint; it may throw Error.
  RunViewer(RunDirectory run, std::function<Painter()> newest);

  /// Looks for new sample grids and metrics. The newest grid is shown as it appears, until an earlier one is
  /// asked for. Returns whether something changed.
  bool refresh();

  void press(ViewKey key);

  /// The next picture of an interpolation. Returns whether there is one.
  bool advance();

  /// What is seen, without the status line; empty while there is nothing. Grey or BGR.
  [[nodiscard]] const cv::Mat& picture() const { return picture_; }

  /// What is seen, in words: "step 1000 (5 of 12), loss 0.71, D_f >= 0.12".
  [[nodiscard]] std::string status() const;

  /// The whole of the window: BGR, the picture above the status line.
  [[nodiscard]] cv::Mat canvas() const;

  /// Where the last key has saved what is seen; empty where it saved nothing.
  [[nodiscard]] const std::filesystem::path& saved() const { return saved_; }

  [[nodiscard]] bool is_done() const { return is_done_; }

 private:
  enum class Mode { grids, latents, interpolation };

  /// Returns whether the action came to its end; what it threw is the message otherwise.
  bool attempt(const std::function<void()>& action);
  void show_grid();
  void move(int64_t by);
  void draw_new_latents();
  void start_interpolation();
  void draw_frame();
  void save();

  RunDirectory run_;
  std::function<Painter()> newest_;
  StepMetrics metrics_;
  std::vector<int64_t> steps_;  // of the sample grids, ascending
  size_t shown_ = 0;            // among them
  bool follows_ = true;         // the newest of them
  Mode mode_ = Mode::grids;
  Painter painter_;
  torch::Tensor path_;  // [frames, pictures, latent]
  int64_t frame_ = 0;
  int64_t seed_ = 0;  // of the latents that were shown last
  std::string message_;
  std::filesystem::path saved_;
  cv::Mat picture_;
  bool is_done_ = false;
};

}  // namespace ganwright
