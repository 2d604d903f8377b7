// What kernels must compute, in double precision on the host.
#pragma once

#include <cstdint>
#include <vector>

namespace neuron::kernels {

using Numbers = std::vector<double>;

/// c[m, n] = sum over k of a[k, m] b[k, n].
Numbers product(const Numbers &a, const Numbers &b, uint64_t k, uint64_t m, uint64_t n);
/// a[rows, columns] turned around.
Numbers transposed(const Numbers &a, uint64_t rows, uint64_t columns);
Numbers identity(uint64_t n);
/// Attention of q[d, n] over k[d, m] and v[m, d]: out[n, d]; scores times `scale`.
Numbers attention(const Numbers &q, const Numbers &k, const Numbers &v, uint64_t d, uint64_t n,
                  uint64_t m, double scale);

} // namespace neuron::kernels
