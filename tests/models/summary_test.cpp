#include "models/summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace ganwright {
namespace {

int64_t number_at_end(std::string line) {
  line.erase(std::remove(line.begin(), line.end(), ','), line.end());
  return std::stoll(line.substr(line.rfind(' ') + 1));
}

// The lines of the summary that count parameters: for each network the total and then its parts.
struct Counts {
  std::vector<int64_t> totals;
  std::vector<int64_t> sums_of_parts;
};

Counts counts_of(const std::string& text) {
  Counts counts;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  parameters")) {
      counts.totals.push_back(number_at_end(line));
      counts.sums_of_parts.push_back(0);
    } else if (line.starts_with("    ")) {
      counts.sums_of_parts.back() += number_at_end(line);
    }
  }
  return counts;
}

TEST(Summary, CountsEveryParameterOnce) {
  const ModelOptions options{.size = 28, .channels = 1};
  const Generator generator(options);
  const Discriminator discriminator(options);
  const auto counts = counts_of(summary(options, generator, discriminator));
  const std::vector<int64_t> expected{parameter_count(*generator), parameter_count(*discriminator)};
  EXPECT_EQ(counts.totals, expected);
  EXPECT_EQ(counts.sums_of_parts, expected);
}

TEST(Summary, CountsABlockAsTheFormulaDoes) {
  const ModelOptions options{.width = 96, .depth = 1, .heads = 4};
  const auto text = summary(options, Generator(options), Discriminator(options));
  // Queries, keys, values, output: 4 * 96^2. SwiGLU: 3 * 96 * 256. A factor for each of 12 pairs of query and
  // key.
  EXPECT_NE(text.find("    blocks              110,616\n"), std::string::npos) << text;
}

TEST(Summary, SaysWhatGoesInAndComesOut) {
  const ModelOptions options{.size = 28, .channels = 1};
  const auto text = summary(options, Generator(options), Discriminator(options));
  EXPECT_NE(text.find("generator: latents [64] to pictures [1, 28, 28]\n"), std::string::npos) << text;
  EXPECT_NE(text.find("7 x 7 patches of 4 x 4 pixels, 4 of the latent\n"), std::string::npos) << text;
  EXPECT_NE(text.find("3 of width 96, 4 heads of 24, SwiGLU 256\n"), std::string::npos) << text;
  EXPECT_NE(text.find("convolutions          two of 3 x 3 with 8 channels\n"), std::string::npos) << text;
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 28);
}

TEST(Summary, SaysWhatIsUnusual) {
  ModelOptions options{.size = 28, .channels = 1};
  const auto text = [&] { return summary(options, Generator(options), Discriminator(options)); };
  EXPECT_EQ(text().find("attention"), std::string::npos) << text();
  EXPECT_EQ(text().find("positions"), std::string::npos) << text();
  options.attention = AttentionPattern::causal;
  options.positions = PositionScheme::rope_tie;
  EXPECT_NE(text().find("SwiGLU 256, causal attention, rope-tie positions\n"), std::string::npos) << text();
}

}  // namespace
}  // namespace ganwright
