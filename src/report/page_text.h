#pragma once

#include <string_view>

namespace ganwright {

// The files beside this one, which the build embeds into the program.

extern const std::string_view kPageHtml;  ///< page.html
extern const std::string_view kPageCss;   ///< page.css
extern const std::string_view kPageJs;    ///< page.js

}  // namespace ganwright
