#include "files/write_fault.h"

#include <cerrno>
#include <system_error>

namespace ganwright {

std::string write_advice(int code) {
  switch (code) {
    case ENOSPC:
    case EDQUOT:
      return "free some space and try again";
    case EFBIG:
      return "raise the file size limit (ulimit -f) and try again";
    case EACCES:
    case EPERM:
    case EROFS:
      return "choose a folder that you may write to";
    case ENOENT:
    case ENOTDIR:
      return "create its folder first";
    case EIO:
    case ESTALE:
      return "check the disk and try again";
    case EMFILE:
    case ENFILE:
      return "raise the limit of open files (ulimit -n) and try again";
    case ELOOP:
      return "it is a symbolic link, which is not followed; remove it or choose another place";
    default:
      return "choose another place";
  }
}

WriteError write_fault(const std::filesystem::path& path, int code) {
  return WriteError("cannot write " + path.string() + ": " + std::generic_category().message(code) + "; " +
                    write_advice(code));
}

}  // namespace ganwright
