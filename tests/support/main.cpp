#include <gtest/gtest.h>

#include "tests/support/end_at_once.h"

int main(int count, char** values) {
  testing::InitGoogleTest(&count, values);
  ganwright::test_support::end_at_once(RUN_ALL_TESTS());
}
