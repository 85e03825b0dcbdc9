#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <string>
#include <vector>

#include "losses/divergence/divergence.h"

namespace ganwright {

/// Every row of the table, each parametrised row at several values of its parameter.
inline std::vector<std::string> all_divergences() {
  static const std::map<std::string, std::vector<std::string>> values = {
      {"alpha", {"-1", "0", "1e-6", "0.3", "0.5", "1", "1.000001", "2", "3"}},
      {"weighted-js", {"0.1", "0.5", "0.9"}},
      {"skew-kl", {"0", "0.3", "0.9"}},
      {"vajda", {"1", "2", "3", "10", "20"}},
      {"puri-vincze", {"1", "2", "3"}},
      {"hockey-stick", {"0.5", "1", "2"}}};
  std::vector<std::string> names;
  for (const DivergenceRow& row : divergence_table()) {
    if (const auto found = values.find(row.name); found != values.end()) {
      for (const std::string& value : found->second) {
        names.push_back(row.name + ":" + value);
      }
    } else {
      names.push_back(row.name);
    }
  }
  return names;
}

/// Those of them that have a smooth objective with the log link, or those that are trained as a dual pair.
inline std::vector<std::string> divergences_with(bool dual_pair) {
  std::vector<std::string> names;
  for (const std::string& name : all_divergences()) {
    if (named_divergence(name).dual_pair.has_value() == dual_pair) {
      names.push_back(name);
    }
  }
  return names;
}

/// Whether the f-GAN paper lists an output activation for a divergence (tables 2 and 6): alpha > 0 but 1,
/// which is kl by another name.
inline bool is_in_the_f_gan_paper(const std::string& name) {
  static const std::vector<std::string> listed = {
      "kl",          "reverse-kl",        "jeffreys",     "js",          "gan",
      "weighted-js", "squared-hellinger", "pearson-chi2", "neyman-chi2", "total-variation"};
  const size_t colon = name.find(':');
  const std::string base = name.substr(0, colon);
  if (base == "alpha") {
    const double alpha = colon == std::string::npos ? 0.5 : std::stod(name.substr(colon + 1));
    return alpha > 0 && alpha != 1;
  }
  return std::find(listed.begin(), listed.end(), base) != listed.end();
}

/// The divergence's name in the letters that a test's name may have, such as alpha_minus1.
inline std::string case_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = info.param;
  if (const size_t minus = name.find(":-"); minus != std::string::npos) {
    name.replace(minus, 2, "_minus");
  }
  std::replace_if(name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

/// `count` evenly spaced numbers from `first` to `last`.
inline std::vector<double> grid(double first, double last, int count) {
  std::vector<double> points;
  for (int i = 0; i < count; ++i) {
    points.push_back(first + (last - first) * i / (count - 1));
  }
  return points;
}

}  // namespace ganwright
