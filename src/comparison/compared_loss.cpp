#include "comparison/compared_loss.h"

#include <algorithm>
#include <cctype>

#include "errors.h"

namespace ganwright {
namespace {

// Of one folder's name, whatever a formula holds.
std::string folder_of(const std::string& name) {
  std::string folder;
  for (const char c : name) {
    const bool is_plain = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-';
    if (is_plain) {
      folder += c;
    } else if (!folder.empty() && folder.back() != '_') {
      folder += '_';
    }
  }
  return folder;
}

std::vector<ComparedLoss> divergences_of(const ComparisonGrid& grid, const LossOptions& options) {
  std::vector<ComparedLoss> losses;
  for (const std::string& name : grid.divergences) {
    LossOptions named{.divergence = name,
                      // Without a formula to shift it is refused as it is elsewhere.
                      .shift = options.shift && !is_written(options),
                      .link = options.link,
                      .generator_objective = options.generator_objective,
                      .generator_f = options.generator_f,
                      .beta = options.beta,
                      .normalize_curvature = options.normalize_curvature};
    losses.push_back({name, "", named});
  }
  if (is_written(options) || losses.empty()) {
    losses.push_back({is_written(options) ? "written" : options.divergence, "", options});
  }
  return losses;
}

// Each of the losses with each of the values.
template <class Change>
std::vector<ComparedLoss> crossed(const std::vector<ComparedLoss>& losses,
                                  const std::vector<std::string>& values, const Change& change) {
  if (values.empty()) {
    return losses;
  }
  std::vector<ComparedLoss> result;
  for (const ComparedLoss& loss : losses) {
    for (const std::string& value : values) {
      result.push_back(loss);
      change(result.back(), value);
    }
  }
  return result;
}

template <class Item>
bool contains(const std::vector<Item>& items, const Item& item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// To each loss those that its formulas speak of.
void give_parameters(std::vector<ComparedLoss>& losses, const std::vector<std::string>& parameters) {
  for (ComparedLoss& loss : losses) {
    loss.options.parameters.clear();
  }
  for (const std::string& parameter : parameters) {
    bool is_used = false;
    for (ComparedLoss& loss : losses) {
      if (uses_name(loss.options, parameter.substr(0, parameter.find('=')))) {
        loss.options.parameters.push_back(parameter);
        is_used = true;
      }
    }
    if (!is_used) {
      throw UsageError("--param " + parameter + ": no compared formula uses it; leave it out");
    }
  }
}

}  // namespace

std::vector<ComparedLoss> compared_losses(const ComparisonGrid& grid, const LossOptions& options) {
  if (!grid.links.empty() && !options.link.empty()) {
    throw UsageError("--link and --links are given; give one of them");
  }
  if (!grid.generator_objectives.empty() && !(options.generator_f + options.beta).empty()) {
    throw UsageError("--generator-objectives excludes --generator-f and --beta; give one of them");
  }
  std::vector<ComparedLoss> losses = divergences_of(grid, options);
  losses = crossed(losses, grid.links, [](ComparedLoss& loss, const std::string& link) {
    loss.options.link = link;
    loss.name += ", " + link + " link";
  });
  losses = crossed(losses, grid.generator_objectives, [](ComparedLoss& loss, const std::string& objective) {
    loss.options.generator_objective = objective;
    loss.name += ", " + objective;
  });
  give_parameters(losses, options.parameters);
  std::vector<std::string> places;
  std::vector<std::vector<std::string>> meanings;
  for (ComparedLoss& loss : losses) {
    loss.folder = folder_of(loss.name);
    // One loss may have two names, as alpha and alpha:0.5 are.
    const std::vector<std::string> meaning{divergence_of(loss.options).name, loss.options.link,
                                           loss.options.generator_objective};
    if (contains(places, loss.folder) || contains(meanings, meaning)) {
      throw UsageError("'" + loss.name + "' is given twice; name each loss once");
    }
    places.push_back(loss.folder);
    meanings.push_back(meaning);
  }
  return losses;
}

}  // namespace ganwright
