#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace ganwright {

/// The name of a file or folder while it is being written: `path`, a dot, 16 random hexadecimal digits and
/// `ending`. It is no one's until it is made exclusively.
std::filesystem::path partial_name(const std::filesystem::path& path, std::string_view ending = ".partial");

/// Whether `name` is a partial_name of the file `complete`, or `complete`.partial, as earlier versions named
/// it.
bool is_partial_of(std::string_view name, std::string_view complete);

/// A folder that is filled beside the place where it will stand, under a partial_name, so that nothing half
/// done ever stands there; removed at the end of its scope unless it has been published.
class PartialFolder {
 public:
  /// Creates it, and the folders above it. Throws OutputError.
  explicit PartialFolder(std::filesystem::path destination);
  PartialFolder(const PartialFolder&) = delete;
  PartialFolder& operator=(const PartialFolder&) = delete;
  ~PartialFolder();

  /// Where it is now.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Gives it its own name, which no file or an empty folder may have. Throws OutputError where something
  /// came to stand there meanwhile, else WriteError.
  void publish();

 private:
  std::filesystem::path destination_;
  std::filesystem::path path_;
  bool is_published_ = false;
};

}  // namespace ganwright
