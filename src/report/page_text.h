#pragma once

#include <string_view>

namespace ganwright {

/// The files page.html, page.css and page.js beside this one, which the build puts into the program.
extern const std::string_view kPageHtml;
extern const std::string_view kPageCss;
extern const std::string_view kPageJs;

}  // namespace ganwright
