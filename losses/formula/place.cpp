#include "losses/formula/place.h"

#include "losses/formula/exact_number.h"
#include "losses/text/number.h"

namespace ganwright {

double Place::value() const {
  return ((lower_ + upper_) / 2).to_double();
}

std::string Place::text() const {
  return is_exact() ? exact_text(lower_) : number_text(value());
}

bool operator==(const Place& a, const Place& b) {
  return a.lower_ == b.lower_ && a.upper_ == b.upper_ && a.is_exact() == b.is_exact();
}

}  // namespace ganwright
