#include "report/event_file.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cmath>
#include <vector>

#include "files/append.h"
#include "files/bytes.h"
#include "files/write_fault.h"
#include "report/event_records.h"

namespace ganwright {
namespace {

const std::string kStart = "events.out.tfevents.";

// Ten digits of seconds, until the year 2286: the next second still counts one more.
constexpr int64_t kLatest = 9'999'999'998;

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

// The seconds in the name of the newest event file of a folder; 0 where there is none.
int64_t newest_in(const std::filesystem::path& folder) {
  int64_t newest = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string name = entry.path().filename().string();
    int64_t seconds = 0;
    if (name.starts_with(kStart)) {
      std::from_chars(name.data() + kStart.size(), name.data() + name.size(), seconds);
    }
    newest = std::max(newest, std::min(seconds, kLatest));
  }
  return newest;
}

}  // namespace

void EventFile::append(const std::string& event) {
  // While the disk is full, pictures must not fill the memory.
  constexpr size_t kMostWaiting = size_t{1} << 26;
  if (waiting_.size() > kMostWaiting) {
    waiting_.clear();
  }
  waiting_ += framed_record(event);
  if (!file_) {
    // Readers take the files in the order of their names.
    const int64_t seconds = std::max(static_cast<int64_t>(now()), newest_in(folder_) + 1);
    path_ = folder_ / fmt::format("{}{:010d}.ganwright", kStart, seconds);
    const int number = open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC, 0666);
    if (number < 0) {
      throw write_fault(path_, errno);
    }
    file_.emplace(number);
    waiting_ = framed_record(version_event(now())) + waiting_;
  }
  append_whole(file_->number(), path_, waiting_);
  waiting_.clear();
}

void EventFile::restart_after(int64_t step) {
  append(session_start_event(now(), step + 1));
}

void EventFile::add_scalars(const std::string& group, const nlohmann::ordered_json& record) {
  std::vector<std::pair<std::string, float>> values;
  for (const auto& [name, value] : record.items()) {
    const auto number = value.is_number() && name != "step" ? static_cast<float>(value.get<double>()) : NAN;
    if (std::isfinite(number)) {
      values.emplace_back(group + "/" + name, number);
    }
  }
  append(scalars_event(now(), record.at("step").get<int64_t>(), values));
}

void EventFile::add_picture(const std::string& tag, int64_t step, const std::filesystem::path& png) {
  constexpr uint64_t kLargest = uint64_t{1} << 30;
  // A PNG file begins with its signature and the header chunk: width, height, depth, type of color.
  constexpr uint64_t kWidthAt = 16;
  constexpr uint64_t kHeightAt = 20;
  constexpr uint64_t kColorTypeAt = 25;
  constexpr uint32_t kGrey = 0;
  const std::vector<uint8_t> bytes = read_file(png, kLargest);
  append(picture_event(now(), step, tag,
                       {.png = std::string(bytes.begin(), bytes.end()),
                        .height = big_endian(bytes, kHeightAt, 4),
                        .width = big_endian(bytes, kWidthAt, 4),
                        .channels = big_endian(bytes, kColorTypeAt, 1) == kGrey ? 1 : 3}));
}

}  // namespace ganwright
