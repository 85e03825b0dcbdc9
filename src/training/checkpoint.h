#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "files/run_directory.h"
#include "files/safetensors.h"
#include "models/positions.h"
#include "training/batches.h"
#include "training/trainer.h"

namespace ganwright {

/// What a run was told and learns from, kept in its checkpoints.
struct RunNotes {
  std::string config;                ///< the text of a config.cfg
  std::string pictures;              ///< Dataset::fingerprint
  std::vector<std::string> classes;  ///< Dataset::classes
  /// What belongs to the step and was not yet written when the checkpoint was, a JSON object (run/owed.h);
  /// empty for nothing.
  std::string owed{};
};

/// Names of classes as a checkpoint holds them: UTF-8, as text in JSON has to be, with a replacement
/// character for bytes that are none.
std::vector<std::string> stored_classes(const std::vector<std::string>& classes);

/// A checkpoint, the state of a run after `step` steps: what its header says, and the open file from which
/// its tensors are read when they are used. Copies share the file.
struct Checkpoint {
  std::filesystem::path path;
  std::shared_ptr<const SafetensorsReader> file;
  int64_t step = 0;
  RunNotes notes{};
  int64_t clamped = 0;    ///< what Trainer::clamped was
  double rate_scale = 1;  ///< what Trainer::rate_scale was
  double minutes = 0;     ///< what Trainer::minutes was; 0 where it was not kept yet
};

/// Writes everything needed to continue a run: networks, average, the optimizers' moments, random numbers,
/// the position in the data, and the configuration as metadata. Whole or not at all. Throws WriteError.
void save_checkpoint(const std::filesystem::path& path, const Trainer& trainer, const Batches& batches,
                     const RunNotes& notes);

/// Reads and checks the header of a checkpoint. Throws CheckpointError. One that holds no hashes, of an
/// earlier version, is noted in the log.
Checkpoint read_checkpoint(const std::filesystem::path& path);

/// Opens the checkpoint of a run that --checkpoint names, the newest where `file` is empty. Throws
/// CheckpointError; if the newest is damaged, the message names the one before (never chosen automatically).
Checkpoint read_checkpoint_of(const RunDirectory& run, const std::filesystem::path& file);

/// Compares the shape that a checkpoint's configuration asks for with its tensors, before networks of that
/// shape are built: these take no more memory than a small multiple of the file. Throws CheckpointError.
void require_networks(const Checkpoint& checkpoint, const ModelOptions& model);

/// Puts a checkpoint's state into a trainer and a batch order of the same options. Throws CheckpointError
/// where a tensor is missing, superfluous, or of another shape or type, or the position in the data is none,
/// and nothing has been changed then; and where the file cannot be read to its end, a tensor is damaged, or
/// the random state is none.
void restore(const Checkpoint& checkpoint, Trainer& trainer, Batches& batches);

/// Puts the networks of a checkpoint, averaged generator included, into a trainer whose options are the same
/// but for the size of the pictures: from `from` to `to` patches, to which learned places are resized
/// bilinearly (models/position_table.h). Optimizers, steps and random numbers stay at their start. Throws
/// CheckpointError as `restore` does.
void take_over_networks(const Checkpoint& checkpoint, const PatchGrid& from, const PatchGrid& to,
                        Trainer& trainer);

/// The averaged generator of a checkpoint, of the run's shape `model`, on a device; no other tensor is read.
/// Throws CheckpointError as `restore` does, and where a number of it is not finite.
Generator averaged_generator(const Checkpoint& checkpoint, const ModelOptions& model,
                             const torch::Device& device);

}  // namespace ganwright
