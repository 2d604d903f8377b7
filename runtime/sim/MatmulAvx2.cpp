// The product on AVX2: 6 rows by 16 columns of the result at a time, one chain after the other.
//
// 12 of the 16 registers hold a chain; its tile of sums waits in memory. Columns beyond the
// last whole 16 go through a copy that is padded with zeros.
#include "runtime/sim/MatmulPaths.h"

#ifdef NEURON_MATMUL_X86
#include <cstring>

#if defined(__clang__)
#define NEURON_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NEURON_UNROLL _Pragma("GCC unroll 6")
#endif

namespace neuron::sim {
namespace {

constexpr unsigned kRows = 6, kWidth = 16;
constexpr unsigned kMaxDepth = 128;

struct Tile {
  __m256 at[kRows][2];
};

/// Rows of a panel, with their distance.
struct Panel {
  const float *data;
  size_t stride;
  const float *row(unsigned k) const { return data + k * stride; }
};

/// The chain of every second product from `first` on, below `end`.
template <unsigned Rows>
__attribute__((always_inline)) inline Tile chain(Panel w, Panel x, unsigned first, unsigned end) {
  Tile sum;
  for (auto &row : sum.at)
    row[0] = row[1] = _mm256_setzero_ps();
  for (unsigned k = first; k < end; k += 2) {
    __m256 x0 = _mm256_loadu_ps(x.row(k)), x1 = _mm256_loadu_ps(x.row(k) + 8);
    NEURON_UNROLL
    for (unsigned r = 0; r < Rows; ++r) {
      __m256 factor = _mm256_broadcast_ss(w.row(k) + r);
      sum.at[r][0] = _mm256_fmadd_ps(factor, x0, sum.at[r][0]);
      sum.at[r][1] = _mm256_fmadd_ps(factor, x1, sum.at[r][1]);
    }
  }
  return sum;
}

/// What the zeros of the padding do.
void addZero(Tile &sum) {
  for (auto &row : sum.at)
    for (__m256 &one : row)
      one = _mm256_add_ps(one, _mm256_setzero_ps());
}

template <unsigned Rows>
__attribute__((noinline)) void addBlock(Panel w, Panel x, unsigned depth, Tile &c) {
  Tile even = chain<Rows>(w, x, 0, depth);
  if ((depth + 1) / 2 < kBlockDepth / 2)
    addZero(even);
  Tile odd = chain<Rows>(w, x, 1, depth);
  if (depth / 2 < kBlockDepth / 2)
    addZero(odd);
  for (unsigned r = 0; r < Rows; ++r)
    for (unsigned h = 0; h < 2; ++h)
      c.at[r][h] = _mm256_add_ps(c.at[r][h], _mm256_add_ps(even.at[r][h], odd.at[r][h]));
}

using BlockFunction = void (*)(Panel, Panel, unsigned, Tile &);
constexpr BlockFunction kBlocks[kRows] = {addBlock<1>, addBlock<2>, addBlock<3>,
                                          addBlock<4>, addBlock<5>, addBlock<6>};

__m256 canonical(__m256 x) {
  __m256 nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
  return _mm256_blendv_ps(x, nan, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

/// A tile of the result from and to memory; what lies outside is zero.
void loadTile(Tile &c, const float *from, size_t stride, unsigned rows, unsigned width) {
  alignas(32) float edge[kWidth] = {};
  for (unsigned r = 0; r < rows; ++r, from += stride) {
    const float *row = from;
    if (width < kWidth) {
      std::memcpy(edge, from, width * sizeof(float));
      row = edge;
    }
    c.at[r][0] = _mm256_loadu_ps(row);
    c.at[r][1] = _mm256_loadu_ps(row + 8);
  }
}

void storeTile(const Tile &c, float *to, size_t stride, unsigned rows, unsigned width) {
  alignas(32) float edge[kWidth];
  for (unsigned r = 0; r < rows; ++r, to += stride) {
    float *row = width < kWidth ? edge : to;
    _mm256_storeu_ps(row, canonical(c.at[r][0]));
    _mm256_storeu_ps(row + 8, canonical(c.at[r][1]));
    if (width < kWidth)
      std::memcpy(to, edge, width * sizeof(float));
  }
}

/// All rows of the result in columns [n, n + width).
void multiplyColumns(const Product &p, Panel x, unsigned n, unsigned width) {
  for (unsigned m = 0; m < p.weights.extent; m += kRows) {
    unsigned rows = p.weights.extent - m < kRows ? p.weights.extent - m : kRows;
    float *at = p.result.data + m * p.result.stride + n;
    Tile c;
    for (auto &row : c.at)
      row[0] = row[1] = _mm256_setzero_ps();
    if (p.accumulate)
      loadTile(c, at, p.result.stride, rows, width);
    for (unsigned k = 0; k < p.weights.depth; k += kBlockDepth) {
      unsigned depth = p.weights.depth - k < kBlockDepth ? p.weights.depth - k : kBlockDepth;
      kBlocks[rows - 1]({p.weights.data + k * p.weights.stride + m, p.weights.stride},
                        {x.row(k), x.stride}, depth, c);
    }
    storeTile(c, at, p.result.stride, rows, width);
  }
}

} // namespace

void multiplyAvx2(const Product &p) {
  FlushDenormals mode;
  alignas(64) float padded[kMaxDepth][kWidth];
  unsigned n = 0;
  for (; n + kWidth <= p.moving.extent; n += kWidth)
    multiplyColumns(p, {p.moving.data + n, p.moving.stride}, n, kWidth);
  unsigned rest = p.moving.extent - n;
  if (rest == 0)
    return;
  std::memset(padded, 0, p.moving.depth * sizeof(padded[0]));
  for (unsigned k = 0; k < p.moving.depth; ++k)
    std::memcpy(padded[k], p.moving.data + k * p.moving.stride + n, rest * sizeof(float));
  multiplyColumns(p, {padded[0], kWidth}, n, rest);
}

} // namespace neuron::sim
#endif
