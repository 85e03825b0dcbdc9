// A training step of ours, for bench/step and for the comparison with bench/twin.py.
//
//   bench_step serve [shape]        answers on standard input: "steps N" with the seconds of a step, "peak"
//                                   with the GFLOP/s of the best matrix product, "flops" with the GFLOP of
//                                   a step
//   bench_step dump --out FILE [--checkpoint FILE] [shape]
//                                   writes parameters, inputs, outputs and gradients of both networks
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <chrono>
#include <cstdio>
#include <iostream>
#include <optional>
#include <stdexcept>
#include <string>

#include "files/safetensors.h"
#include "models/host_memory.h"
#include "training/step_cost.h"
#include "training/trainer.h"

namespace {

using namespace ganwright;
using Clock = std::chrono::steady_clock;

struct Options {
  TrainingOptions training;
  std::string action;
  std::string dtype = "float32";
  std::string checkpoint;
  std::string out;
  int threads = 2;
};

Options parse(int argc, char** argv) {
  namespace po = boost::program_options;
  Options options;
  ModelOptions& model = options.training.model;
  model.width = 256;
  model.depth = 6;
  po::options_description flags;
  const auto add = [&](const char* name, auto& value) {
    flags.add_options()(name, po::value(&value)->default_value(value));
  };
  add("action", options.action);
  add("size", model.size);
  add("channels", model.channels);
  add("patch", model.patch);
  add("width", model.width);
  add("depth", model.depth);
  add("heads", model.heads);
  add("latent", model.latent);
  add("latent-tokens", model.latent_tokens);
  add("readout-channels", model.readout_channels);
  add("stem-channels", model.stem_channels);
  add("batch", options.training.batch_size);
  add("seed", options.training.seed);
  add("threads", options.threads);
  add("dtype", options.dtype);
  add("checkpoint", options.checkpoint);
  add("out", options.out);
  po::positional_options_description positional;
  positional.add("action", 1);
  po::variables_map values;
  po::store(po::command_line_parser(argc, argv).options(flags).positional(positional).run(), values);
  po::notify(values);
  const std::optional<Precision> precision = value_of(precision_names, options.dtype);
  if (!precision) {
    throw std::invalid_argument("unknown --dtype " + options.dtype);
  }
  options.training.precision = *precision;
  return options;
}

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The best of several large products, in GFLOP/s.
double peak(torch::ScalarType type) {
  constexpr int64_t side = 2048;
  const torch::NoGradGuard no_grad;
  const auto a = torch::randn({side, side}).to(type);
  const auto b = torch::randn({side, side}).to(type);
  double best = 0;
  for (int i = 0; i < 8; ++i) {
    const auto start = Clock::now();
    at::mm(a, b);
    best = std::max(best, 2e-9 * side * side * side / seconds_since(start));
  }
  return best;
}

void serve(const Options& options) {
  const TrainingOptions& training = options.training;
  const bool narrow = options.dtype == "bfloat16";
  Trainer trainer(training, make_loss(training.loss), torch::kCPU);
  const ModelOptions& model = training.model;
  const LabeledImages real{torch::rand({training.batch_size, model.channels, model.size, model.size}) * 2 - 1,
                           torch::zeros({training.batch_size}, torch::kInt64)};
  std::string request;
  while (std::cin >> request) {
    if (request == "peak") {
      std::cout << peak(narrow ? torch::kBFloat16 : torch::kFloat) << std::endl;
    } else if (request == "flops") {
      std::cout << step_flops(training) * 1e-9 << std::endl;
    } else {
      int steps = 1;
      std::cin >> steps;
      const auto start = Clock::now();
      for (int i = 0; i < steps; ++i) {
        trainer.step(real);
      }
      std::cout << seconds_since(start) / steps << std::endl;
    }
  }
}

// `output` and the gradients of a random sum of it.
void add_pass(TensorFile& file, const std::string& name, const torch::nn::Module& module,
              const torch::Tensor& output) {
  const torch::Tensor weight = torch::randn_like(output.detach());
  (output * weight).sum().backward();
  file.tensors.emplace_back("output." + name, output.detach().contiguous());
  file.tensors.emplace_back("weight." + name, weight);
  for (const auto& item : module.named_parameters()) {
    file.tensors.emplace_back(name + "." + item.key(), item.value().detach());
    file.tensors.emplace_back("gradient." + name + "." + item.key(), item.value().grad().contiguous());
  }
}

void load_parameters(const std::string& path, const std::string& name, const torch::nn::Module& module) {
  const TensorFile file = read_safetensors(path);
  const torch::NoGradGuard no_grad;
  for (const auto& [key, tensor] : file.tensors) {
    if (key.starts_with(name + ".")) {
      module.named_parameters()[key.substr(name.size() + 1)].copy_(tensor);
    }
  }
}

void dump(const Options& options) {
  const ModelOptions& model = options.training.model;
  torch::manual_seed(static_cast<uint64_t>(options.training.seed));
  Generator generator(model);
  Discriminator discriminator(model);
  if (!options.checkpoint.empty()) {
    load_parameters(options.checkpoint, "generator", *generator);
    load_parameters(options.checkpoint, "discriminator", *discriminator);
  }
  const int64_t batch = options.training.batch_size;
  const torch::Tensor latents = torch::randn({batch, model.latent});
  const torch::Tensor images = torch::rand({batch, model.channels, model.size, model.size}) * 2 - 1;
  TensorFile file{{{"latents", latents}, {"images", images}}, {}};
  add_pass(file, "generator", *generator, generator->forward(latents));
  add_pass(file, "discriminator", *discriminator, discriminator->forward(images));
  write_safetensors(options.out, file);
}

}  // namespace

int main(int argc, char** argv) {
  keep_freed_memory();
  try {
    const Options options = parse(argc, argv);
    at::set_num_threads(options.threads);
    if (options.action == "dump") {
      dump(options);
    } else if (options.action == "serve") {
      serve(options);
    } else {
      std::cerr << "bench_step: give an action, serve or dump\n";
      return 2;
    }
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "bench_step: " << error.what() << '\n';
    return 1;
  }
}
