#pragma once

#include <string>
#include <vector>

#include "data/image_folder.h"
#include "run/run_options.h"

namespace ganwright {

/// How the pictures of a run are loaded. Throws UsageError for a background that is not R,G,B.
ImageFolderOptions image_folder_options(const RunOptions& options);

/// Loads the pictures that the options name, with progress. Throws what load_image_folder throws.
Dataset read_pictures(const RunOptions& options);

/// Loads the training pictures, makes options.data absolute, and sets the number of classes of a conditional
/// model. Throws DataError, UsageError, Interrupted as load_image_folder.
Dataset load_pictures(RunOptions& options);

/// Gives the networks the classes of the pictures where the run is conditional. Throws UsageError if there
/// are none to tell apart.
void set_classes(RunOptions& options, const std::vector<std::string>& classes);

}  // namespace ganwright
