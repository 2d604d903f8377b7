// The MLP of one token in decoding, bf16, one core of trn2: out = (silu(x G) * (x U)) D.
//
// The hidden vector is on partitions, 128 values in each of H / 128 columns, and stationary;
// weights move. G and U are loaded in blocks of 1024 rows, [128, 8, I], into one ring for both,
// which is published, four deep, which is published of the same library's kernel for many tokens;
// the product is brought onto partitions by matmuls with a single one; D is loaded in pieces of
// 2048 columns. Published: regression targets of a kernel library (hardware notes 7.11): H 16,384
// with I 416: 118 us; I 832: 224.5 us.
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

#include <cmath>

namespace neuron::kernels {
namespace {

constexpr unsigned kLoads = 0, kStores = 10;

/// x W for both halves of w, one behind the other: their blocks share a ring.
Tile project(Kernel &k, const Tile &x, const Tensor &w, uint64_t hidden, uint64_t width) {
  constexpr unsigned kRing = 4;
  int64_t wide = static_cast<int64_t>(width), half = wide > 512 ? wide / 2 : wide;
  Tile result = k.sbuf(DType::F32, 1, 2 * width);
  k.loop(2, [&](Index side) {
    std::vector<Tile> sums;
    for (int64_t at = 0; at < wide; at += half)
      sums.push_back(k.psum(DType::F32, 1, static_cast<uint64_t>(half)));
    auto multiplyBlock = [&](const Tile &rows, const Affine &block, bool first) {
      Affine from = side * (static_cast<int64_t>(hidden) * wide) + block * (1024 * wide);
      k.dma(rows.grid(0, {{8, wide}, {width, 1}}),
            w.grid(from, {{128, wide}, {8, 128 * wide}, {width, 1}}), kLoads);
      k.loop(8, [&](Index i) {
        k.ldweights(x.at(block * 8 + i, 1));
        for (size_t s = 0; s < sums.size(); ++s) {
          int64_t part = static_cast<int64_t>(s) * half;
          k.matmul(sums[s].all(), rows.at(i * wide + part, static_cast<uint64_t>(half)),
                   first ? Accumulate::unlessFirst(i) : Accumulate::always());
        }
      });
    };
    multiplyBlock(k.sbuf(DType::Bf16, 128, 8 * width, 2), 0, true);
    k.loop(hidden / 1024 - 1, [&](Index block) {
      multiplyBlock(k.sbuf(DType::Bf16, 128, 8 * width, kRing), block + 1, false);
    });
    for (size_t s = 0; s < sums.size(); ++s)
      k.copy(result.at(side * wide + static_cast<int64_t>(s) * half, static_cast<uint64_t>(half)),
             sums[s].all());
  });
  return result;
}

Numbers reference(Kernel &k, const Tensor &x, const Tensor &both, const Tensor &d) {
  Numbers flat(x.rows * x.columns), in = k.contentOf(x), weights = k.contentOf(both);
  for (uint64_t p = 0; p < x.rows; ++p)
    for (uint64_t c = 0; c < x.columns; ++c)
      flat[c * x.rows + p] = in[p * x.columns + c];
  auto middle = weights.begin() + static_cast<int64_t>(weights.size() / 2);
  Numbers gate = product(flat, Numbers(weights.begin(), middle), both.rows / 2, 1, both.columns);
  Numbers up = product(flat, Numbers(middle, weights.end()), both.rows / 2, 1, both.columns);
  for (uint64_t i = 0; i < gate.size(); ++i)
    gate[i] = gate[i] / (1 + std::exp(-gate[i])) * up[i];
  return product(gate, k.contentOf(d), d.rows, 1, d.columns);
}

void decode(Kernel &k, uint64_t hidden, uint64_t width) {
  k.described(kLoads);
  Tensor x = k.input("x", DType::Bf16, 128, hidden / 128, 1);
  Tensor both = k.input("gate_and_up", DType::Bf16, 2 * hidden, width, 2);
  Tensor d = k.input("down", DType::Bf16, width, hidden, 4);
  Tensor out = k.output("out", DType::F32, 1, hidden);
  Tensor one = k.constant("one", DType::F32, 1, 1, {1});
  Tile in = k.sbuf(DType::Bf16, 128, hidden / 128), single = k.sbuf(DType::F32, 1, 1);
  k.dma(in.all(), x.block(0, 0, 128, hidden / 128), kLoads);
  k.dma(single.all(), one.block(0, 0, 1, 1), kLoads);
  k.loadTable(Activation::Silu);
  Tile projected = project(k, in, both, hidden, width), gate = k.sbuf(DType::F32, 1, width);
  k.activate(gate.all(), projected.at(0, width), Activation::Silu);
  k.tensorTensor(gate.all(), gate.all(), projected.at(static_cast<int64_t>(width), width),
                 AluOp::Multiply);
  // I on partitions: whole tiles of 128 in a loop, the rest behind it.
  uint64_t whole = width / 128;
  unsigned rest = static_cast<unsigned>(width % 128);
  int64_t restAt = static_cast<int64_t>(whole);
  Tile turned = k.psum(DType::F32, 128, whole), act = k.sbuf(DType::Bf16, 128, whole);
  Tile turnedRest = k.psum(DType::F32, rest, 1), actRest = k.sbuf(DType::Bf16, rest, 1);
  k.loop(whole, [&](Index i) {
    k.ldweights(gate.at(i * 128, 128));
    k.matmul(turned.at(i, 1), single.all());
  });
  k.ldweights(gate.at(restAt * 128, rest));
  k.matmul(turnedRest.all(), single.all());
  k.copy(act.all(), turned.all());
  k.copy(actRest.all(), turnedRest.all());
  uint64_t piece = std::min<uint64_t>(hidden, 2048);
  int64_t wide = static_cast<int64_t>(piece);
  k.loop(hidden / piece, [&](Index c) {
    Tile rows = k.sbuf(DType::Bf16, 128, whole * piece, 2);
    Tile last = k.sbuf(DType::Bf16, rest, piece, 2), result = k.sbuf(DType::F32, 1, piece, 2);
    k.loop(whole, [&](Index i) {
      k.dma(rows.at(i * wide, piece), d.block(i * 128, c * wide, 128, piece), kLoads);
    });
    k.dma(last.all(), d.block(restAt * 128, c * wide, rest, piece), kLoads);
    k.loop(piece / 512, [&](Index n) {
      Tile sum = k.psum(DType::F32, 1, 512, 2);
      k.loop(whole, [&](Index i) {
        k.ldweights(act.at(i, 1));
        k.matmul(sum.all(), rows.at(i * wide + n * 512, 512), Accumulate::unlessFirst(i));
      });
      k.ldweights(actRest.all());
      k.matmul(sum.all(), last.at(n * 512, 512), Accumulate::always());
      k.copy(result.at(n * 512, 512), sum.all());
    });
    k.dma(out.block(0, c * wide, 1, piece), result.all(), kStores);
  });
  if (k.withValues())
    k.expect(out, reference(k, x, both, d), 5e-3);
}

} // namespace

void addDecode(Cases &cases) {
  for (uint64_t width : {416, 832}) {
    Case one;
    one.name = formatText("MLP of one token, 16,384 x %u", static_cast<unsigned>(width));
    one.machine = "trn2";
    one.quantity = Quantity::WithLaunch;
    one.role = Role::Revised; // README
    one.published = width == 416 ? 118 : 224.5;
    one.source = "notes 7.11";
    one.residual = "385 GB/s were reached, more than the documented sustained rate of 368; the "
                   "rows past whole tiles of 128 load some engines more than others, and D waits "
                   "for the product with two slots full";
    one.program = [=](Kernel &k) { decode(k, 16384, width); };
    one.small = [=](Kernel &k) { decode(k, 2048, width); };
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
