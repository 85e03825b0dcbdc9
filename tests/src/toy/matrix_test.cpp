// Every named divergence, design and baseline under every link and every kind of generator objective trains
// the default toy to its end with finite numbers, or is refused with the reason. The toy takes a few steps
// here, and under a named link it trains a generator without a density: for one that has it the best fit is
// computed, which takes longer than these steps and depends on no link. With GANWRIGHT_FULL_MATRIX set it is
// the default one everywhere, which takes a core about an hour.
#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>

#include "losses/divergence/named_loss.h"
#include "losses/loss_error.h"
#include "tests/support/divergence_cases.h"
#include "tests/support/thread_count.h"
#include "toy/training.h"

namespace ganwright {
namespace {

struct GeneratorChoice {
  std::string name;
  std::string beta;
};

// A falling beta, so that it is none that pushes the wrong way.
const std::vector<GeneratorChoice> kGenerators = {
    {"minimax", ""}, {"non-saturating", ""}, {"kl", ""}, {"minimax", "-v"}};

std::vector<std::string> every_link() {
  std::vector<std::string> names{"", "sqrt(t)"};
  for (const LinkRow& row : link_table()) {
    names.push_back(row.name);
  }
  return names;
}

// The reasons for a refusal that are true of the combination.
bool is_a_true_reason(const std::string& reason, const Divergence& divergence, const LossOptions& options) {
  const auto says = [&](const char* text) { return reason.find(text) != std::string::npos; };
  return (says("comes as a dual pair") && divergence.dual_pair) ||
         (says("takes no link") && divergence.plain && !options.link.empty()) ||
         (says("lists no output activation") && options.link == "f-gan" &&
          !is_in_the_f_gan_paper(divergence.name)) ||
         (says("brings its own link") && divergence.design) ||
         (says("does not determine the likelihood ratio") && (divergence.dual_pair || divergence.plain)) ||
         (says("has no v") && divergence.plain && !options.beta.empty());
}

// How many of the combinations train.
int expected_to_train(const Divergence& divergence) {
  const int links = static_cast<int>(every_link().size());
  const int generators = static_cast<int>(kGenerators.size());
  if (divergence.plain) {
    return 2;  // no link, minimax and non-saturating
  }
  if (divergence.dual_pair) {
    const int own_links = is_in_the_f_gan_paper(divergence.name) ? 3 : 2;
    return own_links * (generators - 1);  // no hybrid
  }
  if (divergence.design) {
    return (links - 2) * generators;  // neither dual nor f-gan
  }
  return (links - (is_in_the_f_gan_paper(divergence.name) ? 0 : 1)) * generators;
}

ToyProblem problem(const std::string& link) {
  ToyProblem result{.target = read_density("0.5,-2,0.7;0.5,2,0.7", "p"), .source = std::nullopt};
  if (std::getenv("GANWRIGHT_FULL_MATRIX") == nullptr) {
    result.steps = 6;
    result.batch_size = 64;
    result.evaluation_size = 1000;
    if (!link.empty()) {
      result.generator = ToyGeneratorKind::mlp;
    }
  }
  return result;
}

class Matrix : public ::testing::TestWithParam<std::string> {};

TEST_P(Matrix, TrainsWithFiniteNumbersOrIsRefusedWithATrueReason) {
  const test_support::ThreadCount one_thread(1);
  int trained = 0;
  for (const std::string& link : every_link()) {
    for (const GeneratorChoice& generator : kGenerators) {
      const LossOptions options{.divergence = GetParam(),
                                .link = link,
                                .generator_objective = generator.name,
                                .beta = generator.beta};
      SCOPED_TRACE("link '" + link + "', generator objective " + generator.name + " " + generator.beta);
      std::optional<Loss> loss;
      try {
        loss = make_loss(options);
      } catch (const LossError& error) {
        EXPECT_TRUE(is_a_true_reason(error.what(), divergence_by_name(GetParam()), options)) << error.what();
        continue;
      }
      const ToyResult result = try_loss(*loss, problem(link), [](int64_t, int64_t) {});
      EXPECT_TRUE(std::isfinite(result.estimate));
      const torch::Tensor& samples = result.snapshots.back().samples;
      EXPECT_TRUE(std::isfinite(samples.mean().item<double>()) && samples.std().item<double>() > 0);
      ++trained;
    }
  }
  EXPECT_EQ(trained, expected_to_train(divergence_by_name(GetParam())));
}

INSTANTIATE_TEST_SUITE_P(Losses, Matrix, ::testing::ValuesIn(loss_names()), [](const auto& parameters) {
  std::string name = parameters.param;
  for (char& c : name) {
    c = c == '-' ? '_' : c;
  }
  return name;
});

}  // namespace
}  // namespace ganwright
