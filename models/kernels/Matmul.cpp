// The matmul ladder: out[M, N] = transpose(lhsT[K, M]) rhs[K, N], with tiles of 128 x 128 x 512.
//
// Published for 4096 x 8192 x 8192 (M, K, N) in a tutorial on tiling, kernel by kernel:
//   trn1, bf16   tiled 51.80 ms, hoisted loads 42.96 ms, blocks of 2 x 2 22.07 ms, all dims
//                blocked 6.97 ms (hardware notes 7.1); the first again with later software,
//                20.99 ms (sheet C8)
//   trn2, fp32   39.89, 28.20, 28.41 and 28.30 ms (hardware notes 7.2)
// and for two programs of a benchmark on trn1, fp32 (npu notes 3.3.4, sheet C4 and C5):
//   4096 x 5120 x 12288 (M, K, N), lhsT read 12 times, rhs 32 times: 35.20 ms
//   16 products of 4096 x 64 x 4096, bound by stores, evicted by the ScalarE: 4.61 ms
// and on trn2, bf16 (hardware notes 7.3 and 7.4):
//   4096 x 4096 x 4096 in blocks of 8 x 2 tiles, rows of 1024 columns: 1801 us, TensorE 1781 us
//   2048 matmuls of full size, each with its weights: 77.2 TFLOPS
// The first software had one transfer of a queue in flight, the later has many and, on trn2,
// describes transfers by hardware when they are triggered.
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

namespace neuron::kernels {
namespace {

struct Shape {
  uint64_t mTiles, nTiles, kTiles; ///< of 128, 512 and 128
  DType dtype;
  bool early = false;     ///< one transfer in flight
  bool described = false; ///< by hardware, at the trigger
  uint64_t mBlock = 16;
};

constexpr unsigned kLoads = 0, kStores = 10;

struct Matrices {
  Tensor lhsT, rhs, out;
};

Matrices declare(Kernel &k, const Shape &s) {
  if (s.early)
    k.inFlight(kLoads, 1);
  if (s.described)
    k.described(kLoads);
  Matrices x;
  x.lhsT = k.input("lhsT", s.dtype, s.kTiles * 128, s.mTiles * 128, 1);
  x.rhs = k.input("rhs", s.dtype, s.kTiles * 128, s.nTiles * 512, 2);
  x.out = k.output("out", s.dtype, s.mTiles * 128, s.nTiles * 512);
  if (k.withValues())
    k.expect(x.out,
             product(k.contentOf(x.lhsT), k.contentOf(x.rhs), x.lhsT.rows, x.lhsT.columns,
                     x.rhs.columns),
             s.dtype == DType::F32 ? 1e-5 : 8e-3);
  return x;
}

void evict(Kernel &k, const Matrices &x, const Tile &sum, const Affine &row, const Affine &column) {
  Tile result = k.sbuf(x.out.dtype, 128, 512, x.out.dtype == DType::F32 ? 1 : 2);
  k.copy(result.all(), sum.all());
  k.dma(x.out.block(row, column, 128, 512), result.all(), kStores);
}

/// Every tile is loaded where it is used.
void tiled(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  k.loop(s.mTiles, [&](Index m) {
    k.loop(s.nTiles, [&](Index n) {
      Tile sum = k.psum(DType::F32, 128, 512, 2);
      k.loop(s.kTiles, [&](Index i) {
        Tile l = k.sbuf(s.dtype, 128, 128, 4), r = k.sbuf(s.dtype, 128, 512, 4);
        k.dma(l.all(), x.lhsT.block(i * 128, m * 128, 128, 128), kLoads);
        k.dma(r.all(), x.rhs.block(i * 128, n * 512, 128, 512), kLoads);
        k.ldweights(l.all());
        k.matmul(sum.all(), r.all(), Accumulate::unlessFirst(i));
      });
      evict(k, x, sum, m * 128, n * 512);
    });
  });
}

void loadTiles(Kernel &k, const Tensor &from, const Tile &tile, uint64_t kTiles,
               const Affine &column, uint64_t width) {
  k.loop(kTiles, [&](Index i) {
    k.dma(tile.at(i * static_cast<int64_t>(width), width), from.block(i * 128, column, 128, width),
          kLoads);
  });
}

void multiplyTiles(Kernel &k, const Tile &sum, const Tile &l, const Tile &r, uint64_t kTiles) {
  k.loop(kTiles, [&](Index i) {
    k.ldweights(l.at(i * 128, 128));
    k.matmul(sum.all(), r.at(i * 512, 512), Accumulate::unlessFirst(i));
  });
}

/// Tiles of 128 rows of the result, and of 512 columns of it, are loaded once.
void hoisted(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  unsigned slots = s.dtype == DType::F32 ? 1 : 2;
  k.loop(s.mTiles, [&](Index m) {
    Tile l = k.sbuf(s.dtype, 128, s.kTiles * 128, 2);
    loadTiles(k, x.lhsT, l, s.kTiles, m * 128, 128);
    k.loop(s.nTiles, [&](Index n) {
      Tile r = k.sbuf(s.dtype, 128, s.kTiles * 512, slots);
      loadTiles(k, x.rhs, r, s.kTiles, n * 512, 512);
      Tile sum = k.psum(DType::F32, 128, 512, 2);
      multiplyTiles(k, sum, l, r, s.kTiles);
      evict(k, x, sum, m * 128, n * 512);
    });
  });
}

/// Blocks of 2 x 2 result tiles share their loads. In fp32 the columns of a block do not fit
/// twice, and are loaded for every row tile.
void blocked(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  bool wide = s.dtype == DType::F32;
  k.loop(s.mTiles / 2, [&](Index m) {
    Tile l[2] = {k.sbuf(s.dtype, 128, s.kTiles * 128), k.sbuf(s.dtype, 128, s.kTiles * 128)};
    for (int bm = 0; bm < 2; ++bm)
      loadTiles(k, x.lhsT, l[bm], s.kTiles, m * 256 + bm * 128, 128);
    k.loop(s.nTiles / 2, [&](Index n) {
      Tile first = k.sbuf(s.dtype, 128, s.kTiles * 512);
      Tile r[2] = {first, wide ? first : k.sbuf(s.dtype, 128, s.kTiles * 512)};
      if (!wide)
        for (int bn = 0; bn < 2; ++bn)
          loadTiles(k, x.rhs, r[bn], s.kTiles, n * 1024 + bn * 512, 512);
      for (int pair = 0; pair < 4; ++pair) {
        int bm = wide ? pair % 2 : pair / 2, bn = wide ? pair / 2 : pair % 2;
        if (wide && bm == 0)
          loadTiles(k, x.rhs, r[bn], s.kTiles, n * 1024 + bn * 512, 512);
        Tile sum = k.psum(DType::F32, 128, 512, 2);
        multiplyTiles(k, sum, l[bm], r[bn], s.kTiles);
        evict(k, x, sum, m * 256 + bm * 128, n * 1024 + bn * 512);
      }
    });
  });
}

/// Blocks in all dims: M of 16 tiles, N of 2, K of 8; sums over blocks of K are in SBUF. In fp32
/// that leaves no room for second sets: M has blocks of 4, and the columns have one slot.
void blockedAll(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  uint64_t kBlock = std::min<uint64_t>(s.kTiles, 8), mBlocks = s.mTiles / s.mBlock;
  int64_t rows = static_cast<int64_t>(s.mBlock * 128);
  unsigned slots = s.dtype == DType::F32 ? 1 : 2;
  k.loop(s.nTiles / 2, [&](Index n) {
    Tile z = k.sbuf(s.dtype, 128, s.mTiles * 1024);
    k.loop(s.mTiles, [&](Index m) { k.memset(z.at(m * 1024, 1024), 0); });
    k.loop(s.kTiles / kBlock, [&](Index kb) {
      Affine firstRow = kb * static_cast<int64_t>(kBlock * 128);
      Tile r = k.sbuf(s.dtype, 128, kBlock * 1024, slots);
      k.loop(kBlock, [&](Index i) {
        k.dma(r.at(i * 1024, 1024), x.rhs.block(firstRow + i * 128, n * 1024, 128, 1024), kLoads);
      });
      k.loop(mBlocks, [&](Index mb) {
        Tile l = k.sbuf(s.dtype, 128, kBlock * s.mBlock * 128, 2);
        k.loop(kBlock, [&](Index i) {
          k.dma(l.at(i * rows, s.mBlock * 128),
                x.lhsT.block(firstRow + i * 128, mb * rows, 128, s.mBlock * 128), kLoads);
        });
        k.loop(2, [&](Index bn) {
          k.loop(s.mBlock, [&](Index m) {
            Tile sum = k.psum(DType::F32, 128, 512, 2);
            k.loop(kBlock, [&](Index i) {
              k.ldweights(l.at(i * rows + m * 128, 128));
              k.matmul(sum.all(), r.at(i * 1024 + bn * 512, 512), Accumulate::unlessFirst(i));
            });
            View part = z.at(mb * (rows * 8) + m * 1024 + bn * 512, 512);
            k.tensorTensor(part, part, sum.all(), AluOp::Add);
          });
        });
      });
    });
    k.loop(s.mTiles, [&](Index m) {
      k.dma(x.out.block(m * 128, n * 1024, 128, 1024), z.at(m * 1024, 1024), kStores);
    });
  });
}

/// Columns in blocks of 1024, which every 128 rows load again.
void reloading(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  k.loop(s.nTiles / 2, [&](Index n) {
    k.loop(s.mTiles, [&](Index m) {
      Tile l = k.sbuf(s.dtype, 128, s.kTiles * 128), r = k.sbuf(s.dtype, 128, s.kTiles * 1024);
      k.loop(s.kTiles, [&](Index i) {
        k.dma(l.at(i * 128, 128), x.lhsT.block(i * 128, m * 128, 128, 128), kLoads);
        k.dma(r.at(i * 1024, 1024), x.rhs.block(i * 128, n * 1024, 128, 1024), kLoads);
      });
      for (int64_t bn = 0; bn < 2; ++bn) {
        Tile sum = k.psum(DType::F32, 128, 512, 2);
        k.loop(s.kTiles, [&](Index i) {
          k.ldweights(l.at(i * 128, 128));
          k.matmul(sum.all(), r.at(i * 1024 + bn * 512, 512), Accumulate::unlessFirst(i));
        });
        evict(k, x, sum, m * 128, n * 1024 + bn * 512);
      }
    });
  });
}

/// Blocks of 8 tiles of rows and 2 of columns, loaded as rows of 1024 elements.
void rowBlocked(Kernel &k, const Shape &s) {
  Matrices x = declare(k, s);
  k.loop(s.mTiles / 8, [&](Index m) {
    Tile l = k.sbuf(s.dtype, 128, s.kTiles * 1024);
    loadTiles(k, x.lhsT, l, s.kTiles, m * 1024, 1024);
    k.loop(s.nTiles / 2, [&](Index n) {
      Tile r = k.sbuf(s.dtype, 128, s.kTiles * 1024, 2);
      loadTiles(k, x.rhs, r, s.kTiles, n * 1024, 1024);
      k.loop(8, [&](Index row) {
        k.loop(2, [&](Index column) {
          Tile sum = k.psum(DType::F32, 128, 512, 2);
          k.loop(s.kTiles, [&](Index i) {
            k.ldweights(l.at(i * 1024 + row * 128, 128));
            k.matmul(sum.all(), r.at(i * 1024 + column * 512, 512), Accumulate::unlessFirst(i));
          });
          evict(k, x, sum, m * 1024 + row * 128, n * 1024 + column * 512);
        });
      });
    });
  });
}

/// `count` times the same product, added up.
void repeated(Kernel &k, uint64_t count) {
  Tensor a = k.input("a", DType::Bf16, 128, 128, 1), b = k.input("b", DType::Bf16, 128, 512, 2);
  Tensor out = k.output("out", DType::F32, 128, 512);
  Tile l = k.sbuf(DType::Bf16, 128, 128), r = k.sbuf(DType::Bf16, 128, 512);
  Tile sum = k.psum(DType::F32, 128, 512), result = k.sbuf(DType::F32, 128, 512);
  k.dma(l.all(), a.block(0, 0, 128, 128), kLoads);
  k.dma(r.all(), b.block(0, 0, 128, 512), kLoads);
  k.loop(count, [&](Index i) {
    k.ldweights(l.all());
    k.matmul(sum.all(), r.all(), Accumulate::unlessFirst(i));
  });
  k.copy(result.all(), sum.all());
  k.dma(out.block(0, 0, 128, 512), result.all(), kStores);
  if (!k.withValues())
    return;
  Numbers want = product(k.contentOf(a), k.contentOf(b), 128, 128, 512);
  for (double &value : want)
    value *= static_cast<double>(count);
  k.expect(out, want, 1e-5);
}

/// `batch` products of [64, m] and [64, n].
void batched(Kernel &k, uint64_t batch, uint64_t mTiles, uint64_t nTiles) {
  constexpr uint64_t kDepth = 64;
  constexpr int64_t depth = kDepth;
  uint64_t rows = mTiles * 128, columns = nTiles * 512;
  Tensor a = k.input("a", DType::F32, batch * kDepth, rows, 1);
  Tensor b = k.input("b", DType::F32, batch * kDepth, columns, 2);
  Tensor out = k.output("out", DType::F32, batch * rows, columns);
  k.loop(batch, [&](Index i) {
    Tile l = k.sbuf(DType::F32, kDepth, rows, 2), r = k.sbuf(DType::F32, kDepth, columns, 2);
    k.dma(l.all(), a.block(i * depth, 0, kDepth, rows), kLoads);
    k.dma(r.all(), b.block(i * depth, 0, kDepth, columns), kLoads);
    k.loop(mTiles, [&](Index m) {
      k.loop(nTiles, [&](Index n) {
        Tile sum = k.psum(DType::F32, 128, 512, 2), result = k.sbuf(DType::F32, 128, 512, 2);
        k.ldweights(l.at(m * 128, 128));
        k.matmul(sum.all(), r.at(n * 512, 512));
        k.copy(result.all(), sum.all(), Engine::Scalar);
        k.dma(out.block(i * static_cast<int64_t>(rows) + m * 128, n * 512, 128, 512), result.all(),
              kStores);
      });
    });
  });
  if (!k.withValues())
    return;
  Numbers left = k.contentOf(a), right = k.contentOf(b), want;
  for (uint64_t i = 0; i < batch; ++i) {
    auto part = [&](const Numbers &all, uint64_t width) {
      auto from = all.begin() + static_cast<int64_t>(i * kDepth * width);
      return Numbers(from, from + static_cast<int64_t>(kDepth * width));
    };
    Numbers one = product(part(left, rows), part(right, columns), kDepth, rows, columns);
    want.insert(want.end(), one.begin(), one.end());
  }
  k.expect(out, want, 1e-5);
}

using Variant = void (*)(Kernel &, const Shape &);

void add(Cases &cases, const char *name, const char *machine, Variant variant, Shape shape,
         double published, Role role, const char *source) {
  Case one;
  one.name = name;
  one.machine = machine;
  one.role = role;
  one.published = published;
  one.scale = 1e-3;
  one.unit = "ms";
  one.source = source;
  if (role == Role::Informative)
    one.residual = "the vendor's compiler removed 10 of 16 reloads of lhsT; here all are executed";
  one.program = [=](Kernel &k) { variant(k, shape); };
  Shape small = shape;
  small.mTiles = 2;
  small.nTiles = 2;
  small.kTiles = 4;
  small.mBlock = 2;
  one.small = [=](Kernel &k) { variant(k, small); };
  cases.push_back(one);
}

} // namespace

void addMatmul(Cases &cases) {
  Shape bf16{32, 16, 64, DType::Bf16, true};
  add(cases, "matmul tiled", "trn1", tiled, bf16, 51.80, Role::Informative,
      "notes 7.1; 10 of 16 loads of lhsT were removed there");
  add(cases, "matmul hoisted", "trn1", hoisted, bf16, 42.96, Role::Fitted, "notes 7.1");
  add(cases, "matmul 2x2", "trn1", blocked, bf16, 22.07, Role::Fitted, "notes 7.1");
  add(cases, "matmul all", "trn1", blockedAll, bf16, 6.97, Role::Fitted, "notes 7.1, C7");
  Shape later = bf16;
  later.early = false;
  add(cases, "matmul tiled, later software", "trn1", tiled, later, 20.99, Role::Prediction,
      "sheet C8");
  Shape fp32{32, 16, 64, DType::F32, false, true, 4};
  add(cases, "matmul tiled fp32", "trn2", tiled, fp32, 39.89, Role::Prediction, "notes 7.2");
  add(cases, "matmul hoisted fp32", "trn2", hoisted, fp32, 28.20, Role::Prediction, "notes 7.2");
  add(cases, "matmul 2x2 fp32", "trn2", blocked, fp32, 28.41, Role::Revised, "notes 7.2");
  add(cases, "matmul all fp32", "trn2", blockedAll, fp32, 28.30, Role::Revised, "notes 7.2");
  Shape reload{32, 24, 40, DType::F32};
  add(cases, "matmul fp32, 9.1 GB of loads", "trn1", reloading, reload, 35.20, Role::Prediction,
      "npu notes 3.3.4, C4");
  Case bmm;
  bmm.name = "batched matmul fp32, 1.1 GB of stores";
  bmm.machine = "trn1";
  bmm.published = 4.61;
  bmm.scale = 1e-3;
  bmm.unit = "ms";
  bmm.source = "npu notes 3.3.4, C5";
  bmm.program = [](Kernel &k) { batched(k, 16, 32, 8); };
  bmm.small = [](Kernel &k) { batched(k, 2, 2, 2); };
  cases.push_back(bmm);
  Shape cube{32, 8, 32, DType::Bf16, false, true};
  add(cases, "matmul 4096 x 4096 x 4096, blocks", "trn2", rowBlocked, cube, 1.801, Role::Prediction,
      "notes 7.3, V2");
  Shape least{8, 2, 4, DType::Bf16, false, true};
  cases.back().small = [=](Kernel &k) { rowBlocked(k, least); };
  Case active = cases.back();
  active.name += ": Tensor";
  active.quantity = Quantity::TensorActive;
  active.published = 1.781;
  cases.push_back(active);
  Case full;
  full.name = "2048 matmuls of full size";
  full.machine = "trn2";
  full.quantity = Quantity::TensorActive;
  full.published = 77.2;
  full.unit = "TFLOPS";
  full.rate = true;
  full.scale = 2048 * 2.0 * 128 * 128 * 512 / 1e6;
  full.source = "notes 7.4";
  full.program = [](Kernel &k) { repeated(k, 2048); };
  full.small = [](Kernel &k) { repeated(k, 8); };
  cases.push_back(full);
}

} // namespace neuron::kernels
