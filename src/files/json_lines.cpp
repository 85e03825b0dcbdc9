#include "files/json_lines.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <utility>

#include "errors.h"
#include "files/append.h"
#include "files/atomic_file.h"

namespace ganwright {
namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

int open_for_append(const std::filesystem::path& path) {
  return open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
}

// The size up to and including the last newline, or -1 (and errno) where the file cannot be read.
off_t size_of_whole_lines(int descriptor) {
  std::array<char, 65536> block{};
  struct stat status{};
  if (fstat(descriptor, &status) != 0) {
    return -1;
  }
  off_t end = status.st_size;
  while (end > 0) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(block.size()));
    const ssize_t count = pread(descriptor, block.data(), static_cast<size_t>(end - begin), begin);
    if (count != end - begin) {
      return -1;
    }
    const auto newline = std::find(block.rend() - count, block.rend(), '\n');
    if (newline != block.rend()) {
      return begin + (block.rend() - newline);
    }
    end = begin;
  }
  return 0;
}

bool cut_torn_line(int descriptor) {
  const off_t whole = size_of_whole_lines(descriptor);
  return whole >= 0 && (whole == lseek(descriptor, 0, SEEK_END) || ftruncate(descriptor, whole) == 0);
}

}  // namespace

std::vector<nlohmann::ordered_json> read_json_lines(const std::filesystem::path& path) {
  std::vector<nlohmann::ordered_json> records;
  std::ifstream stream(path, std::ios::binary);
  for (std::string line; std::getline(stream, line);) {
    nlohmann::ordered_json record = nlohmann::ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (record.is_object()) {
      records.push_back(std::move(record));
    }
  }
  return records;
}

JsonLines::JsonLines(std::filesystem::path path) : path_(std::move(path)), file_(open_for_append(path_)) {
  if (file_.number() < 0 || !cut_torn_line(file_.number())) {
    throw OutputError("cannot write " + path_.string() + ": " + reason() +
                      "; choose another output directory");
  }
}

void JsonLines::append(const nlohmann::ordered_json& record) {
  const std::string line =
      record.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  append_whole(file_.number(), path_, line);
}

void JsonLines::truncate_after(int64_t step) {
  std::ifstream stream(path_, std::ios::binary);
  std::string kept;
  int64_t dropped = 0;
  int64_t damaged = 0;
  for (std::string line; std::getline(stream, line);) {
    const auto record = nlohmann::ordered_json::parse(line, nullptr, false);
    if (!record.is_object()) {
      ++damaged;
      continue;
    }
    const auto found = record.find("step");
    if (found != record.end() && found->is_number() && found->get<double>() > static_cast<double>(step)) {
      ++dropped;
      continue;
    }
    kept += line + "\n";
  }
  if (!stream.eof()) {
    throw WriteError("cannot read " + path_.string() + " back; check the disk and resume the run");
  }
  if (damaged > 0) {
    spdlog::warn("{}: dropped {} damaged lines", path_.string(), damaged);
  }
  if (dropped + damaged == 0) {
    return;
  }
  const auto bytes = std::as_bytes(std::span(kept));
  write_file_atomically(path_, std::array<std::span<const std::byte>, 1>{bytes});
  file_ = FileDescriptor(open_for_append(path_));
  if (file_.number() < 0) {
    throw WriteError("cannot write " + path_.string() + ": " + reason() +
                     "; check the directory and resume the run");
  }
}

}  // namespace ganwright
