#include "training/options.h"

#include "errors.h"
#include "losses/nearest_name.h"

namespace ganwright {

std::vector<std::string> penalty_names() {
  return {"finite-difference", "exact"};
}

Penalty parse_penalty(std::string_view name) {
  if (name == "finite-difference") {
    return Penalty::finite_difference;
  }
  if (name == "exact") {
    return Penalty::exact;
  }
  throw UsageError("unknown penalty '" + std::string(name) + "'" + did_you_mean(name, penalty_names()) +
                   "; choose finite-difference or exact");
}

}  // namespace ganwright
