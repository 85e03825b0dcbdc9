#include "files/partial.h"

#include <fcntl.h>
#include <spdlog/fmt/fmt.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

#include "errors.h"
#include "files/write_fault.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

constexpr size_t kNameDigits = 16;
constexpr std::string_view kPartialEnding = ".partial";

OutputError cannot_create(const std::filesystem::path& path, const std::error_code& error) {
  return OutputError("cannot create " + path.string() + ": " + error.message() + "; choose another folder");
}

}  // namespace

std::filesystem::path partial_name(const std::filesystem::path& path, std::string_view ending) {
  std::random_device random;
  return path.string() + fmt::format(".{:08x}{:08x}{}", random(), random(), ending);
}

bool is_partial_of(std::string_view name, std::string_view complete) {
  if (!name.starts_with(complete) || !name.ends_with(kPartialEnding)) {
    return false;
  }
  name.remove_prefix(complete.size());
  if (name == kPartialEnding) {
    return true;
  }
  return name.size() == 1 + kNameDigits + kPartialEnding.size() && name[0] == '.' &&
         name.substr(1).find_first_not_of("0123456789abcdef") == kNameDigits;
}

PartialFolder::PartialFolder(std::filesystem::path destination)
    : destination_(std::move(destination)), path_(partial_name(destination_)) {
  std::error_code error;
  std::filesystem::create_directories(destination_.parent_path(), error);
  if (error && destination_.has_parent_path()) {
    throw cannot_create(destination_, error);
  }
  // Fails where anything has that name, a symbolic link included.
  if (mkdir(path_.c_str(), 0777) != 0) {
    throw cannot_create(destination_, {errno, std::generic_category()});
  }
}

PartialFolder::~PartialFolder() {
  std::error_code ignored;
  if (!is_published_) {
    std::filesystem::remove_all(path_, ignored);
  }
}

void PartialFolder::publish() {
  std::error_code error;
  {
    // What is in it comes before its name, also after a power cut.
    const FileDescriptor folder(open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.number() < 0 || syncfs(folder.number()) != 0) {
      throw write_fault(destination_, errno);
    }
  }
  std::filesystem::rename(path_, destination_, error);
  if (error == std::errc::directory_not_empty || error == std::errc::file_exists ||
      error == std::errc::not_a_directory) {
    throw OutputError("something else was written to " + destination_.string() +
                      " meanwhile; choose another folder");
  }
  if (error) {
    throw write_fault(destination_, error.value());
  }
  is_published_ = true;
}

}  // namespace ganwright
