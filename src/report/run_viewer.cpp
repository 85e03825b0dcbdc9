#include "report/run_viewer.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <exception>
#include <opencv2/imgproc.hpp>
#include <utility>

#include "errors.h"
#include "files/bytes.h"
#include "imaging/grid.h"
#include "report/embedded_picture.h"
#include "training/interpolation.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

constexpr int64_t kViewedPictures = 64;
// Fewer where they are to move: each frame is drawn as it is shown.
constexpr int64_t kMovingPictures = 16;
constexpr int64_t kStops = 4;
constexpr int64_t kStepsBetween = 24;
const char* const kKeys = "left/right time   n new latents   i interpolate   s save   q quit";

std::string numbers_of(const nlohmann::json* record) {
  std::string text;
  const auto add = [&](const char* key, const char* label) {
    if (record != nullptr && record->contains(key) && record->at(key).is_number()) {
      text += fmt::format(", {} {:.4f}", label, record->at(key).get<double>());
    }
  };
  add("discriminator_loss", "loss");
  add("divergence", "D_f >=");
  return text;
}

void put_line(cv::Mat& canvas, const std::string& text, int baseline, double scale, const cv::Scalar& color) {
  constexpr int font = cv::FONT_HERSHEY_SIMPLEX;
  const int margin = 8;
  const int room = canvas.cols - 2 * margin;
  const int width = cv::getTextSize(text, font, scale, 1, nullptr).width;
  const double fitting = width > room ? scale * room / width : scale;
  cv::putText(canvas, text, {margin, baseline}, font, fitting, color, 1, cv::LINE_AA);
}

}  // namespace

ViewKey view_key(int code) {
  constexpr int left = 0xff51;
  constexpr int right = 0xff53;
  constexpr int escape = 27;
  // Above them stand the modifiers, such as a lock of the numbers.
  switch (code < 0 ? code : code & 0xffff) {
    case left:
      return ViewKey::earlier;
    case right:
      return ViewKey::later;
    case 'n':
    case 'N':
      return ViewKey::new_latents;
    case 'i':
    case 'I':
      return ViewKey::interpolate;
    case 's':
    case 'S':
      return ViewKey::save;
    case 'q':
    case 'Q':
    case escape:
      return ViewKey::quit;
    default:
      return ViewKey::none;
  }
}

RunViewer::RunViewer(RunDirectory run, std::function<Painter()> newest)
    : run_(std::move(run)), newest_(std::move(newest)), metrics_(run_.metrics()) {}

bool RunViewer::refresh() {
  const bool has_metrics = metrics_.refresh();
  std::vector<int64_t> steps;
  for (const StepFile& grid : step_files(run_.samples(), kSampleGridEnding)) {
    steps.push_back(grid.step);
  }
  if (steps == steps_) {
    return has_metrics;
  }
  const int64_t before = steps_.empty() ? 0 : steps_[shown_];
  steps_ = std::move(steps);
  // An earlier grid stays where it is while others come or go.
  const auto place = std::lower_bound(steps_.begin(), steps_.end(), before) - steps_.begin();
  const size_t last = steps_.empty() ? 0 : steps_.size() - 1;
  shown_ = follows_ ? last : std::min(static_cast<size_t>(place), last);
  if (mode_ == Mode::grids) {
    message_.clear();
    attempt([this] { show_grid(); });
  }
  return true;
}

void RunViewer::press(ViewKey key) {
  if (key == ViewKey::none) {
    return;
  }
  message_.clear();
  saved_.clear();
  attempt([this, key] {
    switch (key) {
      case ViewKey::earlier:
        return move(-1);
      case ViewKey::later:
        return move(1);
      case ViewKey::new_latents:
        return draw_new_latents();
      case ViewKey::interpolate:
        return start_interpolation();
      case ViewKey::save:
        return save();
      default:
        is_done_ = true;
    }
  });
}

bool RunViewer::attempt(const std::function<void()>& action) {
  try {
    action();
    return true;
  } catch (const std::exception& error) {
    message_ = error.what();
    return false;
  }
}

bool RunViewer::advance() {
  if (mode_ != Mode::interpolation) {
    return false;
  }
  frame_ = (frame_ + 1) % path_.size(0);
  if (!attempt([this] { draw_frame(); })) {
    mode_ = Mode::grids;
  }
  return true;
}

std::string RunViewer::status() const {
  if (!message_.empty()) {
    return message_;
  }
  const std::string of_checkpoint =
      fmt::format("checkpoint of step {}{}", painter_.step, numbers_of(metrics_.at(painter_.step)));
  switch (mode_) {
    case Mode::latents:
      return fmt::format("latents of seed {}, {}", seed_, of_checkpoint);
    case Mode::interpolation:
      return fmt::format("interpolation {} of {}, {}", frame_ + 1, path_.size(0), of_checkpoint);
    default:
      break;
  }
  if (steps_.empty()) {
    return "no sample grid yet in " + run_.samples().string();
  }
  return fmt::format("step {} ({} of {}){}", steps_[shown_], shown_ + 1, steps_.size(),
                     numbers_of(metrics_.at(steps_[shown_])));
}

cv::Mat RunViewer::canvas() const {
  constexpr int narrowest = 520;
  const cv::Scalar dark = cv::Scalar::all(32);
  const int width = std::max(narrowest, picture_.cols);
  // Text grows with a large picture, which a window shows smaller than it is.
  const double scale = 0.5 * std::max(1.0, width / 1280.0);
  const int line = static_cast<int>(40 * scale);
  const int height = picture_.empty() ? narrowest / 2 : picture_.rows;
  cv::Mat canvas(height + 5 * line / 2, width, CV_8UC3, dark);
  if (!picture_.empty()) {
    cv::Mat place = canvas(cv::Rect((width - picture_.cols) / 2, 0, picture_.cols, picture_.rows));
    if (picture_.channels() == 1) {
      cv::cvtColor(picture_, place, cv::COLOR_GRAY2BGR);
    } else {
      picture_.copyTo(place);
    }
  }
  put_line(canvas, status(), height + line, scale, cv::Scalar::all(255));
  put_line(canvas, kKeys, height + 2 * line, scale * 0.9, cv::Scalar::all(170));
  return canvas;
}

void RunViewer::show_grid() {
  mode_ = Mode::grids;
  picture_ = cv::Mat();
  if (steps_.empty()) {
    return;
  }
  constexpr uint64_t kLargestGrid = uint64_t{1} << 30;
  try {
    picture_ = decoded_png(read_file(run_.sample_grid(steps_[shown_]), kLargestGrid));
  } catch (const DataError&) {
    // Told below.
  }
  if (picture_.type() != CV_8UC1 && picture_.type() != CV_8UC3) {
    picture_ = cv::Mat();
  }
  if (picture_.empty()) {
    message_ = "cannot read " + run_.sample_grid(steps_[shown_]).string();
  }
}

// From latents it goes back to the grids first.
void RunViewer::move(int64_t by) {
  if (mode_ == Mode::grids && !steps_.empty()) {
    const auto last = static_cast<int64_t>(steps_.size()) - 1;
    shown_ = static_cast<size_t>(std::clamp(static_cast<int64_t>(shown_) + by, int64_t{0}, last));
    follows_ = static_cast<int64_t>(shown_) == last;
  }
  show_grid();
}

void RunViewer::draw_new_latents() {
  painter_ = newest_();
  ++seed_;
  picture_ = image_grid(painter_.draw(latents_from_seed(kViewedPictures, painter_.latent, seed_)));
  mode_ = Mode::latents;
}

void RunViewer::start_interpolation() {
  painter_ = newest_();
  ++seed_;
  path_ = latent_paths(kMovingPictures, kStops, kStepsBetween, /*closed=*/true, painter_.latent, seed_)
              .transpose(0, 1);
  frame_ = 0;
  draw_frame();
  mode_ = Mode::interpolation;
}

void RunViewer::draw_frame() {
  picture_ = image_grid(painter_.draw(path_[frame_].contiguous()));
}

void RunViewer::save() {
  if (picture_.empty()) {
    throw UsageError("there is nothing to save yet");
  }
  std::filesystem::path path;
  for (int number = 1; path.empty() || std::filesystem::exists(path); ++number) {
    path = run_.path / fmt::format("view-{:04d}.png", number);
  }
  write_png(path, picture_);
  saved_ = path;
  message_ = "saved " + path.string();
}

}  // namespace ganwright
