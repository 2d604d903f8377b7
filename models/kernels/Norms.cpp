// Norms and rotary embeddings.
//
// RMSNorm fused with the product for queries, keys and values: tokens are partitions; sums of
// squares by the ScalarE with accumulation, 1/sqrt, rows scaled on the VectorE; four transposes
// of 128 x 128 fill a bank and are evicted together; then tokens are stationary and weights move,
// 512 wide. Weights are loaded as blocks of 1024 rows and stay. Published: upper bounds of tests
// (hardware notes 7.9: 25, 40, 28 and about 301 us), so the times are informative.
//
// RoPE on 64 heads of 4096 tokens, d 128, fp32, trn1: d is on partitions, 64 even and 64 odd
// lanes; the odd half is copied so that operands share their partitions, then six VectorE
// operations on 64 lanes. Published: 4.33 ms, VectorE active 72 % of it (npu notes 3.3.4, C3).
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

#include <cmath>

namespace neuron::kernels {
namespace {

constexpr unsigned kLoads = 0, kStores = 10;
constexpr float kEpsilon = 1e-6f;

Numbers normProduct(Kernel &k, const Tensor &x, const Tensor &w) {
  Numbers rows = k.contentOf(x);
  for (uint64_t r = 0; r < x.rows; ++r) {
    double sum = 0;
    for (uint64_t c = 0; c < x.columns; ++c)
      sum += rows[r * x.columns + c] * rows[r * x.columns + c];
    double scale = 1 / std::sqrt(sum / static_cast<double>(x.columns) + kEpsilon);
    for (uint64_t c = 0; c < x.columns; ++c)
      rows[r * x.columns + c] *= scale;
  }
  return product(transposed(rows, x.rows, x.columns), k.contentOf(w), x.columns, x.rows, w.columns);
}

/// `columns` / 128 transposes of x into y: [columns / 128][128 tokens] for 128 of the columns.
void transposeRows(Kernel &k, const Tile &y, const Tile &x, const Tile &one, uint64_t columns) {
  k.loop(columns / 512, [&](Index group) {
    Tile turned = k.psum(DType::F32, 128, 512, 2);
    for (int64_t t = 0; t < 4; ++t) {
      k.ldweights(x.at(group * 512 + t * 128, 128));
      k.matmul(turned.at(t * 128, 128), one.all());
    }
    k.copy(y.at(group * 512, 512), turned.all());
  });
}

void rmsNormQkv(Kernel &k, DType dtype, uint64_t tokens, uint64_t width, uint64_t results) {
  Tensor x = k.input("x", dtype, tokens, width, 1), w = k.input("w", dtype, width, results, 2);
  Tensor out = k.output("out", dtype, tokens, results);
  Tensor eye = k.constant("identity", dtype, 128, 128, identity(128));
  Tile one = k.sbuf(dtype, 128, 128), weights = k.sbuf(dtype, 128, width / 128 * results);
  k.loadTable(Activation::Rsqrt);
  k.dma(one.all(), eye.block(0, 0, 128, 128), kLoads);
  int64_t wide = static_cast<int64_t>(results);
  uint64_t block = std::min<uint64_t>(width / 128, 8);
  k.loop(width / 128 / block, [&](Index b) {
    int64_t rows = static_cast<int64_t>(block * 128);
    k.dma(weights.grid(b * static_cast<int64_t>(block * results), {{block, wide}, {results, 1}}),
          w.grid(b * (rows * wide), {{128, wide}, {block, 128 * wide}, {results, 1}}), kLoads);
  });
  k.loop(tokens / 128, [&](Index t) {
    Tile rows = k.sbuf(dtype, 128, width, 2), normed = k.sbuf(dtype, 128, width);
    Tile unread = k.sbuf(dtype, 128, width);
    Tile sum = k.sbuf(DType::F32, 128, 1, 2), scale = k.sbuf(DType::F32, 128, 1, 2);
    k.dma(rows.all(), x.block(t * 128, 0, 128, width), kLoads);
    ActivateOptions squares;
    squares.reduce = ReduceCmd::ResetReduce;
    k.activate(unread.all(), rows.all(), Activation::Square, squares);
    k.readReduce(sum.all());
    ActivateOptions mean;
    mean.scale = 1.0f / static_cast<float>(width);
    mean.bias = kEpsilon;
    k.activate(scale.all(), sum.all(), Activation::Rsqrt, mean);
    k.tensorScalar(normed.all(), rows.all(), AluOp::Multiply, scale.all());
    Tile turned = k.sbuf(dtype, 128, width, 2);
    transposeRows(k, turned, normed, one, width);
    Tile sums = k.psum(DType::F32, 128, results, 2), result = k.sbuf(dtype, 128, results, 2);
    k.loop(width / 128, [&](Index i) {
      k.ldweights(turned.at(i * 128, 128));
      k.matmul(sums.all(), weights.at(i * wide, results), Accumulate::unlessFirst(i));
    });
    k.copy(result.all(), sums.all());
    k.dma(out.block(t * 128, 0, 128, results), result.all(), kStores);
  });
  if (k.withValues())
    k.expect(out, normProduct(k, x, w), dtype == DType::F16 ? 1e-3 : 5e-3);
}

void rope(Kernel &k, uint64_t heads, uint64_t tokens) {
  Tensor x = k.input("x", DType::F32, heads * 128, tokens, 1);
  Tensor cosine = k.input("cos", DType::F32, 64, tokens, 2);
  Tensor sine = k.input("sin", DType::F32, 64, tokens, 3);
  Tensor out = k.output("out", DType::F32, heads * 128, tokens);
  k.loop(heads, [&](Index h) {
    k.loop(tokens / 512, [&](Index t) {
      auto tile = [&](unsigned lanes) { return k.sbuf(DType::F32, lanes, 512, 2); };
      Tile in = tile(128), c = tile(64), s = tile(64), odd = tile(64), result = tile(128);
      Tile a = tile(64), b = tile(64), d = tile(64), e = tile(64), low = tile(64);
      k.dma(in.all(), x.block(h * 128, t * 512, 128, 512), kLoads);
      k.dma(c.all(), cosine.block(0, t * 512, 64, 512), kLoads);
      k.dma(s.all(), sine.block(0, t * 512, 64, 512), kLoads);
      k.copy(odd.all(), in.all().lanes(64, 64), Engine::Scalar);
      View even = in.all().lanes(0, 64);
      k.tensorTensor(a.all(), even, c.all(), AluOp::Multiply);
      k.tensorTensor(b.all(), odd.all(), s.all(), AluOp::Multiply);
      k.tensorTensor(d.all(), even, s.all(), AluOp::Multiply);
      k.tensorTensor(e.all(), odd.all(), c.all(), AluOp::Multiply);
      k.tensorTensor(result.all().lanes(0, 64), a.all(), b.all(), AluOp::Subtract);
      k.tensorTensor(low.all(), d.all(), e.all(), AluOp::Add);
      k.copy(result.all().lanes(64, 64), low.all(), Engine::Scalar);
      k.dma(out.block(h * 128, t * 512, 128, 512), result.all(), kStores);
    });
  });
  if (!k.withValues())
    return;
  Numbers v = k.contentOf(x), c = k.contentOf(cosine), s = k.contentOf(sine), want(v.size());
  for (uint64_t i = 0; i < v.size(); ++i) {
    uint64_t lane = i / tokens % 128, t = i % tokens, at = lane % 64 * tokens + t;
    double even = v[lane < 64 ? i : i - 64 * tokens], odd = v[lane < 64 ? i + 64 * tokens : i];
    want[i] = lane < 64 ? even * c[at] - odd * s[at] : even * s[at] + odd * c[at];
  }
  k.expect(out, want, 1e-6);
}

} // namespace

void addNorms(Cases &cases) {
  struct Row {
    const char *name;
    DType dtype;
    uint64_t tokens, width, results;
    double us;
  };
  for (Row row : {Row{"RMSNorm and QKV, 128 x 512 x 512", DType::F16, 128, 512, 512, 25},
                  Row{"RMSNorm and QKV, 512 x 1024 x 384", DType::Bf16, 512, 1024, 384, 40},
                  Row{"RMSNorm and QKV, 128 x 1024 x 512", DType::Bf16, 128, 1024, 512, 28},
                  Row{"RMSNorm and QKV, 1024 x 8192 x 512", DType::F16, 1024, 8192, 512, 301}}) {
    Case one;
    one.name = row.name;
    one.machine = "trn1";
    one.quantity = Quantity::WithLaunch;
    one.role = Role::Informative;
    one.published = row.us;
    one.source = "notes 7.9, C13: upper bounds of tests";
    one.program = [=](Kernel &k) { rmsNormQkv(k, row.dtype, row.tokens, row.width, row.results); };
    one.small = [=](Kernel &k) { rmsNormQkv(k, row.dtype, 256, 512, 384); };
    cases.push_back(one);
  }
  for (bool active : {false, true}) {
    Case one;
    one.name = active ? "RoPE, 64 heads x 4096: Vector" : "RoPE, 64 heads x 4096";
    one.machine = "trn1";
    one.quantity = active ? Quantity::VectorActive : Quantity::WithLaunch;
    one.published = active ? 3118 : 4330;
    one.source = "npu notes 3.3.4, C3";
    if (!active)
      one.residual =
          "the VectorE's time is right, and the measured kernel leaves it idle for 2.4 us of 8.5 a "
          "tile; the busiest DMA engines work 3.9 of these, so it is how that program waits, which "
          "is not described: a search found one of 3333 us on the same machine";
    one.program = [](Kernel &k) { rope(k, 64, 4096); };
    one.small = [](Kernel &k) { rope(k, 2, 1024); };
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
