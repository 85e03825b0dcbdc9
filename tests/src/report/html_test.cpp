#include "report/html.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace ganwright {
namespace {

TEST(EscapedHtml, HoldsNoMarkupAndNoQuotes) {
  EXPECT_EQ(escape_html("<b a=\"1\" c='2'> & t"), "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt; &amp; t");
}

TEST(EscapedHtml, IsUtf8WithoutControlCharacters) {
  EXPECT_EQ(escape_html("D_f(p‖q)"), "D_f(p‖q)");
  EXPECT_EQ(escape_html("a\xFF"
                        "b"),
            "a\uFFFDb");
  EXPECT_EQ(escape_html(std::string("a\0b\x1B\tc\n", 7)), "a\uFFFDb\uFFFD\tc\n");
}

TEST(JsonForScript, CannotEndItsElementAndReadsBackTheSame) {
  const nlohmann::ordered_json value{{"a", "</script><!-- <script>"}, {"b", std::nan("")}, {"<c>", "\xFF"}};
  const std::string text = json_for_script(value);
  EXPECT_EQ(text.find('<'), std::string::npos);
  const auto back = nlohmann::ordered_json::parse(text);
  EXPECT_EQ(back.at("a"), "</script><!-- <script>");
  EXPECT_TRUE(back.at("b").is_null());
  EXPECT_EQ(back.at("<c>"), "\uFFFD");
}

TEST(DataUrl, IsTheBase64OfTheStandard) {
  // RFC 4648, section 10.
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [text, encoded] : vectors) {
    const std::vector<uint8_t> bytes(text.begin(), text.end());
    EXPECT_EQ(data_url("image/png", bytes), "data:image/png;base64," + encoded);
  }
  EXPECT_EQ(data_url("a/b", std::vector<uint8_t>{0xFB, 0xFF, 0xBF}), "data:a/b;base64,+/+/");
}

TEST(TableNumber, HasFiveDigitsAndADashForNone) {
  EXPECT_EQ(table_number(0.123456789), "0.12346");
  EXPECT_EQ(table_number(std::nan("")), "-");
  EXPECT_EQ(table_number(-INFINITY), "-");
}

}  // namespace
}  // namespace ganwright
