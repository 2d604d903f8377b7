// Plain loops.
#include "models/kernels/Reference.h"

#include <algorithm>
#include <cmath>

namespace neuron::kernels {

Numbers product(const Numbers &a, const Numbers &b, uint64_t k, uint64_t m, uint64_t n) {
  Numbers c(m * n);
  for (uint64_t l = 0; l < k; ++l)
    for (uint64_t i = 0; i < m; ++i)
      for (uint64_t j = 0; j < n; ++j)
        c[i * n + j] += a[l * m + i] * b[l * n + j];
  return c;
}

Numbers transposed(const Numbers &a, uint64_t rows, uint64_t columns) {
  Numbers t(a.size());
  for (uint64_t i = 0; i < rows; ++i)
    for (uint64_t j = 0; j < columns; ++j)
      t[j * rows + i] = a[i * columns + j];
  return t;
}

Numbers identity(uint64_t n) {
  Numbers one(n * n);
  for (uint64_t i = 0; i < n; ++i)
    one[i * n + i] = 1;
  return one;
}

Numbers attention(const Numbers &q, const Numbers &k, const Numbers &v, uint64_t d, uint64_t n,
                  uint64_t m, double scale) {
  Numbers scores = product(q, k, d, n, m), out(n * d);
  for (uint64_t i = 0; i < n; ++i) {
    double *row = &scores[i * m];
    double largest = *std::max_element(row, row + m), sum = 0;
    for (uint64_t j = 0; j < m; ++j)
      sum += row[j] = std::exp(scale * (row[j] - largest));
    for (uint64_t j = 0; j < m; ++j)
      for (uint64_t c = 0; c < d; ++c)
        out[i * d + c] += row[j] / sum * v[j * d + c];
  }
  return out;
}

} // namespace neuron::kernels
