#pragma once

#include <c10/core/DeviceType.h>
#include <c10/core/ScalarType.h>

namespace ganwright {

/// While one lives and is `enabled`, linear layers and attention on a device of this type run in bfloat16
/// (automatic mixed precision). The previous setting is restored on destruction; the outermost guard also
/// clears the cache of cast weights. The setting belongs to the thread.
class Autocast {
 public:
  /// Sets automatic mixed precision on devices of this type on, or off.
  Autocast(c10::DeviceType device, bool enabled);
  ~Autocast();
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;
  Autocast(Autocast&&) = delete;
  Autocast& operator=(Autocast&&) = delete;

 private:
  c10::DeviceType device_;
  bool was_enabled_;
  c10::ScalarType dtype_;
};

}  // namespace ganwright
