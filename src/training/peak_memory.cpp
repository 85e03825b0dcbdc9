#include "training/peak_memory.h"

#include <c10/core/CachingDeviceAllocator.h>

#include <fstream>
#include <limits>
#include <string>

namespace ganwright {

int64_t peak_memory(const torch::Device& device) {
  if (!device.is_cpu()) {
    const auto all = static_cast<size_t>(c10::CachingAllocator::StatType::AGGREGATE);
    const int8_t index = device.has_index() ? device.index() : int8_t{0};
    return c10::getDeviceAllocator(device.type())->getDeviceStats(index).reserved_bytes.at(all).peak;
  }
  // getrusage starts from what the parent process held, this from nothing.
  std::ifstream status("/proc/self/status");
  for (std::string name; status >> name;) {
    if (int64_t kibibytes = 0; name == "VmHWM:" && status >> kibibytes) {
      return kibibytes * 1024;
    }
    status.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
  }
  return 0;
}

}  // namespace ganwright
