#pragma once

#include <torch/types.h>

#include <opencv2/core/mat.hpp>
#include <string>
#include <vector>

namespace ganwright {

/// A row of a contact sheet: what is written beside it, and its pictures, as image_grid takes them.
struct SheetRow {
  std::string name;
  torch::Tensor pictures;
};

/// A row below the other, all with as many pictures of one shape, the names on the left. Throws UsageError as
/// image_grid does.
cv::Mat contact_sheet(const std::vector<SheetRow>& rows);

}  // namespace ganwright
