#include "models/summary.h"

#include <algorithm>
#include <iomanip>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace ganwright {
namespace {

std::string with_separators(int64_t count) {
  std::string digits = std::to_string(count);
  for (auto place = static_cast<int64_t>(digits.size()) - 3; place > 0; place -= 3) {
    digits.insert(static_cast<size_t>(place), 1, ',');
  }
  return digits;
}

void write_row(std::ostream& out, const std::string& name, const std::string& value) {
  out << "  " << std::left << std::setw(22) << name << value << '\n';
}

// Parameters in the order of registration, those whose names begin alike together.
void write_parameters(std::ostream& out, const torch::nn::Module& module) {
  std::vector<std::pair<std::string, int64_t>> parts;
  for (const auto& parameter : module.named_parameters()) {
    const auto part = parameter.key().substr(0, parameter.key().find('.'));
    if (parts.empty() || parts.back().first != part) {
      parts.emplace_back(part, 0);
    }
    parts.back().second += parameter.value().numel();
  }
  write_row(out, "parameters", with_separators(parameter_count(module)));
  for (const auto& [part, count] : parts) {
    write_row(out, "  " + part, with_separators(count));
  }
}

std::string shape_of_pictures(const ModelOptions& options) {
  std::ostringstream out;
  out << "pictures [" << options.channels << ", " << options.size << ", " << options.size << "]";
  return out.str();
}

std::string convolutions_of(int64_t channels) {
  return channels > 0 ? "two of 3 x 3 with " + std::to_string(channels) + " channels" : "none";
}

std::string tokens_of(const ModelOptions& options, const std::string& others) {
  std::ostringstream out;
  const int64_t side = grid_side(options);
  out << side << " x " << side << " patches of " << options.patch << " x " << options.patch << " pixels, "
      << others;
  return out.str();
}

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  const auto found =
      std::find_if(names.begin(), names.end(), [&](const auto& choice) { return choice.second == value; });
  return found->first;
}

std::string blocks_of(const ModelOptions& options) {
  std::ostringstream out;
  out << options.depth << " of width " << options.width << ", " << options.heads << " heads of "
      << options.width / options.heads << ", SwiGLU " << hidden_width(options.width);
  if (options.attention != AttentionPattern::bidirectional) {
    out << ", " << name_of(attention_pattern_names, options.attention) << " attention";
  }
  if (options.positions != PositionScheme::rotary) {
    out << ", " << name_of(position_scheme_names, options.positions) << " positions";
  }
  return out.str();
}

}  // namespace

int64_t parameter_count(const torch::nn::Module& module) {
  int64_t count = 0;
  for (const auto& parameter : module.parameters()) {
    count += parameter.numel();
  }
  return count;
}

std::string summary(const ModelOptions& options, const Generator& generator,
                    const Discriminator& discriminator) {
  std::ostringstream out;
  const std::string classes =
      options.classes > 0 ? " and one of " + std::to_string(options.classes) + " classes" : "";
  out << "generator: latents [" << options.latent << "]" << classes << " to " << shape_of_pictures(options)
      << '\n';
  write_row(out, "tokens", tokens_of(options, std::to_string(options.latent_tokens) + " of the latent"));
  write_row(out, "blocks", blocks_of(options));
  write_row(out, "convolutions", convolutions_of(options.readout_channels));
  write_parameters(out, *generator);
  out << "discriminator: " << shape_of_pictures(options) << classes << " to logits\n";
  write_row(out, "tokens", tokens_of(options, "1 [cls]"));
  write_row(out, "blocks", blocks_of(options));
  write_row(out, "convolutions", convolutions_of(options.stem_channels));
  write_parameters(out, *discriminator);
  return out.str();
}

}  // namespace ganwright
