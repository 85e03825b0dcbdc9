#pragma once

#include <string_view>

namespace ganwright {

// The files beside this one, which the build embeds into the program.

extern const std::string_view kPageHtml;        ///< page.html
extern const std::string_view kPageCss;         ///< page.css: colors, type, the frame of the page
extern const std::string_view kPageContentCss;  ///< page_content.css: charts, pictures, tables; print
extern const std::string_view kPageJs;          ///< page.js

}  // namespace ganwright
