#include "files/metrics_reader.h"

#include <sys/stat.h>

#include <iterator>
#include <string>
#include <utility>

#include "files/json_text.h"

namespace ganwright {

bool MetricsReader::refresh() {
  struct stat status{};
  if (stat(path_.c_str(), &status) != 0) {
    return false;
  }
  // A run that goes back to a checkpoint writes a file of its own in place of this one.
  if (status.st_ino != inode_ || status.st_size < read_) {
    inode_ = status.st_ino;
    read_ = 0;
    records_.clear();
  }
  bool found = false;
  for_each_line(
      path_,
      [&](const std::string& line, size_t bytes) {
        read_ += static_cast<int64_t>(bytes);
        nlohmann::json record = parse_json_object(line);
        if (record.is_object() && record.contains("step") && record["step"].is_number_integer()) {
          const auto step = record["step"].get<int64_t>();
          records_.insert_or_assign(step, std::move(record));
          found = true;
        }
      },
      static_cast<size_t>(read_));
  return found;
}

const nlohmann::json* MetricsReader::at(int64_t step) const {
  const auto after = records_.upper_bound(step);
  return after == records_.begin() ? nullptr : &std::prev(after)->second;
}

}  // namespace ganwright
