#pragma once

#include <filesystem>

#include "data/picture_source.h"

namespace ganwright {

/// Whether the file begins as a TrueType or OpenType font does.
bool is_font(const std::filesystem::path& source);

/// Reads the PNG pictures that a color bitmap font (tables CBLC and CBDT, as in Noto Color Emoji) holds of
/// its glyphs at its largest size: BGRA, each padded with transparency to a centered square, then resized to
/// `size` pixels a side (0: left as it is). One class, "glyphs"; names are made of glyph numbers. Source:
/// OpenType specification, chapters CBLC and CBDT (index formats 1 to 5, image formats 17 to 19). Throws
/// DataError, naming the file, for a font without such pictures and for any offset, count or length in it
/// that does not hold.
PictureSource read_bitmap_font(const std::filesystem::path& source, int64_t size);

}  // namespace ganwright
