// Attention of Stable Diffusion, 4096 tokens, d = 64, fp32 in and out, bf16 on the TensorE, trn1.
//
// q, k and v are resident; per 128 queries: scores (the ScalarE moves them out of PSUM), maximum,
// one exp over the full row, transposes of the probabilities by fours (the ScalarE evicts), and
// the product with v as [d, queries], times the reciprocal sums, which a matmul with the identity
// lays along the free dim. The first program sums on the VectorE and rounds probabilities by
// copies of 128 columns; the fused one does both in the exp.
// Published: npu notes 3.3.3, sheet C11: 558 and 437 us; VectorE active 301 and 177 us, ScalarE
// 520 and 359 us.
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

namespace neuron::kernels {
namespace {

constexpr uint64_t kDepth = 64;
constexpr unsigned kLoads = 0, kStores = 10;

struct Diffusion {
  bool fused;
  uint64_t seq;
  Tile q, k, v, eye, eye32;
  Tensor out;
};

Diffusion begin(Kernel &k, bool fused, uint64_t seq) {
  Diffusion d{fused, seq, {}, {}, {}, {}, {}, {}};
  uint64_t tiles = seq / 128;
  Tensor q = k.input("q", DType::F32, kDepth, seq, 1),
         key = k.input("k", DType::F32, kDepth, seq, 2);
  Tensor v = k.input("v", DType::F32, seq, kDepth, 3);
  Tensor one = k.constant("identity", DType::F32, 128, 128, identity(128));
  d.out = k.output("out", DType::F32, kDepth, seq);
  d.q = k.sbuf(DType::Bf16, kDepth, seq);
  d.k = k.sbuf(DType::Bf16, kDepth, seq);
  d.v = k.sbuf(DType::Bf16, 128, tiles * kDepth);
  d.eye = k.sbuf(DType::Bf16, 128, 128);
  d.eye32 = k.sbuf(DType::F32, 128, 128);
  k.dma(d.q.all(), q.block(0, 0, kDepth, seq), kLoads); // transfers round
  k.dma(d.k.all(), key.block(0, 0, kDepth, seq), kLoads);
  k.dma(d.v.grid(0, {{tiles, static_cast<int64_t>(kDepth)}, {kDepth, 1}}),
        v.grid(0, {{128, static_cast<int64_t>(kDepth)},
                   {tiles, static_cast<int64_t>(128 * kDepth)},
                   {kDepth, 1}}),
        kLoads);
  k.dma(d.eye.all(), one.block(0, 0, 128, 128), kLoads);
  k.dma(d.eye32.all(), one.block(0, 0, 128, 128), kLoads);
  k.loadTable(Activation::Exp);
  if (k.withValues())
    k.expect(
        d.out,
        transposed(attention(k.contentOf(q), k.contentOf(key), k.contentOf(v), kDepth, seq, seq, 1),
                   seq, kDepth),
        2e-2);
  return d;
}

/// exp of the row into bf16, and the sum of the row.
Tile probabilities(Kernel &k, const Diffusion &d, const Tile &s, const Tile &most,
                   const Tile &total) {
  Tile p = k.sbuf(DType::Bf16, 128, d.seq, 2);
  View bias = most.all();
  ActivateOptions options;
  options.biasColumn = &bias;
  if (d.fused) {
    options.reduce = ReduceCmd::ResetReduce;
    k.activate(p.all(), s.all(), Activation::Exp, options);
    k.readReduce(total.all());
    return p;
  }
  k.activate(s.all(), s.all(), Activation::Exp, options);
  k.reduce(total.all(), s.all(), AluOp::Add);
  k.loop(d.seq / 128,
         [&](Index j) { k.copy(p.at(j * 128, 128), s.at(j * 128, 128), Engine::Scalar); });
  return p;
}

void diffusion(Kernel &k, bool fused, uint64_t seq) {
  Diffusion d = begin(k, fused, seq);
  k.loop(seq / 128, [&](Index i) {
    Tile s = k.sbuf(DType::F32, 128, seq, 2), parts = k.sbuf(DType::F32, 128, seq / 512, 2);
    Tile most = k.sbuf(DType::F32, 128, 1, 2), total = k.sbuf(DType::F32, 128, 1, 2);
    Tile inverse = k.sbuf(DType::F32, 128, 1, 2), wide = k.sbuf(DType::F32, 128, kDepth, 2);
    k.loop(seq / 512, [&](Index j) {
      Tile bank = k.psum(DType::F32, 128, 512, 2);
      k.ldweights(d.q.at(i * 128, 128));
      for (int64_t t = 0; t < 4; ++t)
        k.matmul(bank.at(t * 128, 128), d.k.at(j * 512 + t * 128, 128));
      k.copy(s.at(j * 512, 512), bank.all(), Engine::Scalar);
      k.reduce(parts.at(j, 1), s.at(j * 512, 512), AluOp::Max);
    });
    k.reduce(most.all(), parts.all(), AluOp::Max, 1, true);
    k.stage(1, 1, [&] {
      Tile p = probabilities(k, d, s, most, total), pT = k.sbuf(DType::Bf16, 128, seq, 2);
      k.loop(seq / 512, [&](Index group) {
        Tile bank = k.psum(DType::F32, 128, 512, 2);
        for (int64_t t = 0; t < 4; ++t) {
          k.ldweights(p.at(group * 512 + t * 128, 128));
          k.matmul(bank.at(t * 128, 128), d.eye.all());
        }
        k.copy(pT.at(group * 512, 512), bank.all(), Engine::Scalar);
      });
      k.reciprocal(inverse.all(), total.all());
      k.copy(wide.all(), inverse.grid(0, {{kDepth, 0}}));
      Tile along = k.psum(DType::F32, kDepth, 128, 1), product = k.psum(DType::F32, kDepth, 128, 2);
      Tile scale = k.sbuf(DType::F32, kDepth, 128, 2), result = k.sbuf(DType::F32, kDepth, 128, 2);
      k.ldweights(wide.all());
      k.matmul(along.all(), d.eye32.all());
      k.copy(scale.all(), along.all());
      k.loop(seq / 128, [&](Index j) {
        k.ldweights(d.v.at(j * static_cast<int64_t>(kDepth), kDepth));
        k.matmul(product.all(), pT.at(j * 128, 128), Accumulate::unlessFirst(j));
      });
      k.tensorTensor(result.all(), product.all(), scale.all(), AluOp::Multiply);
      k.dma(d.out.block(0, i * 128, kDepth, 128), result.all(), kStores);
    });
  });
}

} // namespace

void addDiffusion(Cases &cases) {
  struct Row {
    const char *name;
    bool fused;
    Quantity quantity;
    double us;
  };
  using Q = Quantity;
  for (Row row : {Row{"diffusion attention", false, Q::WithLaunch, 558},
                  Row{"diffusion attention: Vector", false, Q::VectorActive, 301},
                  Row{"diffusion attention: Scalar", false, Q::ScalarActive, 520},
                  Row{"diffusion attention, fused", true, Q::WithLaunch, 437},
                  Row{"diffusion attention, fused: Vector", true, Q::VectorActive, 177},
                  Row{"diffusion attention, fused: Scalar", true, Q::ScalarActive, 359}}) {
    Case one;
    one.name = row.name;
    one.machine = "trn1";
    one.quantity = row.quantity;
    one.role = Role::Revised; // README
    one.published = row.us;
    one.source = "npu notes 3.3.3, C11";
    one.program = [=](Kernel &k) { diffusion(k, row.fused, 4096); };
    one.small = [=](Kernel &k) { diffusion(k, row.fused, 512); };
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
