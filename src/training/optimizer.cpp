#include "training/optimizer.h"

#include <string>
#include <utility>
#include <vector>

namespace ganwright {
namespace {

// The mapping network moves slowly (StyleGAN, Karras et al. 2019): its output steers every block at once.
constexpr double kMappingLearningRateShare = 0.1;

// Whether a parameter is a matrix whose inputs are as many as the width, so that its outputs grow with it.
bool reads_the_width(const std::string& name) {
  const auto ends = [&](const char* suffix) { return name.ends_with(suffix); };
  const bool reads_latent_or_maps = name == "mapping.0.weight" || name.starts_with("stem.") ||
                                    name.starts_with("readout.smooth") || name.starts_with("readout.paint");
  return !reads_latent_or_maps && (ends("weight") || ends("query_key_value") || ends("attention.output") ||
                                   ends("gate_up") || ends("down") || ends("class_weights"));
}

}  // namespace

Adam make_optimizer(const torch::nn::Module& network, const TrainingOptions& options) {
  constexpr double kBaseWidth = 96;
  const bool by_matrix = options.rate_scaling == RateScaling::matrices;
  const double others = static_cast<double>(options.model.width) / kBaseWidth;
  std::vector<torch::Tensor> parameters;
  std::vector<double> shares;
  for (const auto& item : network.named_parameters()) {
    const double share = item.key().starts_with("mapping.") ? kMappingLearningRateShare : 1;
    parameters.push_back(item.value());
    shares.push_back(by_matrix && !reads_the_width(item.key()) ? share * others : share);
  }
  return Adam(std::move(parameters), 0.0, options.beta2, shares);
}

}  // namespace ganwright
