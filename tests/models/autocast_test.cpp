#include "models/autocast.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include "models/discriminator.h"
#include "models/generator.h"

namespace ganwright::autocast_test {
namespace {

const ModelOptions shape{
    .size = 16, .channels = 3, .patch = 4, .width = 48, .depth = 3, .heads = 2, .latent = 8};

TEST(Autocast, NestsAndRestoresWhatWasSet) {
  const auto enabled = [] { return at::autocast::is_autocast_enabled(torch::kCPU); };
  ASSERT_FALSE(enabled());
  {
    const Autocast outer(torch::kCPU, true);
    EXPECT_TRUE(enabled());
    {
      const Autocast inner(torch::kCPU, false);
      EXPECT_FALSE(enabled());
    }
    EXPECT_TRUE(enabled());
  }
  EXPECT_FALSE(enabled());
}

TEST(Autocast, LeavesLogitsPicturesAndGradientsInFloat32CloseToThoseWithoutIt) {
  torch::manual_seed(1);
  Generator generator(shape);
  Discriminator discriminator(shape);
  const auto z = torch::randn({16, shape.latent});
  const auto run = [&](bool narrow) {
    torch::Tensor pictures;
    torch::Tensor logits;
    {
      const Autocast autocast(torch::kCPU, narrow);
      pictures = generator->forward(z);
      logits = discriminator->forward(pictures);
    }
    EXPECT_EQ(pictures.scalar_type(), torch::kFloat);
    EXPECT_EQ(logits.scalar_type(), torch::kFloat);
    std::vector<torch::Tensor> results{pictures.detach(), logits.detach()};
    for (const auto& gradient :
         torch::autograd::grad({at::softplus(-logits).mean()}, generator->parameters())) {
      EXPECT_EQ(gradient.scalar_type(), torch::kFloat);
      results.push_back(gradient.flatten());
    }
    return results;
  };
  const auto wide = run(false);
  const auto narrow = run(true);
  EXPECT_FALSE(torch::equal(narrow[0], wide[0]));
  for (const size_t i : {0, 1}) {
    EXPECT_LT((narrow[i] - wide[i]).norm().item<double>(), 0.03 * wide[i].norm().item<double>());
  }
  const auto all = [](const std::vector<torch::Tensor>& results) {
    return torch::cat(std::vector<torch::Tensor>(results.begin() + 2, results.end()));
  };
  EXPECT_LT((all(narrow) - all(wide)).norm().item<double>(), 0.05 * all(wide).norm().item<double>());
}

}  // namespace
}  // namespace ganwright::autocast_test
