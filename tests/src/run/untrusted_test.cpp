#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "tests/fuzz/read_untrusted.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

struct Target {
  std::string name;
  std::function<bool(std::string_view)> read;
};

const std::vector<Target>& targets() {
  static const std::vector<Target> all = {{"checkpoint", read_untrusted_checkpoint},
                                          {"config", read_untrusted_config},
                                          {"idx", read_untrusted_idx},
                                          {"cifar", read_untrusted_cifar},
                                          {"cache", read_untrusted_cache},
                                          {"lines", read_untrusted_lines}};
  return all;
}

// One or a few changes of the kinds that a fuzzer makes.
std::string mutated(std::string bytes, std::mt19937& random) {
  const auto below = [&](size_t end) { return std::uniform_int_distribution<size_t>(0, end - 1)(random); };
  for (size_t change = 0; change <= below(3) && !bytes.empty(); ++change) {
    const size_t place = below(bytes.size());
    switch (below(5)) {
      case 0:
        bytes[place] = static_cast<char>(bytes[place] ^ (1 << below(8)));
        break;
      case 1:
        bytes[place] = std::string("\0\xff\x7f\x80{}[]\"9-", 11)[below(11)];
        break;
      case 2:
        bytes.resize(place);
        break;
      case 3:
        bytes.insert(place, bytes.substr(below(bytes.size()), 16));
        break;
      default:
        bytes.erase(place, 1 + below(8));
    }
  }
  return bytes;
}

TEST(UntrustedFiles, OfEachKindAreTakenAsTheyAreAndTakenOrRefusedWhereTheyAreChanged) {
  for (const Target& target : targets()) {
    const fs::path folder = fs::path(GANWRIGHT_SOURCE_DIR) / "tests/fuzz/seeds" / target.name;
    std::mt19937 random(1);
    size_t taken = 0;
    size_t seeds = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
      SCOPED_TRACE(entry.path());
      const std::string seed = test_support::read_file(entry.path());
      taken += target.read(seed) ? 1 : 0;
      ++seeds;
      for (int i = 0; i < 100; ++i) {
        EXPECT_NO_THROW(target.read(mutated(seed, random)));
      }
    }
    EXPECT_GT(taken, 0U) << target.name;
    EXPECT_GT(seeds, 1U) << target.name;
  }
}

}  // namespace
}  // namespace ganwright
