#include "commands/run_command_line.h"

int main(int count, char** values) {
  return ganwright::run_command_line({values + 1, values + count});
}
