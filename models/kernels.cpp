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

template <class Value>
Kernels<Value> choose() {
#ifdef GANWRIGHT_HAS_AVX2
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    return avx2::table<Value>();
  }
#endif
  return portable::table<Value>();
}

}  // namespace

template <>
const Kernels<float>& kernels<float>() {
  static const Kernels<float> chosen = choose<float>();
  return chosen;
}

template <>
const Kernels<c10::BFloat16>& kernels<c10::BFloat16>() {
  static const Kernels<c10::BFloat16> chosen = choose<c10::BFloat16>();
  return chosen;
}

const Kernels<float>& portable_kernels() {
  static const Kernels<float> table = portable::table<float>();
  return table;
}

}  // namespace ganwright
