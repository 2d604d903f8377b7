// JSON text: separators, numbers that read back, escapes.
#include "runtime/base/Json.h"

#include <catch2/catch.hpp>
#include <limits>

using namespace neuron;

TEST_CASE("objects, arrays and members are separated and indented") {
  JsonWriter json;
  json.beginObject();
  json.member("name", "x");
  json.key("shape");
  json.beginArray();
  json.value(uint64_t(2));
  json.value(-3);
  json.endArray();
  json.key("none");
  json.beginObject();
  json.endObject();
  json.member("ok", true);
  json.endObject();
  CHECK(json.text() == "{\n  \"name\": \"x\",\n  \"shape\": [\n    2,\n    -3\n  ],\n"
                       "  \"none\": {},\n  \"ok\": true\n}\n");
}

TEST_CASE("numbers are the shortest that read back the same") {
  auto number = [](double value) {
    JsonWriter json;
    json.value(value);
    return json.text();
  };
  CHECK(number(0.1) == "0.1\n");
  CHECK(number(1e300) == "1e+300\n");
  CHECK(number(-2) == "-2\n");
  CHECK(number(std::numeric_limits<double>::quiet_NaN()) == "null\n");
  CHECK(number(-std::numeric_limits<double>::infinity()) == "null\n");
  JsonWriter json;
  json.value(~uint64_t(0));
  CHECK(json.text() == "18446744073709551615\n");
}

TEST_CASE("text is escaped, and always UTF-8") {
  CHECK(jsonEscape("a\"b\\c\n\x01") == "a\\\"b\\\\c\\n\\u0001");
  CHECK(jsonEscape("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80") ==
        "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
  CHECK(jsonEscape("\xff") == "\xef\xbf\xbd");
  CHECK(jsonEscape("\xc0\xaf") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(jsonEscape("\xed\xa0\x80").size() == 9);
  CHECK(jsonEscape("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");
}
