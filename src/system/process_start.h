#pragma once

namespace ganwright {

/// Opens what is closed of stdin, stdout and stderr, so that no file of ours gets its number and with it what
/// is meant for the terminal. Reading from it and writing to it fails, as before.
void open_standard_streams();

/// Raises a limit on the stack that is too small for LibTorch as far as the system allows. Returns whether it
/// is large enough then.
bool has_enough_stack();

}  // namespace ganwright
