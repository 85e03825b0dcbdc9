#include "training/options.h"

#include <array>
#include <utility>

#include "errors.h"
#include "losses/nearest_name.h"

namespace ganwright {
namespace {

template <class Value, size_t count>
using Choices = std::array<std::pair<std::string_view, Value>, count>;

constexpr Choices<Penalty, 2> kPenalties{
    {{"finite-difference", Penalty::finite_difference}, {"exact", Penalty::exact}}};
constexpr Choices<Pairing, 2> kPairings{
    {{"independent", Pairing::independent}, {"relativistic", Pairing::relativistic}}};
constexpr Choices<RateScaling, 2> kRateScalings{
    {{"uniform", RateScaling::uniform}, {"matrices", RateScaling::matrices}}};

constexpr Choices<Precision, 3> kPrecisions{
    {{"float32", Precision::float32}, {"tf32", Precision::tf32}, {"bfloat16", Precision::bfloat16}}};

template <class Table>
std::vector<std::string> names_of(const Table& choices) {
  std::vector<std::string> names;
  for (const auto& [name, value] : choices) {
    names.emplace_back(name);
  }
  return names;
}

template <class Table>
auto parse(const Table& choices, std::string_view wanted, const std::string& kind) {
  std::string all;
  for (const auto& [name, value] : choices) {
    if (name == wanted) {
      return value;
    }
    all += (all.empty() ? "" : " or ") + std::string(name);
  }
  throw UsageError("unknown " + kind + " '" + std::string(wanted) + "'" +
                   did_you_mean(wanted, names_of(choices)) + "; choose " + all);
}

}  // namespace

std::vector<std::string> penalty_names() {
  return names_of(kPenalties);
}

std::vector<std::string> pairing_names() {
  return names_of(kPairings);
}

std::vector<std::string> rate_scaling_names() {
  return names_of(kRateScalings);
}

std::vector<std::string> precision_names() {
  return names_of(kPrecisions);
}

Penalty parse_penalty(std::string_view name) {
  return parse(kPenalties, name, "penalty");
}

Pairing parse_pairing(std::string_view name) {
  return parse(kPairings, name, "pairing");
}

RateScaling parse_rate_scaling(std::string_view name) {
  return parse(kRateScalings, name, "rate scaling");
}

Precision parse_precision(std::string_view name) {
  return parse(kPrecisions, name, "precision");
}

}  // namespace ganwright
