#include "models/kernels.h"

#include <cmath>
#include <cstring>
#include <vector>

// The same text is compiled once for each instruction set, with vectors of its width. Not target_clones: what
// a vector type is lowered to is decided before those are cloned.
#if defined(__x86_64__)
#define GANWRIGHT_HAS_AVX2
#endif

#if defined(__GNUC__) && !defined(__clang__)
// Vectors are passed between functions of one file only.
#pragma GCC diagnostic ignored "-Wpsabi"
#endif

namespace ganwright {
namespace {

namespace portable {
#define GANWRIGHT_LANES 4
#include "models/kernels.inc"
#undef GANWRIGHT_LANES
}  // namespace portable

#ifdef GANWRIGHT_HAS_AVX2
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#endif
namespace avx2 {
#define GANWRIGHT_LANES 8
#include "models/kernels.inc"
#undef GANWRIGHT_LANES
}  // namespace avx2
#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif
#endif

}  // namespace

bool runs(InstructionSet set) {
#ifdef GANWRIGHT_HAS_AVX2
  if (set == InstructionSet::avx2) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  }
#endif
  return set == InstructionSet::portable;
}

template <class Value>
const Kernels<Value>& kernels(InstructionSet set) {
#ifdef GANWRIGHT_HAS_AVX2
  if (set == InstructionSet::avx2) {
    static const Kernels<Value> table = avx2::table<Value>();
    return table;
  }
#endif
  static const Kernels<Value> table = portable::table<Value>();
  return table;
}

template <class Value>
const Kernels<Value>& kernels() {
  static const Kernels<Value>& best =
      kernels<Value>(runs(InstructionSet::avx2) ? InstructionSet::avx2 : InstructionSet::portable);
  return best;
}

template const Kernels<float>& kernels(InstructionSet set);
template const Kernels<float>& kernels();
template const Kernels<c10::BFloat16>& kernels(InstructionSet set);
template const Kernels<c10::BFloat16>& kernels();

}  // namespace ganwright
