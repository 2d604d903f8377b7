// The selective scan of Mamba, fp32, batch 1, 16 states, on trn1.
//
// For channel c and state s: h[t] = exp(delta[t] A[c, s]) h[t-1] + delta[t] u[t] B[s, t];
// out[t] = sum over s of h[t] C[s, t]. Channels are partitions, time is the free dim; B and C are
// broadcast over the partitions by a matmul with ones.
// States (in v3 pieces) are independent up to the scan: there they begin one ahead.
//   v1 loads delta and u for every state; v2 once per 128 channels; v3 cuts time into pieces of
//   512, chained through the initial value of the scan.
// Published (hardware notes 7.7, with launch): 256 channels x 512: v1 172.93 us, Vector active
// 148.99 us; 4096 x 512: v1 2.34 ms, v2 1.61 ms (Vector 99.63 %); v3 at 512, 1024, 2048, 4096,
// 8192 steps: 1.6, 3.3, 6.6, 13.3, 27.8 ms (Vector 94.85 % of the last). Sheet C9.
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

#include <cmath>

namespace neuron::kernels {
namespace {

constexpr uint64_t kStates = 16, kPiece = 512;
constexpr unsigned kLoads = 0, kStores = 10;

struct Problem {
  uint64_t channels, steps;
  Tensor delta, u, a, b, c, out, ones;
};

Numbers scanned(Kernel &k, const Problem &p) {
  Numbers delta = k.contentOf(p.delta), u = k.contentOf(p.u), a = k.contentOf(p.a);
  Numbers b = k.contentOf(p.b), c = k.contentOf(p.c), out(p.channels * p.steps);
  for (uint64_t row = 0; row < p.channels; ++row)
    for (uint64_t s = 0; s < kStates; ++s) {
      double h = 0;
      for (uint64_t t = 0; t < p.steps; ++t) {
        uint64_t at = row * p.steps + t;
        h = std::exp(delta[at] * a[row * kStates + s]) * h + delta[at] * u[at] * b[s * p.steps + t];
        out[at] += h * c[s * p.steps + t];
      }
    }
  return out;
}

Problem declare(Kernel &k, uint64_t channels, uint64_t steps) {
  Problem p{channels, steps, {}, {}, {}, {}, {}, {}, {}};
  p.delta = k.input("delta", DType::F32, channels, steps, 1);
  if (k.withValues()) { // positive, so that states decay
    Numbers steady(channels * steps);
    for (size_t i = 0; i < steady.size(); ++i)
      steady[i] = 0.125 * static_cast<double>(1 + i * 5 % 7);
    p.delta = k.constant("positive", DType::F32, channels, steps, steady);
  }
  p.u = k.input("u", DType::F32, channels, steps, 2);
  Numbers decay(channels * kStates);
  for (size_t i = 0; i < decay.size(); ++i)
    decay[i] = -0.125 * static_cast<double>(1 + i % 8);
  p.a = k.constant("A", DType::F32, channels, kStates, decay);
  p.b = k.input("B", DType::F32, kStates, steps, 4);
  p.c = k.input("C", DType::F32, kStates, steps, 5);
  p.ones = k.constant("ones", DType::F32, 1, 128, Numbers(128, 1.0));
  p.out = k.output("out", DType::F32, channels, steps);
  k.loadTable(Activation::Exp);
  return p;
}

/// A row of `from` on all partitions, in PSUM.
Tile broadcast(Kernel &k, const Tensor &from, const Tile &ones, Index state, const Affine &step,
               uint64_t count) {
  Tile row = k.sbuf(DType::F32, 1, count, 2), wide = k.psum(DType::F32, 128, count, 2);
  k.dma(row.all(), from.block(state, step, 1, count), kLoads);
  for (uint64_t at = 0; at < count; at += kPiece) {
    uint64_t part = std::min(kPiece, count - at);
    k.ldweights(ones.all());
    k.matmul(wide.at(static_cast<int64_t>(at), part), row.at(static_cast<int64_t>(at), part));
  }
  return wide;
}

/// One state over `count` steps from `step` on. `du` is delta u; `last` keeps the scan's end.
/// From the scan on it goes `lag` iterations behind.
void addState(Kernel &k, const Problem &p, const Tile &ones, const View &aColumn, const View &delta,
              const View &du, const View &sum, Index state, const Affine &step, uint64_t count,
              const View *last, unsigned lag) {
  Tile decay = k.sbuf(DType::F32, 128, count, 2), in = k.sbuf(DType::F32, 128, count, 2);
  Tile h = k.sbuf(DType::F32, 128, count, 2), out = k.sbuf(DType::F32, 128, count, 2);
  ActivateOptions options;
  options.scaleColumn = &aColumn;
  k.activate(decay.all(), delta, Activation::Exp, options);
  Tile b = broadcast(k, p.b, ones, state, step, count);
  k.tensorTensor(in.all(), du, b.all(), AluOp::Multiply);
  Tile c = broadcast(k, p.c, ones, state, step, count);
  k.stage(lag, 1, [&] {
    k.scan(h.all(), decay.all(), in.all(), AluOp::Multiply, AluOp::Add,
           last ? Scalar(*last) : Scalar(0.0f));
    if (last)
      k.copy(*last, h.at(static_cast<int64_t>(count) - 1, 1));
    k.tensorTensor(out.all(), h.all(), c.all(), AluOp::Multiply);
    k.tensorTensor(sum, sum, out.all(), AluOp::Add);
  });
}

void loadRows(Kernel &k, const Tensor &from, const Tile &tile, Index rows) {
  k.dma(tile.all(), from.block(rows * 128, 0, 128, from.columns), kLoads);
}

enum class Version : uint8_t { Reload, Once, Pieces };

void mamba(Kernel &k, Version version, uint64_t channels, uint64_t steps) {
  Problem p = declare(k, channels, steps);
  Tile ones = k.sbuf(DType::F32, 1, 128);
  k.dma(ones.all(), p.ones.block(0, 0, 1, 128), kLoads);
  bool pieces = version == Version::Pieces;
  k.loop(channels / 128, [&](Index rows) {
    unsigned slots = steps > 2048 ? 1 : 2;
    Tile sum = k.sbuf(DType::F32, 128, steps, slots), delta, du;
    k.memset(sum.all(), 0);
    auto prepare = [&](unsigned copies) {
      delta = k.sbuf(DType::F32, 128, steps, copies);
      du = k.sbuf(DType::F32, 128, steps, copies);
      Tile u = pieces && steps > 4096 ? du : k.sbuf(DType::F32, 128, steps, copies);
      loadRows(k, p.delta, delta, rows);
      loadRows(k, p.u, u, rows);
      k.tensorTensor(du.all(), delta.all(), u.all(), AluOp::Multiply);
    };
    if (version != Version::Reload)
      prepare(slots);
    k.loop(kStates, [&](Index state) {
      Tile a = k.sbuf(DType::F32, 128, 1, 2);
      if (version == Version::Reload)
        prepare(2);
      k.dma(a.all(), p.a.block(rows * 128, state, 128, 1), kLoads);
      if (!pieces)
        return addState(k, p, ones, a.all(), delta.all(), du.all(), sum.all(), state, 0, steps,
                        nullptr, 1);
      Tile last = k.sbuf(DType::F32, 128, 1, 2);
      k.memset(last.all(), 0);
      View carried = last.all();
      k.loop(steps / kPiece, [&](Index piece) {
        Affine at = piece * static_cast<int64_t>(kPiece);
        addState(k, p, ones, a.all(), delta.at(at, kPiece), du.at(at, kPiece), sum.at(at, kPiece),
                 state, at, kPiece, &carried, steps > kPiece);
      });
    });
    k.dma(p.out.block(rows * 128, 0, 128, steps), sum.all(), kStores);
  });
  if (k.withValues())
    k.expect(p.out, scanned(k, p), 1e-3);
}

struct Row {
  const char *name;
  Version version;
  uint64_t channels, steps;
  Quantity quantity;
  double us;
  Role role;
};

} // namespace

void addMamba(Cases &cases) {
  using Q = Quantity;
  for (Row row :
       {Row{"mamba v1, 256 x 512", Version::Reload, 256, 512, Q::WithLaunch, 172.93, Role::Revised},
        Row{"mamba v1, 256 x 512: Vector", Version::Reload, 256, 512, Q::VectorActive, 148.99,
            Role::Revised},
        Row{"mamba v1, 4096 x 512", Version::Reload, 4096, 512, Q::WithLaunch, 2340, Role::Revised},
        Row{"mamba v2, 4096 x 512", Version::Once, 4096, 512, Q::WithLaunch, 1610, Role::Revised},
        Row{"mamba v2, 4096 x 512: Vector", Version::Once, 4096, 512, Q::VectorActive, 1604,
            Role::Revised},
        Row{"mamba v3, 4096 x 512", Version::Pieces, 4096, 512, Q::WithLaunch, 1600, Role::Revised},
        Row{"mamba v3, 4096 x 1024", Version::Pieces, 4096, 1024, Q::WithLaunch, 3300,
            Role::Revised},
        Row{"mamba v3, 4096 x 2048", Version::Pieces, 4096, 2048, Q::WithLaunch, 6600,
            Role::Revised},
        Row{"mamba v3, 4096 x 4096", Version::Pieces, 4096, 4096, Q::WithLaunch, 13300,
            Role::Revised},
        Row{"mamba v3, 4096 x 8192", Version::Pieces, 4096, 8192, Q::WithLaunch, 27800,
            Role::Revised},
        Row{"mamba v3, 4096 x 8192: Vector", Version::Pieces, 4096, 8192, Q::VectorActive, 26370,
            Role::Revised}}) {
    Case one;
    one.name = row.name;
    one.machine = "trn1";
    one.quantity = row.quantity;
    one.role = row.role;
    one.published = row.us;
    one.source = row.version == Version::Reload ? "notes 7.7" : "notes 7.7, C9";
    if (row.version != Version::Reload)
      one.residual =
          "the VectorE still waits for its own results twice a state, 234 cycles a time; "
          "the vendor's scheduler has more independent instructions to put in between";
    one.program = [=](Kernel &k) { mamba(k, row.version, row.channels, row.steps); };
    uint64_t steps = row.version == Version::Pieces ? 1024 : 64;
    one.small = [=](Kernel &k) { mamba(k, row.version, 128, steps); };
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
