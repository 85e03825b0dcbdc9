// Throws arbitrary bytes at everything that reads a formula: whatever comes, it is read or refused by a
// LossError, in bounded time and memory. Built by scripts/fuzz with libFuzzer;
// tests/losses/fuzz_corpus_test.cpp runs the corpus that it found without it.
#include <cstdint>
#include <string_view>

#include "tests/fuzz/read_formula.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ganwright::read_formula({reinterpret_cast<const char*>(data), size});
  return 0;
}
