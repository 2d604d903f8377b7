// Places on chip against what they mean: every element of an access, one by one.
#include "passes/memory/RowLayout.h"

#include <catch2/catch.hpp>

#include <functional>

using namespace neuron;
using namespace neuron::memory;
using templates::FreeDim;
using templates::Ref;

namespace {

Ref access(int64_t offset, std::initializer_list<FreeDim> dims) {
  Ref ref;
  ref.dtype = DType::F32;
  ref.space = isa::Space::Hbm;
  ref.offset = offset * 4;
  ref.dims.assign(dims.begin(), dims.end());
  return ref;
}

Ref onChip(unsigned start, unsigned partitions, int64_t offset,
           std::initializer_list<FreeDim> dims) {
  Ref ref = access(offset, dims);
  ref.space = isa::Space::Sbuf;
  ref.startPartition = start;
  ref.partitions = partitions;
  return ref;
}

/// The elements of a walk, in order.
std::vector<int64_t> elements(const Ref &ref) {
  std::vector<int64_t> all = {ref.offset.constant / int64_t(byteSize(ref.dtype))};
  for (FreeDim dim : ref.dims) {
    std::vector<int64_t> next;
    for (int64_t at : all)
      for (int64_t i = 0; i < dim.count; ++i)
        next.push_back(at + i * dim.step);
    all = next;
  }
  return all;
}

/// (partition, column) of the elements of a place, in the order of a transfer.
std::vector<std::pair<int64_t, int64_t>> cells(const Ref &place) {
  std::vector<std::pair<int64_t, int64_t>> all;
  for (unsigned p = 0; p < place.partitions; ++p)
    for (int64_t column : elements(place))
      all.push_back({place.startPartition + p, column});
  return all;
}

void checkPlace(const RowLayout &layout, const Ref &from, unsigned partitions) {
  std::optional<Ref> place = layout.place(from, partitions);
  REQUIRE(place);
  std::vector<std::pair<int64_t, int64_t>> expected;
  for (int64_t e : elements(from)) {
    int64_t row = e / layout.length;
    expected.push_back({row % 128, row / 128 * layout.length + e % layout.length});
  }
  CHECK(cells(*place) == expected);
}

} // namespace

TEST_CASE("an access has the place of each of its elements") {
  RowLayout layout{384, 64};
  CHECK(layout.columns() == 192);
  checkPlace(layout, access(0, {{64, 128}, {1, 64}}), 128);
  checkPlace(layout, access(128 * 64 + 16, {{64, 128}, {1, 16}}), 128);
  checkPlace(layout, access(8, {{64, 128}, {128 * 64, 3}, {2, 10}}), 128);
  checkPlace(layout, access(130 * 64, {{1, 64}}), 1);
  checkPlace(layout, access(64 * 64, {{64, 32}, {1, 64}}), 32);
  checkPlace(layout, access(0, {{1, 128 * 64}}), 128); // rows one after the other
  checkPlace(RowLayout{40, 64}, access(32 * 64, {{64, 8}, {1, 64}}), 8);
}

TEST_CASE("an access without a place is refused") {
  RowLayout layout{384, 64};
  CHECK_FALSE(layout.place(access(0, {{1, 64}, {64, 128}}), 64));           // columns on partitions
  CHECK_FALSE(layout.place(access(0, {{128, 64}, {1, 64}}), 64));           // every second row
  CHECK_FALSE(layout.place(access(64 * 64, {{64, 128}, {1, 64}}), 128));    // across a block
  CHECK_FALSE(layout.place(access(32, {{64, 128}, {1, 64}}), 128));         // across a row
  CHECK_FALSE(layout.place(access(256 * 64, {{64, 128}, {8192, 2}}), 128)); // beyond the end
  CHECK_FALSE(layout.place(access(0, {{64, 3}, {1, 64}}), 1));              // rows in the free dims
}

TEST_CASE("an operand of the replaced tile names the same elements in the buffer") {
  // A tile [128, 2, 16] that stands for columns 8 to 23 of two blocks of 64.
  Ref from = onChip(0, 128, 0, {{16, 2}, {1, 16}});
  Ref to = onChip(0, 128, 8, {{64, 2}, {1, 16}});
  std::optional<Renaming> renaming = Renaming::between(from, to);
  REQUIRE(renaming);
  auto expect = [&](const Ref &operand) {
    std::optional<Ref> renamed = renaming->rename(operand);
    REQUIRE(renamed);
    std::vector<int64_t> expected;
    for (int64_t e : elements(operand))
      expected.push_back(8 + e / 16 * 64 + e % 16);
    CHECK(elements(*renamed) == expected);
    CHECK(renamed->startPartition == operand.startPartition);
  };
  expect(from);
  expect(onChip(0, 128, 0, {{1, 32}})); // one dim through both blocks
  expect(onChip(32, 32, 20, {{2, 4}}));
  expect(onChip(0, 128, 3, {{16, 2}}));
  expect(onChip(0, 128, 5, {}));
  CHECK_FALSE(renaming->rename(onChip(0, 128, 8, {{1, 16}}))); // half of each block
  CHECK_FALSE(renaming->rename(onChip(0, 128, 30, {{1, 4}}))); // beyond the tile
  Ref integers = from;
  integers.dtype = DType::I32;
  CHECK_FALSE(renaming->rename(integers));
}

TEST_CASE("a buffer of a narrower type") {
  Ref from = onChip(0, 64, 4, {{1, 8}});
  Ref to = onChip(0, 64, 100, {{1, 8}});
  to.dtype = DType::Bf16;
  to.offset = 200;
  std::optional<Renaming> renaming = Renaming::between(from, to);
  REQUIRE(renaming);
  std::optional<Ref> renamed = renaming->rename(onChip(0, 64, 6, {{1, 4}}));
  REQUIRE(renamed);
  CHECK(renamed->dtype == DType::Bf16);
  CHECK(renamed->offset.constant == 204);
  CHECK_FALSE(renaming->rename(onChip(0, 128, 6, {{1, 4}}))); // partitions that are not stored
  CHECK_FALSE(renaming->rename(onChip(0, 64, 3, {{1, 4}})));
}

TEST_CASE("tiles that are no plain number of elements are not replaced") {
  CHECK_FALSE(Renaming::between(onChip(0, 128, 0, {{2, 8}}), onChip(0, 128, 0, {{2, 8}})));
  CHECK_FALSE(Renaming::between(onChip(32, 32, 0, {{1, 8}}), onChip(0, 32, 0, {{1, 8}})));
  CHECK_FALSE(Renaming::between(onChip(0, 128, 0, {{1, 8}}), onChip(0, 128, 0, {{1, 9}})));
}
