#include "cli/loss_error_message.h"

namespace ganwright {
namespace {

std::string flag_of(Remedy remedy) {
  switch (remedy) {
    case Remedy::none:
      return "";
    case Remedy::name:
      return "; `ganwright losses` lists them";
    case Remedy::parameter:
      return " (--param NAME=NUMBER)";
    case Remedy::shift:
      return " (--shift)";
    case Remedy::design:
      return " (--omega, --omega-inverse, --rho)";
    case Remedy::link:
      return " (--link)";
    case Remedy::generator_f:
      return " (--generator-f)";
    case Remedy::beta:
      return " (--beta)";
    case Remedy::pairing:
      return " (--link, --pairing)";
  }
  return "";
}

}  // namespace

std::string message_with_flag(const LossError& error) {
  return error.what() + flag_of(error.remedy);
}

}  // namespace ganwright
