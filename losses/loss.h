#pragma once

// From an expression to a differentiable loss: make_loss, then divergence_bound and generator_loss of logits.

#include "losses/logits.h"
#include "losses/objective/make_loss.h"
