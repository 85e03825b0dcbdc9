#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "files/metrics_reader.h"
#include "files/run_directory.h"

namespace ganwright {

/// What a key of the viewer does.
enum class ViewKey {
  none,         ///< nothing
  earlier,      ///< shows an earlier sample grid
  later,        ///< shows a later sample grid
  new_latents,  ///< draws new latents with the newest checkpoint
  interpolate,  ///< interpolates between latents
  save,         ///< saves the picture to a PNG file in the run
  quit          ///< closes the window
};

/// The meaning of a key code of HighGUI (an X keysym; letters in either case); none for other codes and -1.
ViewKey view_key(int code);

/// A generator at some step of a run.
struct Painter {
  int64_t step = 0;    ///< of the checkpoint
  int64_t latent = 0;  ///< the size of a latent
  /// Pictures [n, C, H, W] for latents [n, latent].
  std::function<torch::Tensor(const torch::Tensor& latents)> draw;
};

/// The state of `ganwright view`: what is shown of a run, how keys change it, and the resulting picture. It
/// does not depend on a window. A failure (a checkpoint being replaced, a full disk) appears in the status
/// line and does not end the program.
class RunViewer {
 public:
  /// `newest` loads the generator of the run's newest checkpoint; it may throw Error.
  RunViewer(RunDirectory run, std::function<Painter()> newest);

  /// Looks for new sample grids and metrics. Shows the newest grid as it appears, until the user asks for an
  /// earlier one. Returns whether something changed.
  bool refresh();

  /// Does what the key asks for.
  void press(ViewKey key);

  /// Moves on to the next frame of an interpolation. Returns whether there is one.
  bool advance();

  /// The picture without the status line, grey or BGR; empty while there is nothing to show.
  [[nodiscard]] const cv::Mat& picture() const { return picture_; }

  /// The status line: "step 1000 (5 of 12), loss 0.71, D_f >= 0.12".
  [[nodiscard]] std::string status() const;

  /// The content of the window: BGR, the picture above the status line.
  [[nodiscard]] cv::Mat canvas() const;

  /// The file to which the last key saved the picture; empty if it saved none.
  [[nodiscard]] const std::filesystem::path& saved() const { return saved_; }

  /// Whether the user has asked to quit.
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
  MetricsReader metrics_;
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
