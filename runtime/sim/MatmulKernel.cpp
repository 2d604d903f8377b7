// The portable form of the contract in MatmulKernel.h, which flushes by hand, and the choice
// among the paths that the host has.
#include "runtime/sim/MatmulPaths.h"

#include "runtime/base/Bytes.h"
#include "runtime/base/Numbers.h"

#include <cassert>

namespace neuron::sim {
namespace {

constexpr float kSmallestNormal = 0x1p-126f;
constexpr unsigned kLine = 64 / sizeof(float);

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

float padded(const MatrixView &matrix, unsigned k, unsigned column) {
  return k < matrix.depth ? matrix.at(k, column) : 0.0f;
}

void multiplyPortable(const Product &p) {
  for (unsigned m = 0; m < p.weights.extent; ++m)
    for (unsigned n = 0; n < p.moving.extent; ++n) {
      float &result = p.result.data[m * p.result.stride + n];
      float c = p.accumulate ? result : 0.0f;
      for (unsigned block = 0; block < p.weights.depth; block += kBlockDepth) {
        float chain[2] = {0, 0};
        for (unsigned k = block; k < block + kBlockDepth; ++k)
          chain[k & 1] = flushedFma(padded(p.weights, k, m), padded(p.moving, k, n), chain[k & 1]);
        c = flushedAdd(c, flushedAdd(chain[0], chain[1]));
      }
      result = canonical(c);
    }
}

} // namespace

void HeldMatrix::resize(unsigned depth, unsigned extent) {
  // One line more than the row needs: rows of a power of two would meet in a few cache sets.
  size_t stride = alignUp(extent, kLine) + kLine;
  size_t size = stride * depth + kLine;
  if (values.size() < size)
    values.resize(size);
  uintptr_t address = reinterpret_cast<uintptr_t>(values.data());
  first = values.data() + (alignUp(address, 64) - address) / sizeof(float);
  shape = {first, stride, depth, extent};
}

bool hasHostPath(HostPath path) {
#ifdef NEURON_MATMUL_X86
  return path != HostPath::Avx512 || __builtin_cpu_supports("avx512f");
#else
  return path == HostPath::Portable;
#endif
}

HostPath bestHostPath() {
  static const HostPath best = hasHostPath(HostPath::Avx512) ? HostPath::Avx512
                               : hasHostPath(HostPath::Avx2) ? HostPath::Avx2
                                                             : HostPath::Portable;
  return best;
}

void multiplyOn(HostPath path, const MatrixView &weights, const MatrixView &moving,
                const ResultView &result, bool accumulate) {
  assert(weights.depth == moving.depth && weights.depth <= 128);
  Product product{weights, moving, result, accumulate};
#ifdef NEURON_MATMUL_X86
  if (path == HostPath::Avx512)
    return multiplyAvx512(product);
  if (path == HostPath::Avx2)
    return multiplyAvx2(product);
#endif
  multiplyPortable(product);
}

void multiply(const MatrixView &weights, const MatrixView &moving, const ResultView &result,
              bool accumulate) {
  multiplyOn(bestHostPath(), weights, moving, result, accumulate);
}

} // namespace neuron::sim
