#pragma once

#include <cstdint>
#include <functional>

#include "files/bytes.h"

namespace ganwright {

/// The formats that are read.
enum class PictureFormat {
  png,   ///< ISO/IEC 15948
  jpeg,  ///< JFIF or EXIF
  webp,  ///< in a RIFF file
  bmp,   ///< of Windows
  tiff   ///< of either byte order
};

/// What the header of a picture file says.
struct PictureHeader {
  PictureFormat format = PictureFormat::png;  ///< by its first bytes
  int64_t width = 0;                          ///< in pixels, before it is turned upright
  int64_t height = 0;                         ///< in pixels, before it is turned upright
  /// Of the EXIF data, 1 to 8; always 1 for TIFF, whose decoder rotates the picture itself.
  int orientation = 1;
};

/// Reads the header of a PNG, JPEG, WebP, BMP or TIFF file held in memory and checks that the file is
/// complete: decoders silently fill the rest of a truncated picture with grey. Throws DataError with the bare
/// reason (the caller names the file): an unknown format, a truncated file, a damaged PNG chunk, or more than
/// 2^27 pixels.
PictureHeader read_picture_header(Bytes file);

/// Calls `visit(type, data, whole)` for each chunk of a PNG file from IHDR to IEND: its four-letter type, its
/// data, and the whole chunk with length and checksum. Throws DataError when the file ends before IEND.
void visit_png_chunks(Bytes file, const std::function<void(uint32_t type, Bytes data, Bytes whole)>& visit);

/// A PNG chunk's type or a RIFF chunk's name as a number, most significant byte first.
constexpr uint32_t four_letters(const char (&name)[5]) {
  uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number = number << 8 | static_cast<uint8_t>(name[i]);
  return number;
}

/// Whether a PNG chunk holds pixels. The others (profiles, text, animation) only cause warnings of the
/// decoder.
bool bears_pixels(uint32_t png_chunk_type);

}  // namespace ganwright
