// The TensorE's sum of products: the same bits on every host.
//
// The contraction runs in blocks of 32, zero-padded. Within a block the even and the odd
// products are two chains of fused multiply-adds in fp32, each starting at zero; then
// c = c + (even + odd). Denormal inputs count as zero and denormal results of every step are
// zero (tininess is judged after rounding); a NaN result is 7fc00000. This is what AMX-BF16
// computes; here it is done with FMA under FTZ and DAZ, and in portable code by flushing by
// hand.
//
// Worked example, depth 3: even = a0 b0 + a2 b2 (two FMAs, then 14 with zeros), odd = a1 b1,
// c' = c + (even + odd).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace neuron::sim {

inline constexpr unsigned kBlockDepth = 32;
inline constexpr unsigned kRowPanel = 6;
inline constexpr unsigned kColumnPanel = 16;

/// A matrix [depth][extent] in panels of `panel` consecutive columns: [extent / panel][padded
/// depth][panel], padded with zeros.
class PanelMatrix {
public:
  /// Zeros, ready for setRow.
  void resize(unsigned depth, unsigned extent, unsigned panel);
  void setRow(unsigned k, const float *row);
  const float *panelAt(unsigned index) const {
    return values.data() + size_t(index) * paddedDepth * width;
  }
  float at(unsigned k, unsigned column) const {
    return panelAt(column / width)[size_t(k) * width + column % width];
  }
  unsigned depth() const { return rows; }
  unsigned blocks() const { return paddedDepth / kBlockDepth; }
  unsigned extent() const { return columns; }

private:
  unsigned rows = 0, columns = 0, paddedDepth = 0, width = 1;
  std::vector<float> values;
};

/// rows[m][n] = (accumulate ? rows[m][n] : 0) + sum over k of weights[k][m] * moving[k][n] for
/// m < weights.extent(), n < moving.extent(). Equal depths.
void multiply(const PanelMatrix &weights, const PanelMatrix &moving, float *const *rows,
              bool accumulate);

/// How a host computes it. Portable flushes every step by hand and is there on every host.
enum class HostPath : uint8_t { Portable, Avx2, Avx512 };
bool hasHostPath(HostPath path);
/// `multiply` on one of the paths that the host has; for tests.
void multiplyOn(HostPath path, const PanelMatrix &weights, const PanelMatrix &moving,
                float *const *rows, bool accumulate);

} // namespace neuron::sim
