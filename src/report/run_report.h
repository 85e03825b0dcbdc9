#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plots/loss_summary.h"
#include "report/curves.h"
#include "report/embedded_picture.h"

namespace ganwright {

/// A part of a report, or why it is not there.
template <class Content>
struct Part {
  std::optional<Content> content;
  std::string reason;
};

/// A generated picture and the real ones nearest to it.
struct Neighbors {
  struct Real {
    EmbeddedPicture picture;
    double distance;  ///< NearestPictures::distances
    std::string path;
  };
  EmbeddedPicture sample;
  std::vector<Real> real;  ///< nearest first
};

/// The nearest real pictures of a run's samples.
struct NeighborStudy {
  int64_t step = 0;                  ///< of the checkpoint
  int64_t samples = 0;               ///< that were looked at
  int64_t reals = 0;                 ///< all of them
  double median_distance = 0;        ///< from a sample to the nearest real picture
  double median_among_reals = 0;     ///< from a real picture to the nearest other one; nan where it is alone
  std::vector<Neighbors> nearest{};  ///< the samples that lie nearest to a real picture
  std::string remark{};              ///< on the pictures; may be empty
};

/// Ways between latents, one a row.
struct Interpolations {
  int64_t step = 0;  ///< of the checkpoint
  EmbeddedPicture grid;
  int64_t rows = 0;
  int64_t columns = 0;
};

/// A loss and its plot.
struct LossReport {
  LossSummary summary;
  Part<std::string> plot;  ///< a data URL
};

/// What a page tells of a run.
struct RunReport {
  std::string name;
  Curves metrics;
  Curves evaluations;
  GridHistory samples;
  std::optional<EmbeddedPicture> reals;
  /// The options by their names, and which of them are not the defaults.
  Part<std::vector<std::pair<std::string, std::string>>> options;
  std::set<std::string> unusual;
  std::string loss_options;  ///< equal for runs of equal losses
  Part<LossReport> loss;
  Part<NeighborStudy> neighbors;
  Part<Interpolations> interpolations;
  std::vector<nlohmann::ordered_json> sessions;  ///< session_record of each train and resume
};

}  // namespace ganwright
