// The product on AVX-512: 4 rows by 32 columns of the result at a time.
//
// Both chains of a tile run side by side in 16 registers, its sums stay in 8 more: of three
// loads that a multiply-add could ask for, four multiply-adds share one of `moving` and two one
// of `weights`, so that the multipliers and not the loads set the pace. What is left over at
// the right edge is masked, what is left over below is a smaller tile.
#include "runtime/sim/MatmulPaths.h"

#ifdef NEURON_MATMUL_X86

#define NEURON_AVX512 __attribute__((target("avx512f")))
#if defined(__clang__)
#define NEURON_UNROLL _Pragma("clang loop unroll(full)")
#else
#define NEURON_UNROLL _Pragma("GCC unroll 8")
#endif

namespace neuron::sim {
namespace {

constexpr unsigned kRows = 4, kVectors = 2, kWidth = 16;

/// Where a tile lies in its product.
struct Place512 {
  const float *w, *x;
  float *c;
  __mmask16 edge; ///< columns that exist in the last vector
};

template <unsigned Rows, unsigned Vectors> struct Tile512 {
  __m512 even[Rows][Vectors], odd[Rows][Vectors];
};

template <unsigned Rows, unsigned Vectors>
NEURON_AVX512 __attribute__((always_inline)) inline void
step(__m512 (&sum)[Rows][Vectors], const float *w, const float *x, __mmask16 edge) {
  __m512 column[Vectors];
  NEURON_UNROLL
  for (unsigned v = 0; v + 1 < Vectors; ++v)
    column[v] = _mm512_loadu_ps(x + v * kWidth);
  column[Vectors - 1] = _mm512_maskz_loadu_ps(edge, x + (Vectors - 1) * kWidth);
  // The columns of four tiles share a line of each row: the next tiles' line is asked for now.
  _mm_prefetch(reinterpret_cast<const char *>(w + kWidth), _MM_HINT_T0);
  NEURON_UNROLL
  for (unsigned r = 0; r < Rows; ++r) {
    __m512 factor = _mm512_set1_ps(w[r]);
    NEURON_UNROLL
    for (unsigned v = 0; v < Vectors; ++v)
      sum[r][v] = _mm512_fmadd_ps(factor, column[v], sum[r][v]);
  }
}

template <unsigned Rows, unsigned Vectors>
NEURON_AVX512 __attribute__((always_inline)) inline void addZero(__m512 (&sum)[Rows][Vectors]) {
  for (auto &row : sum)
    for (__m512 &one : row)
      one = _mm512_add_ps(one, _mm512_setzero_ps());
}

template <unsigned Rows, unsigned Vectors>
NEURON_AVX512 __attribute__((noinline)) void multiplyTile(const Product &p, Place512 at) {
  const size_t ws = p.weights.stride, xs = p.moving.stride, cs = p.result.stride;
  const float *w = at.w, *x = at.x;
  const __mmask16 all = 0xffff;
  __m512 sum[Rows][Vectors];
  NEURON_UNROLL
  for (unsigned r = 0; r < Rows; ++r) {
    NEURON_UNROLL
    for (unsigned v = 0; v < Vectors; ++v)
      sum[r][v] = p.accumulate ? _mm512_maskz_loadu_ps(v + 1 < Vectors ? all : at.edge,
                                                       at.c + r * cs + v * kWidth)
                               : _mm512_setzero_ps();
  }
  for (unsigned k = 0; k < p.weights.depth; k += kBlockDepth) {
    Tile512<Rows, Vectors> chain;
    for (unsigned r = 0; r < Rows; ++r)
      for (unsigned v = 0; v < Vectors; ++v)
        chain.even[r][v] = chain.odd[r][v] = _mm512_setzero_ps();
    unsigned depth = p.weights.depth - k < kBlockDepth ? p.weights.depth - k : kBlockDepth;
    for (unsigned pair = depth / 2; pair; --pair, w += 2 * ws, x += 2 * xs) {
      step<Rows, Vectors>(chain.even, w, x, at.edge);
      step<Rows, Vectors>(chain.odd, w + ws, x + xs, at.edge);
    }
    if (depth % 2) {
      step<Rows, Vectors>(chain.even, w, x, at.edge);
      w += ws, x += xs;
    }
    if ((depth + 1) / 2 < kBlockDepth / 2)
      addZero<Rows, Vectors>(chain.even);
    if (depth / 2 < kBlockDepth / 2)
      addZero<Rows, Vectors>(chain.odd);
    for (unsigned r = 0; r < Rows; ++r)
      for (unsigned v = 0; v < Vectors; ++v)
        sum[r][v] = _mm512_add_ps(sum[r][v], _mm512_add_ps(chain.even[r][v], chain.odd[r][v]));
  }
  const __m512 nan = _mm512_castsi512_ps(_mm512_set1_epi32(0x7fc00000));
  NEURON_UNROLL
  for (unsigned r = 0; r < Rows; ++r) {
    NEURON_UNROLL
    for (unsigned v = 0; v < Vectors; ++v) {
      __mmask16 bad = _mm512_cmp_ps_mask(sum[r][v], sum[r][v], _CMP_UNORD_Q);
      _mm512_mask_storeu_ps(at.c + r * cs + v * kWidth, v + 1 < Vectors ? all : at.edge,
                            _mm512_mask_mov_ps(sum[r][v], bad, nan));
    }
  }
}

using TileFunction = void (*)(const Product &, Place512);
/// By rows - 1 and vectors - 1.
constexpr TileFunction kTiles[kRows][kVectors] = {{multiplyTile<1, 1>, multiplyTile<1, 2>},
                                                  {multiplyTile<2, 1>, multiplyTile<2, 2>},
                                                  {multiplyTile<3, 1>, multiplyTile<3, 2>},
                                                  {multiplyTile<4, 1>, multiplyTile<4, 2>}};

unsigned atMost(unsigned value, unsigned most) { return value < most ? value : most; }

/// Asks for a part of the columns that come next: rows of `moving` lie so far apart that the
/// processor does not see them coming.
void fetchAhead(const MatrixView &moving, unsigned column, unsigned part, unsigned parts) {
  if (column >= moving.extent)
    return;
  const unsigned end = moving.depth * (part + 1) / parts;
  for (unsigned k = moving.depth * part / parts; k < end; ++k) {
    const float *row = moving.data + k * moving.stride + column;
    _mm_prefetch(reinterpret_cast<const char *>(row), _MM_HINT_T0);
    _mm_prefetch(reinterpret_cast<const char *>(row + kWidth), _MM_HINT_T0);
  }
}

} // namespace

void multiplyAvx512(const Product &p) {
  FlushDenormals mode;
  const unsigned tiles = (p.weights.extent + kRows - 1) / kRows;
  for (unsigned n = 0; n < p.moving.extent; n += kVectors * kWidth) {
    unsigned width = atMost(p.moving.extent - n, kVectors * kWidth);
    unsigned vectors = (width + kWidth - 1) / kWidth;
    unsigned last = width - (vectors - 1) * kWidth;
    __mmask16 edge = static_cast<__mmask16>((1u << last) - 1);
    for (unsigned m = 0; m < p.weights.extent; m += kRows) {
      unsigned rows = atMost(p.weights.extent - m, kRows);
      fetchAhead(p.moving, n + kVectors * kWidth, m / kRows, tiles);
      kTiles[rows - 1][vectors - 1](p, {p.weights.data + m, p.moving.data + n,
                                        p.result.data + m * p.result.stride + n, edge});
    }
  }
}

} // namespace neuron::sim
#endif
