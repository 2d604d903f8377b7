// Single instructions, chains of dependent and of independent ones.
//
// Published: hardware notes 7.14 (profiles of single instructions), sheet C1, C2 and C14. The
// duration of an instruction is start to completion; intervals are those of long loops.
#include "models/kernels/Cases.h"

#include <cmath>

namespace neuron::kernels {
namespace {

struct Point {
  const char *name, *machine;
  Quantity quantity;
  Role role;
  double publishedNs, scale;
  const char *source;
};

/// Adds a case whose small form is the whole program.
void add(Cases &cases, const Point &point, const std::function<void(Kernel &)> &program) {
  Case one;
  one.name = point.name;
  one.machine = point.machine;
  one.quantity = point.quantity;
  one.role = point.role;
  one.published = point.publishedNs;
  one.scale = point.scale;
  one.unit = "ns";
  one.source = point.source;
  one.program = one.small = program;
  cases.push_back(one);
}

constexpr double kNs = 1000;

/// `out` = what `compute` makes of `tile`, which holds x.
void through(Kernel &k, DType from, DType to, uint64_t n,
             const std::function<void(const View &dst, const View &src)> &compute,
             const std::function<double(double)> &reference, double tolerance = 1e-5) {
  Tensor x = k.input("x", from, 128, n, 1), out = k.output("out", to, 128, n);
  Tile src = k.sbuf(from, 128, n), dst = k.sbuf(to, 128, n);
  k.dma(src.all(), x.block(0, 0, 128, n), 0);
  compute(dst.all(), src.all());
  k.dma(out.block(0, 0, 128, n), dst.all(), 10);
  if (!k.withValues())
    return;
  std::vector<double> values = k.contentOf(x);
  for (double &value : values)
    value = reference(value);
  k.expect(out, values, tolerance);
}

/// Two tensors in SBUF, or one of them in PSUM, added into SBUF.
void sum(Kernel &k, uint64_t n, Space space) {
  Tensor x = k.input("x", DType::F32, 128, n, 1), out = k.output("out", DType::F32, 128, n);
  Tile a = k.sbuf(DType::F32, 128, n), b = k.sbuf(DType::F32, 128, n);
  Tile dst = k.sbuf(DType::F32, 128, n);
  k.dma(a.all(), x.block(0, 0, 128, n), 0);
  k.dma(b.all(), x.block(0, 0, 128, n), 0);
  View first = a.all();
  if (space == Space::Psum) {
    Tile moved = k.psum(DType::F32, 128, n);
    k.copy(moved.all(), first, Engine::Scalar);
    first = moved.all();
  }
  k.tensorTensor(dst.all(), first, b.all(), AluOp::Add);
  k.dma(out.block(0, 0, 128, n), dst.all(), 10);
  if (!k.withValues())
    return;
  std::vector<double> values = k.contentOf(x);
  for (double &value : values)
    value *= 2;
  k.expect(out, values, 0);
}

/// One matmul on loaded weights.
void oneMatmul(Kernel &k, DType dtype, uint64_t m, uint64_t n) {
  Tensor w = k.input("w", dtype, 128, m, 1), x = k.input("x", dtype, 128, n, 2);
  Tensor out = k.output("out", DType::F32, m, n);
  Tile weights = k.sbuf(dtype, 128, m), moving = k.sbuf(dtype, 128, n);
  Tile product = k.psum(DType::F32, static_cast<unsigned>(m), n);
  Tile result = k.sbuf(DType::F32, static_cast<unsigned>(m), n);
  k.dma(weights.all(), w.block(0, 0, 128, m), 0);
  k.dma(moving.all(), x.block(0, 0, 128, n), 0);
  k.ldweights(weights.all());
  k.matmul(product.all(), moving.all());
  k.copy(result.all(), product.all());
  k.dma(out.block(0, 0, m, n), result.all(), 10);
  if (!k.withValues())
    return;
  std::vector<double> a = k.contentOf(w), b = k.contentOf(x), c(m * n);
  for (uint64_t l = 0; l < 128; ++l)
    for (uint64_t i = 0; i < m; ++i)
      for (uint64_t j = 0; j < n; ++j)
        c[i * n + j] += a[l * m + i] * b[l * n + j];
  k.expect(out, c, 1e-5);
}

/// A loop of `count` instructions on the same bytes; independent, or each waiting for the last.
void repeated(Kernel &k, uint64_t count, uint64_t n, bool inPsum) {
  Tensor x = k.input("x", DType::F32, 128, n, 1), out = k.output("out", DType::F32, 128, n);
  Tile src = k.sbuf(DType::F32, 128, n);
  k.dma(src.all(), x.block(0, 0, 128, n), 0);
  View first = src.all();
  Tile moved;
  if (inPsum) {
    moved = k.psum(DType::F32, 128, n);
    k.copy(moved.all(), first, Engine::Scalar);
    first = moved.all();
  }
  // So many results that no instruction waits for an earlier one.
  Tile results = k.sbuf(DType::F32, 128, 32 * n);
  k.loop(count / 32, [&](Index) {
    k.loop(32, [&](Index i) {
      k.tensorTensor(results.at(i * static_cast<int64_t>(n), n), first, src.all(), AluOp::Add);
    });
  });
  k.dma(out.block(0, 0, 128, n), results.at(0, n), 10);
  if (!k.withValues())
    return;
  std::vector<double> values = k.contentOf(x);
  for (double &value : values)
    value *= 2;
  k.expect(out, values, 0);
}

void dependentChain(Kernel &k, uint64_t count) {
  Tensor x = k.input("x", DType::F32, 128, 1, 1), out = k.output("out", DType::F32, 128, 1);
  Tile value = k.sbuf(DType::F32, 128, 1);
  k.dma(value.all(), x.block(0, 0, 128, 1), 0);
  k.loop(count, [&](Index) { k.activate(value.all(), value.all(), Activation::Abs); });
  k.dma(out.block(0, 0, 128, 1), value.all(), 10);
  if (!k.withValues())
    return;
  std::vector<double> values = k.contentOf(x);
  for (double &one : values)
    one = std::fabs(one);
  k.expect(out, values, 0);
}

void absMax(Kernel &k, uint64_t n) {
  Tensor x = k.input("x", DType::F32, 128, n, 1), out = k.output("out", DType::F32, 128, 1);
  Tile src = k.sbuf(DType::F32, 128, n), result = k.sbuf(DType::F32, 128, 1);
  k.dma(src.all(), x.block(0, 0, 128, n), 0);
  k.reduce(result.all(), src.all(), AluOp::AbsMax);
  k.dma(out.block(0, 0, 128, 1), result.all(), 10);
  if (!k.withValues())
    return;
  std::vector<double> values = k.contentOf(x), largest(128);
  for (uint64_t i = 0; i < values.size(); ++i)
    largest[i / n] = std::max(largest[i / n], std::fabs(values[i]));
  k.expect(out, largest, 0);
}

void activations(Cases &cases) {
  auto exp = [](uint64_t n) {
    return [=](Kernel &k) {
      k.loadTable(Activation::Exp);
      through(
          k, DType::Bf16, DType::Bf16, n,
          [&](const View &dst, const View &src) { k.activate(dst, src, Activation::Exp); },
          [](double v) { return std::exp(v); }, 8e-3);
    };
  };
  add(cases,
      {"exp of 128 bf16", "trn2", Quantity::LastScalar, Role::Fitted, 400, kNs, "notes 7.14"},
      exp(128));
  add(cases,
      {"exp of 4096 bf16", "trn2", Quantity::LastScalar, Role::Fitted, 3715, kNs, "notes 7.14"},
      exp(4096));
  add(cases,
      {"activation and sum of 16,384", "trn2", Quantity::ScalarActive, Role::Prediction, 15260, kNs,
       "notes 7.14"},
      [](Kernel &k) {
        through(
            k, DType::F32, DType::Bf16, 16384,
            [&](const View &dst, const View &src) {
              Tile total = k.sbuf(DType::F32, 128, 1);
              ActivateOptions options;
              options.reduce = ReduceCmd::ResetReduce;
              k.activate(dst, src, Activation::Square, options);
              k.readReduce(total.all());
            },
            [](double v) { return v * v; }, 8e-3);
      });
  add(cases,
      {"chain of dependent activations", "trn1", Quantity::Latency, Role::Fitted, 189, kNs / 4000,
       "notes 7.14, C14"},
      [](Kernel &k) { dependentChain(k, 4000); });
}

void vectors(Cases &cases) {
  add(cases,
      {"add 8192 fp32 in SBUF", "trn1", Quantity::LastVector, Role::Prediction, 14987, kNs,
       "notes 7.14"},
      [](Kernel &k) { sum(k, 8192, Space::Sbuf); });
  add(cases,
      {"65,536 adds of 3 elements", "trn1", Quantity::VectorBusy, Role::Fitted, 58.6, kNs / 65536,
       "sheet C1: 65.6 cycles"},
      [](Kernel &k) { repeated(k, 65536, 3, false); });
  add(cases,
      {"512 adds of 384, one in PSUM", "trn1", Quantity::VectorBusy, Role::Fitted, 390.2, kNs / 512,
       "sheet C2: 437 cycles"},
      [](Kernel &k) { repeated(k, 512, 384, true); });
  add(cases,
      {"copy 512 fp32 from PSUM", "trn2", Quantity::LastVector, Role::Fitted, 685, kNs,
       "notes 7.14"},
      [](Kernel &k) {
        through(
            k, DType::F32, DType::F32, 512,
            [&](const View &dst, const View &src) {
              Tile moved = k.psum(DType::F32, 128, 512);
              k.copy(moved.all(), src, Engine::Scalar);
              k.copy(dst, moved.all());
            },
            [](double v) { return v; });
      });
  add(cases,
      {"add 512 fp32, one in PSUM", "trn2", Quantity::LastVector, Role::Prediction, 687, kNs,
       "notes 7.14"},
      [](Kernel &k) { sum(k, 512, Space::Psum); });
  add(cases,
      {"adds of 512, one in PSUM: interval", "trn2", Quantity::VectorBusy, Role::Fitted, 584,
       kNs / 512, "notes 7.14"},
      [](Kernel &k) { repeated(k, 512, 512, true); });
  add(cases,
      {"memset 512 fp32", "trn2", Quantity::LastVector, Role::Fitted, 434, kNs, "notes 7.14"},
      [](Kernel &k) {
        Tensor out = k.output("out", DType::F32, 128, 512);
        Tile tile = k.sbuf(DType::F32, 128, 512);
        k.memset(tile.all(), 3);
        k.dma(out.block(0, 0, 128, 512), tile.all(), 10);
        k.expect(out, std::vector<double>(128 * 512, 3.0), 0);
      });
  add(cases,
      {"largest magnitude of 16,384", "trn2", Quantity::LastVector, Role::Prediction, 17200, kNs,
       "notes 7.14"},
      [](Kernel &k) { absMax(k, 16384); });
  add(cases,
      {"scale 16,384 bf16 to fp8", "trn2", Quantity::LastVector, Role::Fitted, 8800, kNs,
       "notes 7.14"},
      [](Kernel &k) {
        through(
            k, DType::Bf16, DType::F8E4M3, 16384,
            [&](const View &dst, const View &src) {
              k.tensorScalar(dst, src, AluOp::Multiply, 2.0f);
            },
            [](double v) { return 2 * v; });
      });
}

void products(Cases &cases) {
  add(cases,
      {"matmul 128 x 96 by 128", "trn1", Quantity::LastTensor, Role::Fitted, 219, kNs,
       "notes 7.14"},
      [](Kernel &k) { oneMatmul(k, DType::Bf16, 96, 128); });
  add(cases,
      {"matmul 128 x 1 by 128", "trn1", Quantity::LastTensor, Role::Fitted, 188, kNs, "notes 7.14"},
      [](Kernel &k) { oneMatmul(k, DType::Bf16, 1, 128); });
  add(cases,
      {"fp32 matmul 128 x 128 by 512", "trn2", Quantity::LastTensor, Role::Fitted, 1017, kNs,
       "notes 3.2: two instructions, 427 ns apart, the second taking 590"},
      [](Kernel &k) { oneMatmul(k, DType::F32, 128, 512); });
}

} // namespace

void addPoints(Cases &cases) {
  vectors(cases);
  activations(cases);
  products(cases);
}

} // namespace neuron::kernels
