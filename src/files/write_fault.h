#pragma once

#include <filesystem>
#include <string>

#include "errors.h"

namespace ganwright {

/// What to do about a write that failed with this error number.
std::string write_advice(int code);

/// The fault of a write to `path` that failed with this error number: where, why, what to do.
WriteError write_fault(const std::filesystem::path& path, int code);

}  // namespace ganwright
