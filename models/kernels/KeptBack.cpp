// Kernels whose published times are not in this repository.
//
//   conv2d, trn2: 256 channels in and out, 224 x 224, 3 x 3, no padding, with bias, fp32 and fp16,
//     with and without a 2 x 2 max pool: channels on partitions; the weights are turned around by
//     the TensorE once; for two rows of the result, rows of the input are loaded, and for every
//     row 18 matmuls of 222 columns add up in PSUM (2 x 9 shifted views of the input)
//   transposition, trn2, fp32: 128 x 128 blocks through the TensorE
//   additions of vectors, trn2: see Transfers.cpp
//   matmul 2048 x 2048 x 2048, trn2, bf16: A turned around by the TensorE, or before; B stays
//   16 loads of a tile, trn2, bf16
//   depthwise conv1d, trn1, fp32: channels on partitions; 128 outputs at a time are the products
//     of a window that steps over itself with the three taps, and their sums
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

#include <cmath>

namespace neuron::kernels {
namespace {

constexpr unsigned kLoads = 0, kStores = 10;

// --- Convolution -----------------------------------------------------------------------------

struct Conv {
  DType dtype;
  bool pool;
  uint64_t channels, height, width; ///< channels in and out alike
};

Numbers convolved(Kernel &k, const Conv &c, const Tensor &x, const Tensor &w, const Tensor &bias) {
  Numbers in = k.contentOf(x), taps = k.contentOf(w), add = k.contentOf(bias), full, out;
  uint64_t rows = c.height - 2, columns = c.width - 2, n = c.channels;
  for (uint64_t o = 0; o < n; ++o)
    for (uint64_t r = 0; r < rows; ++r)
      for (uint64_t col = 0; col < columns; ++col) {
        double sum = add[o];
        for (uint64_t i = 0; i < n; ++i)
          for (uint64_t t = 0; t < 9; ++t)
            sum +=
                taps[(o * n + i) * 9 + t] * in[(i * c.height + r + t / 3) * c.width + col + t % 3];
        full.push_back(sum);
      }
  if (!c.pool)
    return full;
  for (uint64_t at = 0; at < n * rows * columns; at += 2 * columns)
    for (uint64_t col = 0; col < columns; col += 2)
      out.push_back(std::max({full[at + col], full[at + col + 1], full[at + columns + col],
                              full[at + columns + col + 1]}));
  return out;
}

using Grid = std::vector<std::vector<Tile>>;

/// Weights [out, in * 9] as a stationary [in, out] for every pair of 128 channels and every tap.
Grid turnWeights(Kernel &k, const Conv &c, const Tensor &w, const Tile &eye) {
  uint64_t parts = c.channels / 128;
  Grid turned(parts);
  for (uint64_t o = 0; o < parts; ++o) {
    Tile rows = k.sbuf(c.dtype, 128, c.channels * 9);
    k.dma(rows.all(), w.block(static_cast<int64_t>(o * 128), 0, 128, c.channels * 9), kLoads);
    for (uint64_t i = 0; i < parts; ++i) {
      Tile tile = k.sbuf(c.dtype, 128, 9 * 128);
      k.loop(9, [&](Index tap) {
        Tile bank = k.psum(c.dtype, 128, 128, 1);
        k.ldweights(rows.grid(tap + static_cast<int64_t>(i * 128 * 9), {{128, 9}}));
        k.matmul(bank.all(), eye.all(), {}, true);
        k.copy(tile.at(tap * 128, 128), bank.all());
      });
      turned[o].push_back(tile);
    }
  }
  return turned;
}

void conv2d(Kernel &k, const Conv &c) {
  k.described(kLoads);
  uint64_t parts = c.channels / 128, rows = c.height - 2, columns = c.width - 2;
  uint64_t outRows = c.pool ? rows / 2 : rows, outColumns = c.pool ? columns / 2 : columns;
  Tensor x = k.input("x", c.dtype, c.channels, c.height * c.width, 1);
  Tensor w = k.input("w", c.dtype, c.channels, c.channels * 9, 2);
  Tensor bias = k.input("bias", DType::F32, c.channels, 1, 3);
  Tensor eye = k.constant("identity", c.dtype, 128, 128, identity(128));
  Tensor out = k.output("out", c.dtype, c.channels, outRows * outColumns);
  Tile one = k.sbuf(c.dtype, 128, 128);
  k.dma(one.all(), eye.block(0, 0, 128, 128), kLoads);
  std::vector<Tile> offsets;
  for (uint64_t o = 0; o < parts; ++o) {
    offsets.push_back(k.sbuf(DType::F32, 128, 1));
    k.dma(offsets[o].all(), bias.block(static_cast<int64_t>(o * 128), 0, 128, 1), kLoads);
  }
  Grid weights = turnWeights(k, c, w, one);
  int64_t pitch = static_cast<int64_t>(c.width), wide = static_cast<int64_t>(columns);
  k.loop(rows / 2, [&](Index r) {
    std::vector<Tile> in;
    for (uint64_t i = 0; i < parts; ++i) {
      in.push_back(k.sbuf(c.dtype, 128, 4 * c.width, 2));
      k.dma(in[i].all(), x.block(static_cast<int64_t>(i * 128), r * (2 * pitch), 128, 4 * c.width),
            kLoads);
    }
    for (uint64_t o = 0; o < parts; ++o) {
      Tile pair = k.sbuf(c.dtype, 128, 2 * columns, 2);
      for (int64_t row = 0; row < 2; ++row) {
        Tile sum = k.psum(DType::F32, 128, columns, 1);
        for (uint64_t i = 0; i < parts; ++i)
          for (int64_t tap = 0; tap < 9; ++tap) {
            k.ldweights(weights[o][i].at(tap * 128, 128));
            k.matmul(sum.all(), in[i].at((row + tap / 3) * pitch + tap % 3, columns),
                     i || tap ? Accumulate::always() : Accumulate());
          }
        k.tensorScalar(pair.at(row * wide, columns), sum.all(), AluOp::Add, offsets[o].all());
      }
      int64_t first = static_cast<int64_t>(o * 128);
      if (!c.pool) {
        k.dma(out.block(first, r * (2 * wide), 128, 2 * columns), pair.all(), kStores);
        continue;
      }
      Tile most = k.sbuf(c.dtype, 128, outColumns, 2);
      k.reduce(most.all(), pair.grid(0, {{outColumns, 2}, {2, wide}, {2, 1}}), AluOp::Max, 2);
      k.dma(out.block(first, r * static_cast<int64_t>(outColumns), 128, outColumns), most.all(),
            kStores);
    }
  });
  if (k.withValues())
    k.expect(out, convolved(k, c, x, w, bias), c.dtype == DType::F32 ? 1e-4 : 5e-3);
}

// --- Transposition ---------------------------------------------------------------------------

void transpose(Kernel &k, uint64_t n) {
  // A kernel that only moves: Sync triggers its stores too, behind the loads that have slots.
  constexpr unsigned kBehind = 1, kSlots = 4, kAhead = kSlots - 1;
  k.described(kLoads);
  k.described(kBehind);
  Tensor x = k.input("x", DType::F32, n, n, 1), out = k.output("out", DType::F32, n, n);
  Tensor eye = k.constant("identity", DType::F32, 128, 128, identity(128));
  Tile one = k.sbuf(DType::F32, 128, 128);
  k.dma(one.all(), eye.block(0, 0, 128, 128), kLoads);
  k.loop(n / 128, [&](Index i) {
    k.loop(n / 128, [&](Index j) {
      Tile in = k.sbuf(DType::F32, 128, 128, kSlots), turned = k.sbuf(DType::F32, 128, 128, 2);
      Tile bank = k.psum(DType::F32, 128, 128, 2);
      k.dma(in.all(), x.block(i * 128, j * 128, 128, 128), kLoads);
      k.ldweights(in.all());
      k.matmul(bank.all(), one.all(), {}, true);
      k.copy(turned.all(), bank.all());
      k.stage(kAhead, 0,
              [&] { k.dma(out.block(j * 128, i * 128, 128, 128), turned.all(), kBehind); });
    });
  });
  if (k.withValues())
    k.expect(out, transposed(k.contentOf(x), n, n), 0);
}

// --- Matmul ----------------------------------------------------------------------------------

void squareMatmul(Kernel &k, uint64_t n, bool onChip) {
  k.described(kLoads);
  uint64_t tiles = n / 128;
  Tensor a = k.input("a", DType::Bf16, n, n, 1), b = k.input("b", DType::Bf16, n, n, 2);
  Tensor eye = k.constant("identity", DType::Bf16, 128, 128, identity(128));
  Tensor out = k.output("out", DType::Bf16, n, n);
  Tile one = k.sbuf(DType::Bf16, 128, 128), right = k.sbuf(DType::Bf16, 128, tiles * n);
  k.dma(one.all(), eye.block(0, 0, 128, 128), kLoads);
  int64_t pitch = static_cast<int64_t>(n);
  k.loop(tiles,
         [&](Index i) { k.dma(right.at(i * pitch, n), b.block(i * 128, 0, 128, n), kLoads); });
  k.loop(tiles, [&](Index m) {
    Tile left = k.sbuf(DType::Bf16, 128, n, 2);
    if (onChip) { // a holds A, row by row
      Tile rows = k.sbuf(DType::Bf16, 128, n, 2);
      k.dma(rows.all(), a.block(m * 128, 0, 128, n), kLoads);
      k.loop(tiles / 4, [&](Index group) {
        Tile bank = k.psum(DType::Bf16, 128, 512, 2);
        for (int64_t t = 0; t < 4; ++t) {
          k.ldweights(rows.at(group * 512 + t * 128, 128));
          k.matmul(bank.at(t * 128, 128), one.all(), {}, true);
        }
        k.copy(left.at(group * 512, 512), bank.all());
      });
    } else { // a holds the transpose of A
      k.loop(tiles, [&](Index i) {
        k.dma(left.at(i * 128, 128), a.block(i * 128, m * 128, 128, 128), kLoads);
      });
    }
    k.loop(n / 512, [&](Index column) {
      Tile sum = k.psum(DType::F32, 128, 512, 2), result = k.sbuf(DType::Bf16, 128, 512, 2);
      k.loop(tiles, [&](Index i) {
        k.ldweights(left.at(i * 128, 128));
        k.matmul(sum.all(), right.at(i * pitch + column * 512, 512), Accumulate::unlessFirst(i));
      });
      k.copy(result.all(), sum.all());
      k.dma(out.block(m * 128, column * 512, 128, 512), result.all(), kStores);
    });
  });
  if (!k.withValues())
    return;
  Numbers left = k.contentOf(a);
  k.expect(out, product(onChip ? transposed(left, n, n) : left, k.contentOf(b), n, n, n), 8e-3);
}

// --- Depthwise convolution -------------------------------------------------------------------

void depthwise(Kernel &k, uint64_t batch, uint64_t channels, uint64_t width) {
  constexpr uint64_t kTaps = 3, kOutputs = 128;
  uint64_t results = width - kTaps + 1;
  Tensor x = k.input("x", DType::F32, batch * channels, width, 1);
  Tensor w = k.input("w", DType::F32, channels, kTaps, 2);
  Tensor out = k.output("out", DType::F32, batch * channels, results);
  k.loop(batch, [&](Index n) {
    k.loop(channels / 128, [&](Index c) {
      Tile in = k.sbuf(DType::F32, 128, width, 2), taps = k.sbuf(DType::F32, 128, kTaps, 2);
      Tile sums = k.sbuf(DType::F32, 128, results, 2), moved = k.psum(DType::F32, 128, kTaps, 2);
      Affine row = n * static_cast<int64_t>(channels) + c * 128;
      k.dma(taps.all(), w.block(c * 128, 0, 128, kTaps), kLoads);
      k.dma(in.all(), x.block(row, 0, 128, width), kLoads);
      k.copy(moved.all(), taps.all(), Engine::Scalar); // one operand in PSUM: a column a cycle
      for (uint64_t at = 0; at < results; at += kOutputs) {
        uint64_t count = std::min(kOutputs, results - at);
        int64_t first = static_cast<int64_t>(at);
        Tile products = k.sbuf(DType::F32, 128, count * kTaps, 1);
        k.tensorTensor(products.grid(0, {{count, 3}, {kTaps, 1}}),
                       in.grid(first, {{count, 1}, {kTaps, 1}}),
                       moved.grid(0, {{count, 0}, {kTaps, 1}}), AluOp::Multiply);
        k.reduce(sums.at(first, count), products.grid(0, {{count, 3}, {kTaps, 1}}), AluOp::Add);
      }
      k.dma(out.block(row, 0, 128, results), sums.all(), kStores);
    });
  });
  if (!k.withValues())
    return;
  Numbers in = k.contentOf(x), taps = k.contentOf(w), want;
  for (uint64_t r = 0; r < batch * channels; ++r)
    for (uint64_t i = 0; i < results; ++i) {
      double sum = 0;
      for (uint64_t t = 0; t < kTaps; ++t)
        sum += in[r * width + i + t] * taps[r % channels * kTaps + t];
      want.push_back(sum);
    }
  k.expect(out, want, 1e-6);
}

void add(Cases &cases, const std::string &name, const char *machine,
         const std::function<void(Kernel &)> &program, const std::function<void(Kernel &)> &small,
         Quantity quantity = Quantity::WithLaunch) {
  Case one;
  one.name = name;
  one.machine = machine;
  one.quantity = quantity;
  one.role = Role::KeptBack;
  one.source = "kept back";
  one.program = program;
  one.small = small;
  cases.push_back(one);
}

} // namespace

void addKeptBack(Cases &cases) {
  for (DType dtype : {DType::F32, DType::F16})
    for (bool pool : {false, true})
      add(
          cases,
          std::string("conv2d 256, 224 x 224, 3 x 3, ") + (dtype == DType::F32 ? "fp32" : "fp16") +
              (pool ? ", max pool" : ""),
          "trn2", [=](Kernel &k) { conv2d(k, {dtype, pool, 256, 224, 224}); },
          [=](Kernel &k) { conv2d(k, {dtype, pool, 256, 6, 12}); });
  for (uint64_t n : {1024, 4096})
    add(
        cases, formatText("transposition of %u x %u fp32", unsigned(n), unsigned(n)), "trn2",
        [=](Kernel &k) { transpose(k, n); }, [](Kernel &k) { transpose(k, 512); });
  for (bool onChip : {true, false})
    add(
        cases,
        std::string("matmul 2048 x 2048 x 2048, A turned ") +
            (onChip ? "by the TensorE" : "before"),
        "trn2", [=](Kernel &k) { squareMatmul(k, 2048, onChip); },
        [=](Kernel &k) { squareMatmul(k, 512, onChip); });
  add(
      cases, "depthwise conv1d, 8 x 512 x 2048, 3 taps", "trn1",
      [](Kernel &k) { depthwise(k, 8, 512, 2048); }, [](Kernel &k) { depthwise(k, 2, 128, 300); });
  addKeptBackTransfers(cases);
}

} // namespace neuron::kernels
