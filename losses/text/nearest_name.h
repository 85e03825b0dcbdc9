#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ganwright {

/// The candidate with the smallest edit distance to `name`, or "" where none is close enough to be meant.
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

/// " (did you mean 'X'?)" for error messages, or "" where no candidate is near.
std::string did_you_mean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace ganwright
