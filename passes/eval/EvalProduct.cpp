// Matmul, gemm, attention, rotary embeddings.
#include "passes/eval/Kernels.h"

#include "dialects/nn/Nn.h"

using namespace mlir;

namespace neuron::eval {
namespace {

template <class T> void evalMatmul(const OpCall &call) {
  ArrayRef<int64_t> lhsShape = call.in(0).shape, rhsShape = call.in(1).shape;
  ArrayRef<int64_t> shape = call.out().shape;
  int64_t m = shape[shape.size() - 2], n = shape.back(), k = lhsShape.back();
  std::vector<T> lhs = load<T>(call.in(0)), rhs = load<T>(call.in(1));
  std::vector<T> out(call.out().elements());
  SmallVector<int64_t> lhsStrides = broadcastStrides(lhsShape.drop_back(2));
  SmallVector<int64_t> rhsStrides = broadcastStrides(rhsShape.drop_back(2));
  int64_t batch = 0;
  forEachIndex(shape.drop_back(2), [&](ArrayRef<int64_t> i) {
    multiplyInto(lhs.data() + dot(i, lhsStrides) * m * k, rhs.data() + dot(i, rhsStrides) * k * n,
                 out.data() + batch++ * m * n, m, k, n);
  });
  store(out, call.out());
}

template <class T> std::vector<T> loadMatrix(const HostTensor &tensor, bool transposed) {
  std::vector<T> values = load<T>(tensor);
  if (!transposed)
    return values;
  int64_t rows = tensor.shape[0], columns = tensor.shape[1];
  std::vector<T> result(values.size());
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      result[j * rows + i] = values[i * columns + j];
  return result;
}

template <class T> void evalGemm(const OpCall &call, nn::GemmOp gemm) {
  ArrayRef<int64_t> shape = call.out().shape;
  int64_t m = shape[0], n = shape[1];
  int64_t k = call.in(0).shape[gemm.getTransLhs() ? 0 : 1];
  std::vector<T> lhs = loadMatrix<T>(call.in(0), gemm.getTransLhs());
  std::vector<T> rhs = loadMatrix<T>(call.in(1), gemm.getTransRhs());
  std::vector<T> out(m * n);
  multiplyInto(lhs.data(), rhs.data(), out.data(), m, k, n);
  T alpha = T(gemm.getAlpha().convertToDouble()), beta = T(gemm.getBeta().convertToDouble());
  if (alpha != 1)
    for (T &value : out)
      value *= alpha;
  if (gemm.getBias()) {
    std::vector<T> bias = broadcastTo(load<T>(call.in(2)), call.in(2).shape, shape);
    for (size_t i = 0; i < out.size(); ++i)
      out[i] += beta == 1 ? bias[i] : beta * bias[i];
  }
  store(out, call.out());
}

//===-- attention -------------------------------------------------------------------------===//

/// Scores of one query row become weights that add up to one; `seen` columns take part.
template <class T> void softmaxRow(T *row, int64_t columns, int64_t seen) {
  T largest = -std::numeric_limits<T>::infinity(), sum = 0;
  for (int64_t j = 0; j < seen; ++j)
    largest = std::max(largest, row[j]);
  for (int64_t j = 0; j < columns; ++j) {
    row[j] = j < seen ? expOf(row[j] - largest) : T(0);
    sum += row[j];
  }
  for (int64_t j = 0; j < columns; ++j)
    row[j] /= sum;
}

template <class T> void evalAttention(const OpCall &call, nn::AttentionOp attention) {
  ArrayRef<int64_t> q = call.in(0).shape, v = call.in(2).shape;
  int64_t heads = q[1], shared = heads / v[1], rows = q[2], depth = q[3], columns = v[2],
          width = v[3];
  std::vector<T> query = load<T>(call.in(0)), key = load<T>(call.in(1)),
                 value = load<T>(call.in(2));
  std::vector<T> mask;
  if (attention.getMask())
    mask = broadcastTo(load<T>(call.in(3)), call.in(3).shape, {q[0], heads, rows, columns});
  std::vector<T> out(call.out().elements());
  std::vector<T> scores(columns);
  T scale = T(attention.getScale().convertToDouble());
  for (int64_t head = 0; head < q[0] * heads; ++head) {
    int64_t group = head / heads * v[1] + head % heads / shared;
    for (int64_t i = 0; i < rows; ++i) {
      const T *row = query.data() + (head * rows + i) * depth;
      for (int64_t j = 0; j < columns; ++j) {
        const T *other = key.data() + (group * columns + j) * depth;
        T sum = 0;
        for (int64_t p = 0; p < depth; ++p)
          sum += row[p] * other[p];
        scores[j] = sum * scale + (mask.empty() ? T(0) : mask[(head * rows + i) * columns + j]);
      }
      int64_t seen = attention.getCausal() ? i + 1 + columns - rows : columns;
      softmaxRow(scores.data(), columns, std::clamp<int64_t>(seen, 0, columns));
      multiplyInto(scores.data(), value.data() + group * columns * width,
                   out.data() + (head * rows + i) * width, 1, columns, width);
    }
  }
  store(out, call.out());
}

template <class T> void evalRope(const OpCall &call) {
  ArrayRef<int64_t> shape = call.in(0).shape;
  std::vector<T> x = load<T>(call.in(0)), out(x.size());
  std::vector<T> cos = broadcastTo(load<T>(call.in(1)), call.in(1).shape, shape);
  std::vector<T> sin = broadcastTo(load<T>(call.in(2)), call.in(2).shape, shape);
  int64_t depth = shape.back(), half = depth / 2;
  for (int64_t i = 0; i < int64_t(x.size()); ++i) {
    bool second = i % depth >= half;
    T crossed = x[second ? i - half : i + half] * sin[i];
    out[i] = x[i] * cos[i] + (second ? crossed : -crossed);
  }
  store(out, call.out());
}

} // namespace

bool evalProduct(const OpCall &call) {
  if (isa<nn::MatmulOp>(call.op))
    withDomain(call.out().type, call.mode, [&](auto t) { evalMatmul<decltype(t)>(call); });
  else if (auto gemm = dyn_cast<nn::GemmOp>(call.op))
    withDomain(call.out().type, call.mode, [&](auto t) { evalGemm<decltype(t)>(call, gemm); });
  else if (auto attention = dyn_cast<nn::AttentionOp>(call.op))
    withFloats(call.mode, [&](auto t) { evalAttention<decltype(t)>(call, attention); });
  else if (isa<nn::RopeOp>(call.op))
    withFloats(call.mode, [&](auto t) { evalRope<decltype(t)>(call); });
  else
    return false;
  return true;
}

} // namespace neuron::eval
