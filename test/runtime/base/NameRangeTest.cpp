// Ranges of names: their text, and each name of them.
#include "runtime/base/NameRange.h"

#include <catch2/catch.hpp>

using namespace neuron;

TEST_CASE("a range of names is written with the numbers that differ") {
  CHECK(rangeName("layer.0.bias", "layer.11.bias") == "layer.0-11.bias");
  CHECK(rangeName("/l1/MatMul_2", "/l3/MatMul_8") == "/l1-3/MatMul_2-8");
  CHECK(rangeName("same", "same") == "same");
  CHECK(rangeName("conv", "conv1") == "conv..conv1");
  CHECK(rangeName("a.1", "b.1") == "a.1..b.1");
  CHECK(rangeName("", "") == "");
}

TEST_CASE("a name of a range has its own numbers") {
  CHECK(nameInRange("layer.0.bias", "layer.11.bias", 7, 12) == "layer.7.bias");
  CHECK(nameInRange("/l1/MatMul_2", "/l3/MatMul_8", 1, 3) == "/l2/MatMul_5");
  CHECK(nameInRange("down.9", "down.5", 1, 3) == "down.7");
  CHECK(nameInRange("same", "same", 1, 2) == "same");
  CHECK(nameInRange("a.0", "a.1", 1, 2) == "a.1");
}

TEST_CASE("what is no range, or lies outside of it, is named as a whole") {
  CHECK(nameInRange("a.0", "a.3", 1, 3) == "a.0-3"); // steps of one and a half
  CHECK(nameInRange("conv", "conv1", 0, 2) == "conv..conv1");
  CHECK(nameInRange("a.0", "a.3", 4, 4) == "a.0-3");
  CHECK(nameInRange("a.0", "a.3", 0, 1) == "a.0-3");
  CHECK(nameInRange("a.0", "a.99999999999999999999", 1, 2) == "a.0-99999999999999999999");
}
