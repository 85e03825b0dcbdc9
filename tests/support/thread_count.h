#pragma once

#include <ATen/Parallel.h>

namespace ganwright::test_support {

/// Has LibTorch use this many threads until the end of the scope.
class ThreadCount {
 public:
  explicit ThreadCount(int count) { at::set_num_threads(count); }
  ThreadCount(const ThreadCount&) = delete;
  ThreadCount& operator=(const ThreadCount&) = delete;
  ~ThreadCount() { at::set_num_threads(previous_); }

 private:
  int previous_ = at::get_num_threads();
};

}  // namespace ganwright::test_support
