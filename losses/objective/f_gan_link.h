#pragma once

#include "losses/objective/link.h"

namespace ganwright {

/// The link of the output activation g_f that the f-GAN paper lists for a divergence (Nowozin, Cseke, Tomioka
/// 2016, tables 2 and 6). Throws LossError if it lists none.
Link f_gan_link(const Divergence& divergence);

}  // namespace ganwright
