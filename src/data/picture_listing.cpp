#include "data/picture_listing.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <chrono>
#include <ctime>
#include <deque>
#include <set>
#include <system_error>
#include <thread>

#include "data/parallel.h"
#include "errors.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

bool named_like_picture(std::string_view name) {
  constexpr std::array<std::string_view, 7> kExtensions = {".png", ".jpg", ".jpeg", ".webp",
                                                           ".bmp", ".tif", ".tiff"};
  std::string extension(name.substr(std::min(name.rfind('.'), name.size())));
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

bool is_ancestor(const fs::path& folder, const fs::path& descendant) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), descendant.begin(), descendant.end());
  return end == folder.end() && rest != descendant.end();
}

/// The order of the paths as sequences of names, without taking them apart: a slash comes before all else.
bool comes_before(const ListedPicture& left, const ListedPicture& right) {
  const auto rank = [](char letter) { return letter == '/' ? 0 : static_cast<unsigned char>(letter); };
  return std::lexicographical_compare(left.path.begin(), left.path.end(), right.path.begin(),
                                      right.path.end(), [&](char a, char b) { return rank(a) < rank(b); });
}

int64_t nanoseconds(const timespec& time) {
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

/// A file's state as picture_key needs it; all zero but `error` where it cannot be found.
struct FileState {
  int64_t size = 0;
  int64_t content_changed = 0;
  int64_t changed = 0;
  uint64_t inode = 0;
  int64_t error = 0;
};

FileState state_of(const FileDescriptor& folder, const std::string& path) {
  struct stat status{};
  if (::fstatat(folder.number(), path.c_str(), &status, 0) != 0) return {.error = errno};
  return {status.st_size, nanoseconds(status.st_mtim), nanoseconds(status.st_ctim), status.st_ino};
}

void wait_until_past(int64_t changed) {
  constexpr int64_t kTick = 20'000'000;
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  const int64_t rest = changed + kTick - nanoseconds(now);
  // A time further ahead is a clock that goes wrong, which waiting does not cure.
  if (rest > 0 && rest <= kTick) std::this_thread::sleep_for(std::chrono::nanoseconds(rest));
}

}  // namespace

std::vector<ListedPicture> list_pictures(const fs::path& root) {
  std::error_code error;
  if (!fs::exists(root, error)) throw DataError("no folder " + root.string() + "; give a folder of pictures");
  if (!fs::is_directory(root, error)) {
    throw DataError(root.string() + " is not a folder; give a folder of pictures");
  }

  const fs::path real_root = fs::canonical(root, error);
  std::vector<ListedPicture> found;
  std::set<fs::path> seen;
  // Folders themselves come before links to folders, so that a picture keeps its own place and loops end.
  std::deque<fs::path> waiting{fs::path()};
  while (!waiting.empty()) {
    const fs::path folder = waiting.front();
    waiting.pop_front();
    const fs::path real = fs::canonical(root / folder, error);
    if (!error && !seen.insert(real).second) continue;
    if (!error && is_ancestor(real, real_root)) {
      spdlog::warn("skipped {}: it links to {}, a parent of the picture folder", (root / folder).string(),
                   real.string());
      continue;
    }
    fs::directory_iterator entries(root / folder, error);
    if (error) {
      found.push_back({folder.string(), "folder cannot be read: " + error.message()});
      continue;
    }
    // Strings, since a path costs more than all else where there are many thousands.
    const std::string prefix = folder.empty() ? "" : folder.string() + '/';
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      const std::string& whole = entries->path().native();
      const std::string name = whole.substr(whole.rfind('/') + 1);
      if (name.starts_with('.')) continue;
      std::error_code ignored;
      if (named_like_picture(name)) {
        found.push_back({prefix + name, ""});
      } else if (entries->is_directory(ignored)) {
        if (entries->is_symlink(ignored)) {
          waiting.push_back(folder / name);
        } else {
          waiting.push_front(folder / name);
        }
      }
    }
    if (error) found.push_back({folder.string(), "folder cannot be read: " + error.message()});
  }
  if (found.empty()) {
    throw DataError("no pictures in " + root.string() + "; it needs png, jpg, webp, bmp or tiff files");
  }
  std::sort(found.begin(), found.end(), comes_before);
  return found;
}

std::string picture_key(const fs::path& folder, const std::vector<ListedPicture>& listed,
                        std::string_view form) {
  const FileDescriptor root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (root.number() < 0) {
    throw DataError(folder.string() + " cannot be read: " + std::generic_category().message(errno));
  }
  constexpr size_t pictures_of_a_task = 1024;
  std::vector<FileState> states(listed.size());
  const auto take_block = [&](int64_t block) {
    const size_t start = static_cast<size_t>(block) * pictures_of_a_task;
    for (size_t i = start; i < std::min(start + pictures_of_a_task, states.size()); ++i) {
      states[i] = state_of(root, listed[i].path);
    }
  };
  for_each_in_parallel(static_cast<int64_t>((states.size() + pictures_of_a_task - 1) / pictures_of_a_task),
                       take_block, {}, {});

  std::string key(form);
  key += '\0';
  int64_t last_change = 0;
  for (size_t i = 0; i < states.size(); ++i) {
    last_change = std::max(last_change, states[i].changed);
    key.append(listed[i].path).append(1, '\0').append(listed[i].fault).append(1, '\0');
    key.append(reinterpret_cast<const char*>(&states[i]), sizeof(FileState));
  }
  wait_until_past(last_change);
  return key;
}

}  // namespace ganwright
