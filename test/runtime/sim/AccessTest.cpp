// Byte patterns: normal form, and the meeting test against sets of bytes.
#include "runtime/sim/Access.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <random>
#include <set>

using namespace neuron;
using namespace neuron::sim;

namespace {

isa::Operand operandOf(DType type, std::initializer_list<isa::Dim> dims) {
  isa::Operand o;
  o.space = isa::Space::Sbuf;
  o.dtype = type;
  o.partitions = 1;
  for (const isa::Dim &d : dims)
    o.dim[o.numDims++] = d;
  return o;
}

/// The bytes of an operand, each counted as often as an element touches it.
std::multiset<int64_t> bytesOf(const isa::Operand &o, int64_t base, bool byteSteps) {
  std::multiset<int64_t> bytes;
  int64_t size = byteSize(o.dtype), unit = byteSteps ? 1 : size;
  for (uint64_t n = 0; n < o.elements(); ++n) {
    uint64_t left = n;
    int64_t at = base;
    for (unsigned d = o.numDims; d-- > 0;) {
      at += static_cast<int64_t>(left % o.dim[d].count) * o.dim[d].step * unit;
      left /= o.dim[d].count;
    }
    for (int64_t b = 0; b < size; ++b)
      bytes.insert(at + b);
  }
  return bytes;
}

bool meet(const std::multiset<int64_t> &a, const std::multiset<int64_t> &b) {
  for (int64_t byte : a)
    if (b.count(byte))
      return true;
  return false;
}

isa::Operand randomOperand(std::mt19937 &random) {
  const DType types[] = {DType::F32, DType::Bf16, DType::I8};
  isa::Operand o = operandOf(types[random() % 3], {});
  o.numDims = random() % 5;
  for (unsigned d = 0; d < o.numDims; ++d)
    o.dim[d] = {static_cast<int32_t>(random() % 41) - 12, 1 + static_cast<uint32_t>(random() % 4)};
  return o;
}

} // namespace

TEST_CASE("a row-major tile is one chunk") {
  Pattern p = makePattern(operandOf(DType::F32, {{64, 8}, {1, 64}}), false);
  CHECK(p.isContiguous());
  CHECK(p.chunk == 8 * 64 * 4);
  CHECK(p.extent == p.chunk);
}

TEST_CASE("a negative step moves the lowest byte") {
  Pattern p = makePattern(operandOf(DType::Bf16, {{-4, 3}}), false);
  CHECK(p.low == -16);
  CHECK(p.numDims == 1);
  CHECK(p.chunk == 2);
  CHECK(p.extent == 18);
}

TEST_CASE("a dim that continues the next smaller one joins it") {
  Pattern p = makePattern(operandOf(DType::F32, {{32, 5}, {8, 4}}), false);
  CHECK(p.numDims == 1);
  CHECK(p.dim[0].count == 20);
}

TEST_CASE("neighbouring columns share a range and no byte") {
  Pattern p = makePattern(operandOf(DType::F32, {{8, 4}, {1, 2}}), false);
  CHECK_FALSE(overlap(p, 0, p, 8));
  CHECK(overlap(p, 0, p, 4));
  CHECK_FALSE(overlap(p, 0, p, 24));
}

TEST_CASE("no elements touch nothing") {
  Pattern none = makePattern(operandOf(DType::F32, {{1, 0}}), false);
  Pattern one = makePattern(operandOf(DType::F32, {}), false);
  CHECK(none.empty());
  CHECK_FALSE(overlap(none, 0, one, 0));
  CHECK(covers(one, 0, none, 100));
}

TEST_CASE("random patterns meet exactly when their bytes do") {
  std::mt19937 random(7);
  unsigned met = 0;
  for (unsigned round = 0; round < 20000; ++round) {
    isa::Operand a = randomOperand(random), b = randomOperand(random);
    bool byteSteps = random() % 2;
    int64_t baseA = random() % 200, baseB = random() % 200;
    auto bytesA = bytesOf(a, baseA, byteSteps), bytesB = bytesOf(b, baseB, byteSteps);
    Pattern pa = makePattern(a, byteSteps), pb = makePattern(b, byteSteps);
    REQUIRE(*bytesA.begin() == baseA + pa.low);
    REQUIRE(*bytesA.rbegin() + 1 == baseA + pa.low + static_cast<int64_t>(pa.extent));
    bool expected = meet(bytesA, bytesB);
    met += expected;
    INFO("round " << round);
    REQUIRE(overlap(pa, baseA + pa.low, pb, baseB + pb.low) == expected);
    REQUIRE(overlap(pb, baseB + pb.low, pa, baseA + pa.low) == expected);
    if (covers(pa, baseA + pa.low, pb, baseB + pb.low))
      for (int64_t byte : bytesB)
        REQUIRE(bytesA.count(byte));
    std::set<int64_t> distinct(bytesA.begin(), bytesA.end());
    REQUIRE(overlapsItself(a, byteSteps) == (distinct.size() != bytesA.size()));
  }
  CHECK(met > 2000);
  CHECK(met < 18000);
}

TEST_CASE("patterns that do not nest are still decided exactly") {
  // sums of 6 and 10 and 15 thousandfold: nothing prunes by divisor or reach
  Pattern::Dim da[] = {{6007, 900}, {10007, 700}, {15013, 500}, {7001, 800}};
  Pattern::Dim db[] = {{6011, 900}, {10009, 700}, {15017, 500}, {7013, 800}};
  Pattern a = makePattern(da, 4, 1, 1), b = makePattern(db, 4, 1, 1);
  CHECK(overlap(a, 0, b, 1));
  CHECK(overlap(a, 0, b, 0));
  // two interleaved lattices of even and odd bytes
  Pattern::Dim ea[] = {{6006, 60000}, {10010, 50000}}, eb[] = {{7014, 60000}, {15018, 50000}};
  Pattern even = makePattern(ea, 2, 1, 1), odd = makePattern(eb, 2, 1, 1);
  CHECK_FALSE(overlap(even, 0, odd, 1));
  CHECK(overlap(even, 0, odd, 0));
}

TEST_CASE("rows of an indirect transfer are one more dim") {
  isa::Operand row = operandOf(DType::F32, {{4, 16}});
  row.space = isa::Space::Hbm;
  Pattern p = makeRowsPattern(row, 64, 1000);
  CHECK(p.isContiguous());
  CHECK(p.extent == 64000);
  Pattern sparse = makeRowsPattern(row, 128, 1000);
  CHECK(sparse.numDims == 1);
  CHECK_FALSE(overlap(sparse, 0, sparse, 64));
}

TEST_CASE("extents beyond every memory stay in range") {
  isa::Operand huge =
      operandOf(DType::F64, {{2147483647, 4294967295u}, {-2147483647, 4294967295u}});
  Pattern p = makePattern(huge, false);
  CHECK(overlap(p, 0, p, 5));
  CHECK(overlapsItself(huge, false));
}
