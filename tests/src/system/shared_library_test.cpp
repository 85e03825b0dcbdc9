#include "system/shared_library.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ganwright {
namespace {

TEST(SharedLibrary, GivesItsFunctionsByName) {
  const SharedLibrary library("libm.so.6");
  ASSERT_EQ(library.reason(), "");
  EXPECT_DOUBLE_EQ(library.function<double(double)>("cbrt")(27), 3);
}

TEST(SharedLibrary, ALibraryOfAnotherVersionIsAnError) {
  const SharedLibrary library("libm.so.6");
  EXPECT_THROW(static_cast<void>(library.function<void()>("ganwright_no_such_function")), std::runtime_error);
}

TEST(SharedLibrary, SaysWhyItCannotBeLoaded) {
  const SharedLibrary library("libganwright_no_such_library.so");
  EXPECT_NE(library.reason().find("libganwright_no_such_library.so"), std::string::npos) << library.reason();
}

}  // namespace
}  // namespace ganwright
