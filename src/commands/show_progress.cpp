#include "commands/show_progress.h"

#include <memory>
#include <optional>

#include "training/progress.h"

namespace ganwright {

ProgressCallback show_progress(const std::string& what) {
  // Shared, since a callback is copied and the line is one.
  const auto progress = std::make_shared<std::optional<Progress>>();
  return [what, progress](int64_t done, int64_t total) {
    if (!*progress) {
      progress->emplace(what, total);
    }
    (*progress)->update(done);
  };
}

}  // namespace ganwright
