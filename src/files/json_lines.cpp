#include "files/json_lines.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "errors.h"
#include "files/append.h"
#include "files/atomic_file.h"
#include "files/json_text.h"
#include "files/write_fault.h"

namespace ganwright {
namespace {

std::string reason() {
  return std::generic_category().message(errno);
}

int open_for_append(const std::filesystem::path& path) {
  return open(path.c_str(), O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
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

bool is_regular(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

// As much of a file as can be read.
std::string content_of(int descriptor) {
  std::string content;
  std::array<char, 65536> block;
  for (ssize_t count = 0;
       (count = pread(descriptor, block.data(), block.size(), static_cast<off_t>(content.size()))) > 0;) {
    content.append(block.data(), static_cast<size_t>(count));
  }
  return content;
}

bool cut_torn_line(int descriptor) {
  const off_t whole = size_of_whole_lines(descriptor);
  return whole >= 0 && (whole == lseek(descriptor, 0, SEEK_END) || ftruncate(descriptor, whole) == 0);
}

}  // namespace

std::vector<nlohmann::ordered_json> read_json_lines(const std::filesystem::path& path) {
  std::vector<nlohmann::ordered_json> records;
  for_each_line(path, [&](const std::string& line, size_t) {
    nlohmann::ordered_json record = parse_json_object(line);
    if (record.is_object()) {
      records.push_back(std::move(record));
    }
  });
  return records;
}

JsonLines::JsonLines(std::filesystem::path path) : path_(std::move(path)), file_(open_for_append(path_)) {
  if (file_.number() < 0) {
    throw OutputError("cannot write " + path_.string() + ": " + reason() + "; " + write_advice(errno));
  }
  if (!is_regular(file_.number())) {
    throw OutputError("cannot write " + path_.string() + ": it is no file; choose another output directory");
  }
  if (!cut_torn_line(file_.number())) {
    throw OutputError("cannot write " + path_.string() + ": " + reason() + "; " + write_advice(errno));
  }
}

void JsonLines::append(const nlohmann::ordered_json& record) {
  return_to_path();
  const std::string line =
      record.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
  append_whole(file_.number(), path_, line);
}

void JsonLines::reopen() {
  FileDescriptor opened(open_for_append(path_));
  if (opened.number() < 0) {
    throw write_fault(path_, errno);
  }
  // Not before: the file that is still open may hold what has to be written again.
  file_ = std::move(opened);
}

// Lines that went on into a file without a name would be lost when it is closed.
void JsonLines::return_to_path() {
  struct stat open_one{};
  struct stat named_one{};
  if (fstat(file_.number(), &open_one) != 0) {
    throw write_fault(path_, errno);
  }
  const bool is_there = lstat(path_.c_str(), &named_one) == 0;
  if (is_there && named_one.st_ino == open_one.st_ino && named_one.st_dev == open_one.st_dev) {
    return;
  }
  if (!is_there) {
    const std::string content = content_of(file_.number());
    write_text_atomically(path_, content);
    spdlog::warn("{} had been removed; it was written again", path_.string());
  }
  reopen();
}

void JsonLines::truncate_after(int64_t step) {
  std::string kept;
  int64_t dropped = 0;
  int64_t damaged = 0;
  const bool is_whole = for_each_line(path_, [&](const std::string& line, size_t) {
    const nlohmann::ordered_json record = parse_json_object(line);
    if (!record.is_object()) {
      ++damaged;
      return;
    }
    const auto found = record.find("step");
    if (found != record.end() && found->is_number() && found->get<double>() > static_cast<double>(step)) {
      ++dropped;
      return;
    }
    kept += line + "\n";
  });
  if (!is_whole) {
    throw WriteError("cannot read " + path_.string() + " back; check the disk and resume the run");
  }
  if (damaged > 0) {
    spdlog::warn("{}: dropped {} damaged lines", path_.string(), damaged);
  }
  if (dropped + damaged > 0) {
    write_text_atomically(path_, kept);
    reopen();
  }
}

}  // namespace ganwright
