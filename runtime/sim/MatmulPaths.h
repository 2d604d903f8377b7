// What the paths of MatmulKernel.h have in common: one product, and the rounding mode of those
// that compute on the processor's vectors.
#pragma once

#include "runtime/sim/MatmulKernel.h"

#if defined(__AVX2__) && defined(__FMA__)
#define NEURON_MATMUL_X86
#include <immintrin.h>
#endif

namespace neuron::sim {

/// One call of `multiply`.
struct Product {
  MatrixView weights, moving;
  ResultView result;
  bool accumulate;
};

#ifdef NEURON_MATMUL_X86
/// Flush-to-zero and denormals-are-zero of the calling thread, while it lives.
class FlushDenormals {
public:
  FlushDenormals() : saved(_mm_getcsr()) { _mm_setcsr((saved | 0x8040) & ~0x3fu); }
  ~FlushDenormals() { _mm_setcsr(saved); }
  FlushDenormals(const FlushDenormals &) = delete;

private:
  unsigned saved;
};

void multiplyAvx2(const Product &product);
void multiplyAvx512(const Product &product);
#endif

} // namespace neuron::sim
