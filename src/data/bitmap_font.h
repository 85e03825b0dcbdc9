#pragma once

#include <filesystem>

#include "data/picture_source.h"

namespace ganwright {

/// Whether the file begins as a TrueType or OpenType font does.
bool is_font(const std::filesystem::path& source);

/// Reads the color bitmaps of a font's glyphs (tables CBLC and CBDT, as in Noto Color Emoji) at its largest
/// size, by FreeType: BGRA, each padded with transparency to a centered square, then resized to `size` pixels
/// a side (0: left as it is). One class, "glyphs"; names are made of glyph numbers. Throws DataError, naming
/// the file, for a font without such bitmaps or a damaged one; so does a picture, naming its glyph.
PictureSource read_bitmap_font(const std::filesystem::path& source, int64_t size);

}  // namespace ganwright
