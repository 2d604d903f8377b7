// The TensorE's sum of products: the same bits on every host.
//
// The contraction runs in blocks of 32, zero-padded. Within a block the even and the odd
// products are two chains of fused multiply-adds in fp32, each starting at zero; then
// c = c + (even + odd). Denormal inputs count as zero and denormal results of every step are
// zero (tininess is judged after rounding); a NaN result is 7fc00000. This is what AMX-BF16
// computes; here it is done with FMA under FTZ and DAZ, and in portable code by flushing by
// hand.
//
// Operands are read where they lie, row by row a stride apart: the moving operand in SBUF, the
// result in PSUM. A tile of the result stays in registers for the whole depth.
//
// Worked example, depth 3: even = a0 b0 + a2 b2 (two FMAs, then 14 with zeros), odd = a1 b1,
// c' = c + (even + odd). The zeros of the padding change nothing but a chain of -0, which
// becomes +0: one addition of +0 stands for all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuron::sim {

inline constexpr unsigned kBlockDepth = 32;

/// [depth][extent] in fp32, rows `stride` floats apart.
struct MatrixView {
  const float *data = nullptr;
  size_t stride = 0;
  unsigned depth = 0, extent = 0;

  float at(unsigned k, unsigned column) const { return data[k * stride + column]; }
  /// The same with columns [first, first + count) only.
  MatrixView columns(unsigned first, unsigned count) const {
    return {data + first, stride, depth, count};
  }
};

/// A matrix of its own.
class HeldMatrix {
public:
  /// Contents are not defined afterwards.
  void resize(unsigned depth, unsigned extent);
  /// 16 floats more than the row has may be written.
  float *row(unsigned k) { return first + k * shape.stride; }
  const MatrixView &view() const { return shape; }

private:
  MatrixView shape;
  float *first = nullptr; ///< at a multiple of 64 bytes
  std::vector<float> values;
};

/// Where a product goes: row m of it `stride` floats behind row m - 1.
struct ResultView {
  float *data = nullptr;
  size_t stride = 0;
};

/// How a host computes it. Portable flushes every step by hand and is there on every host.
enum class HostPath : uint8_t { Portable, Avx2, Avx512 };
bool hasHostPath(HostPath path);
/// The fastest that this host has.
HostPath bestHostPath();

/// result[m][n] = (accumulate ? result[m][n] : 0) + sum over k of weights[k][m] * moving[k][n]
/// for m < weights.extent, n < moving.extent. Equal depths.
void multiply(const MatrixView &weights, const MatrixView &moving, const ResultView &result,
              bool accumulate);
/// `multiply` on one of the paths that the host has; for tests and measurements.
void multiplyOn(HostPath path, const MatrixView &weights, const MatrixView &moving,
                const ResultView &result, bool accumulate);

} // namespace neuron::sim
