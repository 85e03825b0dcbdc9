// Throws arbitrary bytes at one reader of files, which scripts/fuzz chooses by TARGET: checkpoint, config,
// idx, cifar, cache or lines. Built with libFuzzer; tests/src/files/untrusted_test.cpp runs the seeds without
// it.
#include <cstdint>
#include <string_view>

#include "tests/fuzz/read_untrusted.h"

#define JOINED(start, target) start##target
#define READER(target) JOINED(read_untrusted_, target)

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ganwright::READER(TARGET)({reinterpret_cast<const char*>(data), size});
  return 0;
}
