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

/// A part of a report, or the reason why it is missing.
template <class Content>
struct Part {
  std::optional<Content> content;  ///< the part
  std::string reason;              ///< why it is missing
};

/// A generated picture and the real ones nearest to it.
struct Neighbors {
  /// A real picture.
  struct Real {
    EmbeddedPicture picture;  ///< its pixels as they were learned
    double distance;          ///< to the sample, NearestPictures::distances
    std::string path;         ///< its file
  };
  EmbeddedPicture sample;  ///< the generated picture
  std::vector<Real> real;  ///< nearest first
};

/// The nearest real pictures of a run's samples.
struct NeighborStudy {
  int64_t step = 0;               ///< of the checkpoint
  int64_t samples = 0;            ///< generated pictures that were compared
  int64_t reals = 0;              ///< real pictures, all of them
  double median_distance = 0;     ///< from a sample to the nearest real picture
  double median_among_reals = 0;  ///< from a real picture to the nearest other one; nan if there is only one
  std::vector<Neighbors> nearest{};  ///< the samples nearest to a real picture
  std::string remark{};              ///< a remark on the pictures; may be empty
};

/// Interpolations between latents, one in each row.
struct Interpolations {
  int64_t step = 0;      ///< of the checkpoint
  EmbeddedPicture grid;  ///< the pictures
  int64_t rows = 0;      ///< of the grid
  int64_t columns = 0;   ///< of the grid
};

/// A loss and its plot.
struct LossReport {
  LossSummary summary;     ///< formulas, weights and remarks
  Part<std::string> plot;  ///< a data URL
};

/// What a page shows of a run.
struct RunReport {
  std::string name;                      ///< unique on the page
  Curves metrics;                        ///< of metrics.jsonl
  Curves evaluations;                    ///< of evaluations.jsonl
  GridHistory samples;                   ///< its sample grids
  std::optional<EmbeddedPicture> reals;  ///< a grid of real pictures
  /// The options as pairs of name and value.
  Part<std::vector<std::pair<std::string, std::string>>> options;
  std::set<std::string> unusual;                 ///< options that differ from the defaults
  std::string loss_options;                      ///< equal for runs with equal losses
  Part<LossReport> loss;                         ///< what the loss is
  Part<NeighborStudy> neighbors;                 ///< real pictures nearest to samples
  Part<Interpolations> interpolations;           ///< between latents
  std::vector<nlohmann::ordered_json> sessions;  ///< session_record of each train or resume
  std::vector<std::string> remarks;              ///< on files that could not be read
};

}  // namespace ganwright
