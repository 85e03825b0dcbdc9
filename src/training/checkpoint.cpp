#include "training/checkpoint.h"

#include <spdlog/spdlog.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>
#include <system_error>
#include <utility>
#include <vector>

#include "errors.h"
#include "models/position_table.h"

namespace ganwright {
namespace {

constexpr const char* kFormat = "ganwright-checkpoint-2";
constexpr const char* kRandomState = "random_state";
constexpr const char* kPosition = "data_position";

using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

const std::string& metadata_value(const Checkpoint& checkpoint, const std::string& key) {
  const auto found = checkpoint.file->metadata().find(key);
  if (found == checkpoint.file->metadata().end()) {
    throw CheckpointError(checkpoint.path.string() + " is not a ganwright checkpoint: its metadata has no '" +
                          key + "'");
  }
  return found->second;
}

int64_t parse_count(const Checkpoint& checkpoint, const std::string& key) {
  const std::string& text = metadata_value(checkpoint, key);
  if (text.empty() || text.size() > 18 || text.find_first_not_of("0123456789") != std::string::npos) {
    throw CheckpointError(checkpoint.path.string() + ": its " + key + " '" + text + "' is not a number");
  }
  return std::stoll(text);
}

// Names of folders need not be UTF-8, text in JSON has to be.
std::string classes_text(const std::vector<std::string>& classes) {
  return nlohmann::json(classes).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::vector<std::string> parse_classes(const Checkpoint& checkpoint) {
  try {
    return nlohmann::json::parse(metadata_value(checkpoint, "classes")).get<std::vector<std::string>>();
  } catch (const nlohmann::json::exception&) {
    throw CheckpointError(checkpoint.path.string() + ": its classes are not a list of names");
  }
}

double parse_number(const Checkpoint& checkpoint, const std::string& key) {
  const auto parsed = nlohmann::json::parse(metadata_value(checkpoint, key), nullptr, false);
  if (!parsed.is_number() || parsed.get<double>() < 0) {
    throw CheckpointError(checkpoint.path.string() + ": its " + key + " is not a number from 0 on");
  }
  return parsed.get<double>();
}

double parse_rate_scale(const Checkpoint& checkpoint) {
  const double scale = parse_number(checkpoint, "rate_scale");
  if (!(scale > 0 && scale <= 1)) {
    throw CheckpointError(checkpoint.path.string() +
                          ": its rate_scale is not a number above 0 and at most 1");
  }
  return scale;
}

const TensorEntry& entry_like(const Checkpoint& checkpoint, const std::string& name,
                              const torch::Tensor& wanted) {
  const TensorEntry* const found = checkpoint.file->find(name);
  if (found == nullptr) {
    throw CheckpointError(checkpoint.path.string() + " has no tensor '" + name +
                          "'; it was written by another version or other options");
  }
  if (wanted.sizes() != found->shape || found->dtype != wanted.scalar_type()) {
    std::ostringstream message;
    message << checkpoint.path.string() << ": tensor '" << name << "' is " << found->dtype
            << torch::IntArrayRef(found->shape) << " where the options ask for " << wanted.scalar_type()
            << wanted.sizes();
    throw CheckpointError(message.str());
  }
  return *found;
}

torch::Tensor stored_random_state(const Checkpoint& checkpoint) {
  const TensorEntry* const entry = checkpoint.file->find(kRandomState);
  if (entry == nullptr || entry->dtype != torch::kUInt8 || entry->shape.size() != 1) {
    throw CheckpointError(checkpoint.path.string() + " has no random state");
  }
  return checkpoint.file->read(*entry);
}

std::vector<const TensorEntry*> sources_of(const Checkpoint& checkpoint, const NamedTensors& targets) {
  std::vector<const TensorEntry*> sources;
  for (const auto& [name, tensor] : targets) {
    sources.push_back(&entry_like(checkpoint, name, tensor));
  }
  return sources;
}

int64_t stored_position(const Checkpoint& checkpoint) {
  // With room for the batches to come.
  constexpr int64_t kLargestPosition = std::numeric_limits<int64_t>::max() / 2;
  const TensorEntry& entry = entry_like(checkpoint, kPosition, torch::zeros({}, torch::kInt64));
  const auto position = checkpoint.file->read(entry).item<int64_t>();
  if (position < 0 || position > kLargestPosition) {
    throw CheckpointError(checkpoint.path.string() + ": its " + kPosition + " " + std::to_string(position) +
                          " is no number of pictures; choose another checkpoint");
  }
  return position;
}

void take_random_state(const Checkpoint& checkpoint, const torch::Tensor& state, Trainer& trainer) {
  if (state.sizes() != trainer.random_state().sizes()) {
    spdlog::warn("{} was saved on another kind of device: the random numbers start over",
                 checkpoint.path.string());
    return;
  }
  try {
    trainer.set_random_state(state);
  } catch (const c10::Error&) {
    throw CheckpointError(checkpoint.path.string() +
                          ": its random_state is none that LibTorch knows; choose another checkpoint");
  }
}

// Looks every tensor up before the first is read.
void copy_into(const Checkpoint& checkpoint, const NamedTensors& targets) {
  const std::vector<const TensorEntry*> sources = sources_of(checkpoint, targets);
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < targets.size(); ++i) {
    torch::Tensor target = targets[i].second;
    target.copy_(checkpoint.file->read(*sources[i]));
  }
}

bool is_network(const std::string& name) {
  return name.starts_with("generator.") || name.starts_with("discriminator.") || name.starts_with("average.");
}

// Vectors that are learned for the patches of a picture, one for each.
bool holds_places(const std::string& name) {
  return name.ends_with(".patch_tokens") || name.ends_with(".latent_maps") || name == "discriminator.places";
}

}  // namespace

std::vector<std::string> stored_classes(const std::vector<std::string>& classes) {
  return nlohmann::json::parse(classes_text(classes)).get<std::vector<std::string>>();
}

void save_checkpoint(const std::filesystem::path& path, const Trainer& trainer, const Batches& batches,
                     const RunNotes& notes) {
  TensorFile file{trainer.state(),
                  {{"format", kFormat},
                   {"step", std::to_string(trainer.steps_done())},
                   {"config", notes.config},
                   {"pictures", notes.pictures},
                   {"classes", classes_text(notes.classes)},
                   {"clamped", std::to_string(trainer.clamped())},
                   {"rate_scale", nlohmann::json(trainer.rate_scale()).dump()},
                   {"minutes", nlohmann::json(trainer.minutes()).dump()}}};
  if (!notes.owed.empty()) {
    file.metadata["owed"] = notes.owed;
  }
  file.tensors.emplace_back(kRandomState, trainer.random_state());
  file.tensors.emplace_back(kPosition, torch::tensor(batches.position(), torch::kInt64));
  write_safetensors(path, file);
}

Checkpoint read_checkpoint(const std::filesystem::path& path) {
  Checkpoint checkpoint{path, std::make_shared<const SafetensorsReader>(path)};
  if (metadata_value(checkpoint, "format") != kFormat) {
    throw CheckpointError(path.string() + " is a checkpoint of another format, '" +
                          metadata_value(checkpoint, "format") + "'");
  }
  checkpoint.step = parse_count(checkpoint, "step");
  if (checkpoint.step > kLargestStep) {
    throw CheckpointError(path.string() + ": its step " + std::to_string(checkpoint.step) +
                          " is beyond all training; choose another checkpoint");
  }
  if (!checkpoint.file->has_hashes()) {
    spdlog::info("{} is of a version that wrote no hashes: whether it was altered cannot be told",
                 path.string());
  }
  checkpoint.notes = {metadata_value(checkpoint, "config"), metadata_value(checkpoint, "pictures"),
                      parse_classes(checkpoint), ""};
  checkpoint.clamped = parse_count(checkpoint, "clamped");
  checkpoint.rate_scale = parse_rate_scale(checkpoint);
  if (checkpoint.file->metadata().contains("minutes")) {
    checkpoint.minutes = parse_number(checkpoint, "minutes");
  }
  if (checkpoint.file->metadata().contains("owed")) {
    checkpoint.notes.owed = metadata_value(checkpoint, "owed");
  }
  return checkpoint;
}

Checkpoint read_checkpoint_of(const RunDirectory& run, const std::filesystem::path& file) {
  if (!file.empty()) {
    std::error_code error;
    if (!file.has_parent_path()) {
      return read_checkpoint(run.checkpoints() / file);
    }
    if (!std::filesystem::equivalent(file.parent_path(), run.checkpoints(), error)) {
      throw CheckpointError("--checkpoint " + file.string() + " is not from this run; give a file in " +
                            run.checkpoints().string());
    }
    return read_checkpoint(file);
  }
  const std::vector<std::filesystem::path> found = list_checkpoints(run);
  try {
    return read_checkpoint(latest_checkpoint(run));
  } catch (const CheckpointError& error) {
    if (found.size() < 2) {
      throw;
    }
    throw CheckpointError(std::string(error.what()) + ": --checkpoint " + found[found.size() - 2].string() +
                          " is the one before");
  }
}

void require_networks(const Checkpoint& checkpoint, const ModelOptions& model) {
  validate(model);
  const std::string network = "average.";
  const auto require = [&](const std::string& name, std::vector<int64_t> shape) {
    const TensorEntry* const found = checkpoint.file->find(network + name);
    if (found == nullptr || found->shape != shape) {
      std::ostringstream message;
      message << checkpoint.path.string() << ": its configuration asks for a tensor '" << network << name
              << "' " << torch::IntArrayRef(shape) << ", which it does not hold; choose another checkpoint";
      throw CheckpointError(message.str());
    }
  };
  // Those that grow with an option each; what else the networks hold is smaller, or as large as one of these.
  const int64_t patches = patch_grid(model).count();
  require("mapping.0.weight", {model.width, model.latent});
  require("latent_tokens.weight", {model.latent_tokens * model.width, model.width});
  require("patch_tokens", {patches, model.width});
  for (int64_t block = 0; block < model.depth; ++block) {
    require("blocks." + std::to_string(block) + ".down", {model.width, hidden_width(model.width)});
  }
  for (size_t output = 0; output < output_depths_of(model).size(); ++output) {
    require("outputs." + std::to_string(output) + ".weight",
            {model.channels * model.patch * model.patch, model.width});
  }
  if (model.latent_maps > 0) {
    require("map_vectors.weight", {model.latent_maps * model.width, model.width});
    require("latent_maps", {patches, model.latent_maps});
  }
  if (model.classes > 0) {
    require("class_vectors", {model.classes, model.width});
  }
}

void restore(const Checkpoint& checkpoint, Trainer& trainer, Batches& batches) {
  const NamedTensors targets = trainer.state();
  const torch::Tensor random_state = stored_random_state(checkpoint);
  const size_t stored = checkpoint.file->entries().size();
  if (targets.size() + 2 != stored) {
    throw CheckpointError(checkpoint.path.string() + " holds " + std::to_string(stored) +
                          " tensors where the options ask for " + std::to_string(targets.size() + 2));
  }
  const int64_t position = stored_position(checkpoint);
  sources_of(checkpoint, targets);
  take_random_state(checkpoint, random_state, trainer);
  copy_into(checkpoint, targets);
  trainer.set_steps_done(checkpoint.step);
  trainer.set_clamped(checkpoint.clamped);
  trainer.set_rate_scale(checkpoint.rate_scale);
  trainer.set_minutes(checkpoint.minutes);
  batches.set_position(position);
}

void take_over_networks(const Checkpoint& checkpoint, const PatchGrid& from, const PatchGrid& to,
                        Trainer& trainer) {
  NamedTensors targets;
  NamedTensors stored;  // the same before places are resized
  for (const auto& [name, target] : trainer.state()) {
    if (is_network(name)) {
      targets.emplace_back(name, target);
      stored.emplace_back(name, holds_places(name)
                                    ? torch::empty({from.count(), target.size(1)}, target.scalar_type())
                                    : target);
    }
  }
  copy_into(checkpoint, stored);
  for (size_t i = 0; i < targets.size(); ++i) {
    if (holds_places(targets[i].first)) {
      targets[i].second.copy_(resized_places(stored[i].second, from, to));
    }
  }
}

Generator averaged_generator(const Checkpoint& checkpoint, const ModelOptions& model,
                             const torch::Device& device) {
  Generator generator(model);
  NamedTensors targets;
  for (const auto& item : generator->named_parameters()) {
    targets.emplace_back("average." + item.key(), item.value().detach());
  }
  copy_into(checkpoint, targets);
  for (const auto& item : generator->named_parameters()) {
    if (!torch::isfinite(item.value()).all().item<bool>()) {
      throw CheckpointError(checkpoint.path.string() + ": average." + item.key() +
                            " holds numbers that are not finite; choose another checkpoint");
    }
  }
  generator->to(device);
  return generator;
}

}  // namespace ganwright
