// Implementations of the contract in MatmulKernel.h: FMA of AVX2 or AVX-512 under FTZ and DAZ,
// and portable code that flushes by hand.
#include "runtime/sim/MatmulKernel.h"

#include "runtime/base/Bytes.h"
#include "runtime/base/Numbers.h"

#include <cstring>
#if defined(__AVX2__) && defined(__FMA__)
#define NEURON_MATMUL_AVX2
#include <immintrin.h>
#if defined(__clang__)
#define NEURON_UNROLL_ROWS _Pragma("clang loop unroll(full)")
#else
#define NEURON_UNROLL_ROWS _Pragma("GCC unroll 6")
#endif
#endif

namespace neuron::sim {
namespace {

constexpr float kSmallestNormal = 0x1p-126f;

float flush(float x) {
  return __builtin_fabsf(x) < kSmallestNormal ? __builtin_copysignf(0.0f, x) : x;
}

/// Whether a result of exactly +-2^-126 was smaller before it was rounded to the coarser grid
/// of denormals: the operation is repeated 2^64 times larger, where there is room.
bool roundedUpToNormal(float scaled) { return __builtin_fabsf(scaled) < 0x1p-62f; }

float flushedAdd(float a, float b) {
  // Sums of floats are never inexact below the smallest normal number.
  return flush(flush(a) + flush(b));
}

float flushedFma(float a, float b, float c) {
  a = flush(a), b = flush(b), c = flush(c);
  float result = __builtin_fmaf(a, b, c);
  if (__builtin_fabsf(result) != kSmallestNormal)
    return flush(result);
  // A factor below 1 can be raised by 2^64 without overflow; |a b| is near 2^-126 or c is.
  bool raiseA = __builtin_fabsf(a) < __builtin_fabsf(b);
  float scaled = raiseA ? __builtin_fmaf(a * 0x1p64f, b, c * 0x1p64f)
                        : __builtin_fmaf(a, b * 0x1p64f, c * 0x1p64f);
  return roundedUpToNormal(scaled) ? __builtin_copysignf(0.0f, result) : result;
}

float canonical(float x) { return x == x ? x : floatOf(0x7fc00000); }

} // namespace

void PanelMatrix::resize(unsigned depth, unsigned extent, unsigned panel) {
  unsigned padded = static_cast<unsigned>(alignUp(depth, kBlockDepth));
  size_t size = alignUp(extent, panel) * padded;
  // What setRow does not overwrite has to be zero: the rows and columns of padding.
  bool sameLayout = padded == paddedDepth && extent == columns && panel == width && depth == rows;
  rows = depth;
  columns = extent;
  paddedDepth = padded;
  width = panel;
  if (!sameLayout || values.size() < size)
    values.assign(size, 0.0f);
}

void PanelMatrix::setRow(unsigned k, const float *row) {
  float *to = values.data() + size_t(k) * width;
  size_t stride = size_t(paddedDepth) * width;
  unsigned whole = columns / width * width;
  for (unsigned c = 0; c < whole; c += width, to += stride)
    std::memcpy(to, row + c, width * sizeof(float));
  if (whole < columns)
    std::memcpy(to, row + whole, (columns - whole) * sizeof(float));
}

namespace {

void multiplyPortable(const PanelMatrix &weights, const PanelMatrix &moving, float *const *rows,
                      bool accumulate) {
  for (unsigned m = 0; m < weights.extent(); ++m)
    for (unsigned n = 0; n < moving.extent(); ++n) {
      float c = accumulate ? rows[m][n] : 0.0f;
      for (unsigned block = 0; block < weights.blocks(); ++block) {
        float chain[2] = {0, 0};
        for (unsigned k = block * kBlockDepth; k < (block + 1) * kBlockDepth; ++k)
          chain[k & 1] = flushedFma(weights.at(k, m), moving.at(k, n), chain[k & 1]);
        c = flushedAdd(c, flushedAdd(chain[0], chain[1]));
      }
      rows[m][n] = canonical(c);
    }
}

} // namespace

#ifdef NEURON_MATMUL_AVX2
namespace {

/// Flush-to-zero and denormals-are-zero of the calling thread, while it lives.
class FlushDenormals {
public:
  FlushDenormals() : saved(_mm_getcsr()) { _mm_setcsr((saved | 0x8040) & ~0x3fu); }
  ~FlushDenormals() { _mm_setcsr(saved); }

private:
  unsigned saved;
};

struct Tile {
  __m256 at[kRowPanel][2];
};

/// One chain over a block: every second product, from the first of `w` and `x` on.
inline Tile chain(const float *w, const float *x) {
  Tile sum;
  for (auto &row : sum.at)
    row[0] = row[1] = _mm256_setzero_ps();
  for (unsigned k = 0; k < kBlockDepth; k += 2, w += 2 * kRowPanel, x += 2 * kColumnPanel) {
    __m256 x0 = _mm256_loadu_ps(x), x1 = _mm256_loadu_ps(x + 8);
    NEURON_UNROLL_ROWS
    for (unsigned r = 0; r < kRowPanel; ++r) {
      __m256 factor = _mm256_broadcast_ss(w + r);
      sum.at[r][0] = _mm256_fmadd_ps(factor, x0, sum.at[r][0]);
      sum.at[r][1] = _mm256_fmadd_ps(factor, x1, sum.at[r][1]);
    }
  }
  return sum;
}

inline __m256 canonical(__m256 x) {
  __m256 nan = _mm256_castsi256_ps(_mm256_set1_epi32(0x7fc00000));
  return _mm256_blendv_ps(x, nan, _mm256_cmp_ps(x, x, _CMP_UNORD_Q));
}

/// One panel of rows against one panel of columns, in place.
__attribute__((noinline)) void multiplyPanels(const float *w, const float *x, unsigned blocks,
                                              Tile &c) {
  for (unsigned block = 0; block < blocks; ++block) {
    Tile even = chain(w, x);
    Tile odd = chain(w + kRowPanel, x + kColumnPanel);
    for (unsigned r = 0; r < kRowPanel; ++r)
      for (unsigned h = 0; h < 2; ++h)
        c.at[r][h] = _mm256_add_ps(c.at[r][h], _mm256_add_ps(even.at[r][h], odd.at[r][h]));
    w += kBlockDepth * kRowPanel;
    x += kBlockDepth * kColumnPanel;
  }
}

using PanelKernel = void (*)(const float *w, const float *x, unsigned blocks, Tile &c);

/// The same with 16 columns in a register: both chains run side by side.
__attribute__((target("avx512f"), noinline)) void multiplyPanels512(const float *w, const float *x,
                                                                    unsigned blocks, Tile &c) {
  __m512 sum[kRowPanel], even[kRowPanel], odd[kRowPanel];
  for (unsigned r = 0; r < kRowPanel; ++r)
    sum[r] = _mm512_loadu_ps(c.at[r]);
  for (unsigned block = 0; block < blocks; ++block) {
    for (unsigned r = 0; r < kRowPanel; ++r)
      even[r] = odd[r] = _mm512_setzero_ps();
    for (unsigned k = 0; k < kBlockDepth; k += 2, w += 2 * kRowPanel, x += 2 * kColumnPanel) {
      __m512 x0 = _mm512_loadu_ps(x), x1 = _mm512_loadu_ps(x + kColumnPanel);
      NEURON_UNROLL_ROWS
      for (unsigned r = 0; r < kRowPanel; ++r) {
        even[r] = _mm512_fmadd_ps(_mm512_set1_ps(w[r]), x0, even[r]);
        odd[r] = _mm512_fmadd_ps(_mm512_set1_ps(w[kRowPanel + r]), x1, odd[r]);
      }
    }
    for (unsigned r = 0; r < kRowPanel; ++r)
      sum[r] = _mm512_add_ps(sum[r], _mm512_add_ps(even[r], odd[r]));
  }
  for (unsigned r = 0; r < kRowPanel; ++r)
    _mm512_storeu_ps(c.at[r], sum[r]);
}

/// Rows m0.. and columns n0.. of the result to and from a tile; what lies outside is zero.
void loadTile(Tile &c, float *const *rows, unsigned height, unsigned n0, unsigned width) {
  alignas(32) float edge[kColumnPanel];
  for (unsigned r = 0; r < height; ++r) {
    const float *from = rows[r] + n0;
    if (width < kColumnPanel) {
      std::memset(edge, 0, sizeof(edge));
      std::memcpy(edge, from, width * sizeof(float));
      from = edge;
    }
    c.at[r][0] = _mm256_loadu_ps(from);
    c.at[r][1] = _mm256_loadu_ps(from + 8);
  }
}

void storeTile(const Tile &c, float *const *rows, unsigned height, unsigned n0, unsigned width) {
  alignas(32) float edge[kColumnPanel];
  for (unsigned r = 0; r < height; ++r) {
    float *to = width < kColumnPanel ? edge : rows[r] + n0;
    _mm256_storeu_ps(to, canonical(c.at[r][0]));
    _mm256_storeu_ps(to + 8, canonical(c.at[r][1]));
    if (width < kColumnPanel)
      std::memcpy(rows[r] + n0, edge, width * sizeof(float));
  }
}

void multiplyAll(const PanelMatrix &weights, const PanelMatrix &moving, float *const *rows,
                 bool accumulate, PanelKernel kernel) {
  FlushDenormals mode;
  for (unsigned n = 0; n < moving.extent(); n += kColumnPanel) {
    unsigned width = moving.extent() - n < kColumnPanel ? moving.extent() - n : kColumnPanel;
    for (unsigned m = 0; m < weights.extent(); m += kRowPanel) {
      unsigned height = weights.extent() - m < kRowPanel ? weights.extent() - m : kRowPanel;
      Tile c;
      for (auto &row : c.at)
        row[0] = row[1] = _mm256_setzero_ps();
      if (accumulate)
        loadTile(c, rows + m, height, n, width);
      kernel(weights.panelAt(m / kRowPanel), moving.panelAt(n / kColumnPanel), weights.blocks(), c);
      storeTile(c, rows + m, height, n, width);
    }
  }
}

} // namespace
#endif

bool hasHostPath(HostPath path) {
#ifdef NEURON_MATMUL_AVX2
  return path != HostPath::Avx512 || __builtin_cpu_supports("avx512f");
#else
  return path == HostPath::Portable;
#endif
}

void multiplyOn(HostPath path, const PanelMatrix &weights, const PanelMatrix &moving,
                float *const *rows, bool accumulate) {
#ifdef NEURON_MATMUL_AVX2
  if (path != HostPath::Portable)
    return multiplyAll(weights, moving, rows, accumulate,
                       path == HostPath::Avx512 ? multiplyPanels512 : multiplyPanels);
#endif
  multiplyPortable(weights, moving, rows, accumulate);
}

void multiply(const PanelMatrix &weights, const PanelMatrix &moving, float *const *rows,
              bool accumulate) {
  static const HostPath best = hasHostPath(HostPath::Avx512) ? HostPath::Avx512
                               : hasHostPath(HostPath::Avx2) ? HostPath::Avx2
                                                             : HostPath::Portable;
  multiplyOn(best, weights, moving, rows, accumulate);
}

} // namespace neuron::sim
