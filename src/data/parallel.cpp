#include "data/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <opencv2/core.hpp>
#include <opencv2/core/utils/logger.hpp>
#include <thread>
#include <vector>

namespace ganwright {
namespace {

/// OpenCV's own threads would compete with ours, and its log would break into the progress line.
class SingleThreadedQuietOpenCV {
 public:
  SingleThreadedQuietOpenCV()
      : threads_(cv::getNumThreads()),
        level_(cv::utils::logging::setLogLevel(cv::utils::logging::LOG_LEVEL_SILENT)) {
    cv::setNumThreads(1);
  }
  SingleThreadedQuietOpenCV(const SingleThreadedQuietOpenCV&) = delete;
  SingleThreadedQuietOpenCV& operator=(const SingleThreadedQuietOpenCV&) = delete;
  ~SingleThreadedQuietOpenCV() {
    cv::setNumThreads(threads_);
    cv::utils::logging::setLogLevel(level_);
  }

 private:
  int threads_;
  cv::utils::logging::LogLevel level_;
};

}  // namespace

void for_each_in_parallel(int64_t count, const std::function<void(int64_t)>& body,
                          const ProgressCallback& progress, const InterruptCheck& interrupted) {
  const SingleThreadedQuietOpenCV quiet;
  std::atomic<int64_t> next = 0;
  std::atomic<int64_t> done = 0;
  std::atomic<bool> stop = false;
  std::mutex mutex;
  std::exception_ptr failure;

  const auto work = [&](const std::function<void()>& after_each) {
    try {
      for (int64_t i = next++; i < count && !stop; i = next++) {
        body(i);
        ++done;
        after_each();
      }
    } catch (...) {
      stop = true;
      const std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  const auto report = [&] {
    if (progress) progress(done, count);
    if (interrupted && interrupted())
      throw Interrupted("interrupted after " + std::to_string(done) + " of " + std::to_string(count) +
                        " pictures");
  };
  // Before the first: the helpers may leave the calling thread nothing to report after.
  report();
  {
    const int64_t processors = std::max(1U, std::thread::hardware_concurrency());
    std::vector<std::jthread> helpers;
    for (int64_t i = 1; i < std::min(processors, count); ++i) helpers.emplace_back(work, [] {});
    work(report);
  }
  if (failure) std::rethrow_exception(failure);
  if (progress) progress(count, count);
}

}  // namespace ganwright
