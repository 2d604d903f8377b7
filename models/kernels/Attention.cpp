// Attention forward, one head, d = 128, not causal, bf16, on trn1: the versions of a tutorial.
//
// q, k and v are [d, seq]; per 128 queries: scores by matmuls of 512 keys; maximum of the row;
// exp; sum; transposes of the probabilities and of v by the TensorE; product with v; write-back.
//   v3  every step its own loop, scores in device memory in between
//   v4  one loop over tiles of queries        v5  division after the product with v
//   v6  the negated maximum as bias of exp, which also sums
//   v7  probabilities in bf16 (until then fp32: four passes on the TensorE)
//   v11 scores leave PSUM by the instruction that takes the maximum; a software pipeline over
//       tiles: scores of i + 2, exp and transposes of i + 1, product and write-back of i
// Only v10 and v11 say in which order the engines work. In v4 to v7 the vendor's scheduler decides;
// here the steps up to the maximum run one tile ahead of the rest.
// Published: measurements by a third party (npu notes 3.3.2), sheet C10. At 4096 keys and more the
// scores of v3 to v7 do not fit PSUM, and the descriptions do not say what happens.
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

namespace neuron::kernels {
namespace {

constexpr uint64_t kDepth = 128;
constexpr unsigned kLoads = 0, kStores = 10;

struct Head {
  unsigned version;
  uint64_t seq;
  DType probabilities;
  Tensor out;
  Tile q, k, vT, eyeP;
};

/// Four 128 x 128 transposes fill a bank, which one copy evicts. `groups` of them.
void transposeAll(Kernel &k, const Tile &to, const Tile &from, const Tile &eye, uint64_t groups,
                  unsigned banks) {
  k.loop(groups, [&](Index group) {
    Tile bank = k.psum(DType::F32, 128, 512, banks);
    for (int64_t t = 0; t < 4; ++t) {
      k.ldweights(from.at(group * 512 + t * 128, 128));
      k.matmul(bank.at(t * 128, 128), eye.all());
    }
    k.copy(to.at(group * 512, 512), bank.all());
  });
}

Head begin(Kernel &k, unsigned version, uint64_t seq) {
  Head h;
  h.version = version;
  h.seq = seq;
  h.probabilities = version >= 7 ? DType::Bf16 : DType::F32;
  Tensor q = k.input("q", DType::Bf16, kDepth, seq, 1),
         key = k.input("k", DType::Bf16, kDepth, seq, 2);
  Tensor v = k.input("v", DType::Bf16, kDepth, seq, 3);
  Tensor eye = k.constant("identity", DType::Bf16, 128, 128, identity(128));
  Tensor eyeP = k.constant("identityP", h.probabilities, 128, 128, identity(128));
  h.out = k.output("out", DType::Bf16, seq, kDepth);
  h.q = k.sbuf(DType::Bf16, 128, seq);
  h.k = k.sbuf(DType::Bf16, 128, seq);
  h.vT = k.sbuf(h.probabilities, 128, seq);
  h.eyeP = k.sbuf(h.probabilities, 128, 128);
  Tile one = k.sbuf(DType::Bf16, 128, 128), values = k.sbuf(DType::Bf16, 128, seq);
  k.dma(h.q.all(), q.block(0, 0, 128, seq), kLoads);
  k.dma(h.k.all(), key.block(0, 0, 128, seq), kLoads);
  k.dma(values.all(), v.block(0, 0, 128, seq), kLoads);
  k.dma(one.all(), eye.block(0, 0, 128, 128), kLoads);
  k.dma(h.eyeP.all(), eyeP.block(0, 0, 128, 128), kLoads);
  k.loadTable(Activation::Exp);
  transposeAll(k, h.vT, values, one, seq / 512, 1);
  if (k.withValues())
    k.expect(h.out,
             attention(k.contentOf(q), k.contentOf(key), transposed(k.contentOf(v), kDepth, seq),
                       kDepth, seq, seq, 1),
             2e-2);
  return h;
}

/// out of tile i = transposed probabilities times v, each row times `scale` where there is one.
void product(Kernel &k, const Head &h, Index i, const Tile &pT, const Tile *scale, unsigned banks) {
  Tile sum = k.psum(DType::F32, 128, kDepth, banks), result = k.sbuf(DType::Bf16, 128, kDepth, 2);
  k.loop(h.seq / 128, [&](Index j) {
    k.ldweights(pT.at(j * 128, 128));
    k.matmul(sum.all(), h.vT.at(j * 128, 128), Accumulate::unlessFirst(j));
  });
  if (scale)
    k.tensorScalar(result.all(), sum.all(), AluOp::Multiply, scale->all());
  else
    k.copy(result.all(), sum.all());
  k.dma(h.out.block(i * 128, 0, 128, kDepth), result.all(), kStores);
}

std::vector<Tile> scores(Kernel &k, const Head &h, Index i, unsigned slots) {
  std::vector<Tile> banks;
  for (uint64_t j = 0; j < h.seq / 512; ++j) {
    banks.push_back(k.psum(DType::F32, 128, 512, slots));
    k.ldweights(h.q.at(i * 128, 128));
    k.matmul(banks.back().all(), h.k.at(static_cast<int64_t>(j * 512), 512));
  }
  return banks;
}

Tile negatedMaximum(Kernel &k, const std::vector<Tile> &banks) {
  Tile parts = k.sbuf(DType::F32, 128, banks.size(), 2), most = k.sbuf(DType::F32, 128, 1, 2);
  for (size_t j = 0; j < banks.size(); ++j)
    k.reduce(parts.at(static_cast<int64_t>(j), 1), banks[j].all(), AluOp::Max);
  k.reduce(most.all(), parts.all(), AluOp::Max, 1, true);
  return most;
}

/// exp of the scores of a tile, in v4 to v7.
void exponentials(Kernel &k, const Head &h, const std::vector<Tile> &banks, const Tile &most,
                  const Tile &p) {
  View bias = most.all();
  for (size_t j = 0; j < banks.size(); ++j) {
    View part = p.at(static_cast<int64_t>(j * 512), 512);
    ActivateOptions options;
    if (h.version >= 6) {
      options.biasColumn = &bias;
      options.reduce = j ? ReduceCmd::Reduce : ReduceCmd::ResetReduce;
      k.activate(part, banks[j].all(), Activation::Exp, options);
    } else {
      k.tensorScalar(part, banks[j].all(), AluOp::Add, most.all());
      k.activate(part, part, Activation::Exp);
    }
  }
}

/// What v4 to v7 do with them.
void afterExponentials(Kernel &k, const Head &h, Index i, const Tile &p) {
  Tile total = k.sbuf(DType::F32, 128, 1, 2), inverse = k.sbuf(DType::F32, 128, 1, 2);
  if (h.version >= 6)
    k.readReduce(total.all());
  else
    k.reduce(total.all(), p.all(), AluOp::Add);
  k.reciprocal(inverse.all(), total.all());
  if (h.version == 4)
    k.tensorScalar(p.all(), p.all(), AluOp::Multiply, inverse.all());
  Tile pT = k.sbuf(h.probabilities, 128, h.seq, 2);
  transposeAll(k, pT, p, h.eyeP, h.seq / 512, 2);
  product(k, h, i, pT, h.version == 4 ? nullptr : &inverse, 1);
}

/// v4 to v7.
void fused(Kernel &k, unsigned version, uint64_t seq) {
  Head h = begin(k, version, seq);
  k.loop(seq / 128, [&](Index i) {
    std::vector<Tile> banks = scores(k, h, i, seq <= 1024 ? 2 : 1);
    Tile most = negatedMaximum(k, banks);
    Tile p = k.sbuf(h.probabilities, 128, seq, 2);
    k.stage(1, -1, [&] { exponentials(k, h, banks, most, p); });
    k.stage(1, 1, [&] { afterExponentials(k, h, i, p); });
  });
}

/// v3: what one loop leaves in device memory the next one loads.
void unfused(Kernel &k, uint64_t seq) {
  Head h = begin(k, 3, seq);
  uint64_t tiles = seq / 128;
  Tensor s = k.scratch("scores", DType::F32, seq, seq), d = k.scratch("less", DType::F32, seq, seq);
  Tensor e = k.scratch("exp", DType::F32, seq, seq), p = k.scratch("p", DType::F32, seq, seq);
  Tile most = k.sbuf(DType::F32, 128, tiles), inverse = k.sbuf(DType::F32, 128, tiles);
  auto rows = [&](const Tensor &from, Index i) {
    Tile row = k.sbuf(DType::F32, 128, seq, seq > 2048 ? 1 : 2);
    k.dma(row.all(), from.block(i * 128, 0, 128, seq), kLoads);
    return row;
  };
  auto keep = [&](const Tensor &to, const Tile &row, Index i) {
    k.dma(to.block(i * 128, 0, 128, seq), row.all(), kStores);
  };
  k.loop(tiles, [&](Index i) {
    Tile row = k.sbuf(DType::F32, 128, seq, 2);
    k.loop(seq / 512, [&](Index j) {
      Tile bank = k.psum(DType::F32, 128, 512, 2);
      k.ldweights(h.q.at(i * 128, 128));
      k.matmul(bank.all(), h.k.at(j * 512, 512));
      k.copy(row.at(j * 512, 512), bank.all());
    });
    keep(s, row, i);
  });
  k.loop(tiles, [&](Index i) { k.reduce(most.at(i, 1), rows(s, i).all(), AluOp::Max, 1, true); });
  k.loop(tiles, [&](Index i) {
    Tile row = rows(s, i);
    k.tensorScalar(row.all(), row.all(), AluOp::Add, most.at(i, 1));
    keep(d, row, i);
  });
  k.loop(tiles, [&](Index i) {
    Tile row = rows(d, i);
    k.activate(row.all(), row.all(), Activation::Exp);
    keep(e, row, i);
  });
  k.loop(tiles, [&](Index i) {
    Tile total = k.sbuf(DType::F32, 128, 1, 2);
    k.reduce(total.all(), rows(e, i).all(), AluOp::Add);
    k.reciprocal(inverse.at(i, 1), total.all());
  });
  k.loop(tiles, [&](Index i) {
    Tile row = rows(e, i);
    k.tensorScalar(row.all(), row.all(), AluOp::Multiply, inverse.at(i, 1));
    keep(p, row, i);
  });
  k.loop(tiles, [&](Index i) {
    Tile row = rows(p, i), pT = k.sbuf(DType::F32, 128, seq, 2);
    transposeAll(k, pT, row, h.eyeP, seq / 512, 1);
    product(k, h, i, pT, nullptr, 1);
  });
}

/// v11. An exp covers up to 2048 columns.
void pipelined(Kernel &k, uint64_t seq) {
  Head h = begin(k, 11, seq);
  uint64_t chunk = std::min<uint64_t>(seq, 2048);
  k.loop(seq / 128, [&](Index i) {
    Tile s = k.sbuf(DType::F32, 128, seq, 2), parts = k.sbuf(DType::F32, 128, seq / 512, 2);
    Tile most = k.sbuf(DType::F32, 128, 1, 2), total = k.sbuf(DType::F32, 128, 1, 3);
    Tile inverse = k.sbuf(DType::F32, 128, 1, 2);
    Tile p = k.sbuf(DType::Bf16, 128, seq, seq > 4096 ? 1 : 2),
         pT = k.sbuf(DType::Bf16, 128, seq, 2);
    k.loop(seq / 512, [&](Index j) {
      Tile bank = k.psum(DType::F32, 128, 512, 3);
      k.ldweights(h.q.at(i * 128, 128));
      k.matmul(bank.all(), h.k.at(j * 512, 512));
      k.tensorScalarReduce(s.at(j * 512, 512), bank.all(), parts.at(j, 1), AluOp::Multiply, 1.0f,
                           AluOp::Max);
    });
    k.reduce(most.all(), parts.all(), AluOp::Max, 1, true);
    k.stage(1, 2, [&] {
      View bias = most.all();
      for (uint64_t at = 0; at < seq; at += chunk) {
        ActivateOptions options;
        options.biasColumn = &bias;
        options.reduce = at ? ReduceCmd::Reduce : ReduceCmd::ResetReduce;
        int64_t first = static_cast<int64_t>(at);
        k.activate(p.at(first, chunk), s.at(first, chunk), Activation::Exp, options);
      }
      k.readReduce(total.all());
    });
    k.stage(1, 2, [&] { transposeAll(k, pT, p, h.eyeP, seq / 512, 3); });
    k.stage(2, 1, [&] { k.reciprocal(inverse.all(), total.all()); });
    Tile sum = k.psum(DType::F32, 128, kDepth, 1), result = k.sbuf(DType::Bf16, 128, kDepth, 2);
    k.stage(2, 1, [&] {
      k.loop(seq / 128, [&](Index j) {
        k.ldweights(pT.at(j * 128, 128));
        k.matmul(sum.all(), h.vT.at(j * 128, 128), Accumulate::unlessFirst(j));
      });
    });
    k.stage(2, 1, [&] {
      k.tensorScalar(result.all(), sum.all(), AluOp::Multiply, inverse.all());
      k.dma(h.out.block(i * 128, 0, 128, kDepth), result.all(), kStores);
    });
  });
}

void version(Kernel &k, unsigned number, uint64_t seq) {
  if (number == 3)
    return unfused(k, seq);
  return number == 11 ? pipelined(k, seq) : fused(k, number, seq);
}

} // namespace

void addAttention(Cases &cases) {
  struct Row {
    unsigned version;
    uint64_t seq;
    double us;
  };
  for (Row row : {Row{3, 512, 57},   Row{3, 1024, 175}, Row{3, 2048, 652},  Row{4, 512, 25},
                  Row{4, 1024, 67},  Row{4, 2048, 229}, Row{5, 512, 23},    Row{5, 1024, 53},
                  Row{5, 2048, 171}, Row{6, 512, 23},   Row{6, 1024, 53},   Row{6, 2048, 163},
                  Row{7, 512, 19},   Row{7, 1024, 39},  Row{7, 2048, 112},  Row{11, 512, 19},
                  Row{11, 1024, 37}, Row{11, 2048, 98}, Row{11, 4096, 360}, Row{11, 8192, 1387}}) {
    Case one;
    one.name = formatText("attention v%u, %u keys", row.version, static_cast<unsigned>(row.seq));
    one.machine = "trn1";
    // 19 us for 512 keys would leave 5.5 us beside the launch: it is not in these numbers.
    one.quantity = Quantity::Latency;
    one.role = row.version < 7 ? Role::Informative : Role::Revised; // README
    one.published = row.us;
    one.source = row.version < 7 ? "npu notes 3.3.2; its order is the vendor's scheduler's"
                                 : "npu notes 3.3.2, C10";
    if (row.version == 4 || row.version == 5)
      one.residual =
          "VectorE and TensorE have about equal work and wait for each other in turn; the "
          "vendor's scheduler interleaves instructions of several tiles";
    if (row.version == 11 && row.seq == 512)
      one.residual =
          "four tiles: a constant of about 6 us, part of the launch or of the measurement";
    one.program = [=](Kernel &k) { version(k, row.version, row.seq); };
    one.small = [=](Kernel &k) { version(k, row.version, 512); };
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
