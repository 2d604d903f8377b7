// Transfers of one size, again and again: what a queue moves in a second.
//
// Published: the payload curve of the DMA guide (hardware notes 4.4: trn2, 128 partitions, 32 B
// to 32 KiB a partition, as times at 368 GB/s), one engine's 32 KiB on trn1 and trn2 (the same),
// sheet C15 (trn1: 250 to 263 GB/s with 4 KiB a partition), and element-wise additions of
// vectors in tiles of one column (hardware notes 7.12).
#include "models/kernels/Cases.h"
#include "models/kernels/Reference.h"

namespace neuron::kernels {
namespace {

/// `count` loads of `bytes` a partition into a ring of `slots`, and one that is stored again.
void loads(Kernel &k, uint64_t count, uint64_t bytes, unsigned partitions, unsigned inFlight,
           unsigned slots) {
  uint64_t n = bytes / 4;
  Tensor x = k.input("x", DType::F32, partitions, n, 1);
  Tensor out = k.output("out", DType::F32, partitions, n);
  if (inFlight)
    k.inFlight(0, inFlight);
  k.loop(count, [&](Index) {
    Tile tile = k.sbuf(DType::F32, partitions, n, slots);
    k.dma(tile.all(), x.block(0, 0, partitions, n), 0);
  });
  Tile last = k.sbuf(DType::F32, partitions, n);
  k.dma(last.all(), x.block(0, 0, partitions, n), 0);
  k.dma(out.block(0, 0, partitions, n), last.all(), 10);
  if (k.withValues())
    k.expect(out, k.contentOf(x), 0);
}

/// `count` loads of 128 x `width` into tiles of their own. The last is stored where values count.
void tileLoads(Kernel &k, uint64_t count, uint64_t width) {
  k.described(0);
  Tensor x = k.input("x", DType::Bf16, 128 * count, width, 1);
  Tensor out = k.output("out", DType::Bf16, 128, width);
  k.loop(count - 1, [&](Index i) {
    Tile tile = k.sbuf(DType::Bf16, 128, width, static_cast<unsigned>(count - 1));
    k.dma(tile.all(), x.block(i * 128, 0, 128, width), 0);
  });
  Tile last = k.sbuf(DType::Bf16, 128, width);
  int64_t row = static_cast<int64_t>(128 * (count - 1));
  k.dma(last.all(), x.block(row, 0, 128, width), 0);
  if (!k.withValues())
    return;
  k.dma(out.block(0, 0, 128, width), last.all(), 10);
  Numbers all = k.contentOf(x);
  k.expect(out, Numbers(all.end() - static_cast<int64_t>(128 * width), all.end()), 0);
}

/// c = a + b over `tiles` tiles of `partitions` x `width`. Sync triggers all transfers; the store
/// of a tile comes behind the loads of the next.
void addVectors(Kernel &k, uint64_t tiles, uint64_t partitions, uint64_t width, bool described) {
  if (described) {
    k.described(0);
    k.described(1);
  }
  Tensor a = k.input("a", DType::F32, tiles * partitions, width, 1);
  Tensor b = k.input("b", DType::F32, tiles * partitions, width, 2);
  Tensor c = k.output("c", DType::F32, tiles * partitions, width);
  unsigned lanes = static_cast<unsigned>(partitions);
  k.loop(tiles, [&](Index i) {
    Tile x = k.sbuf(DType::F32, lanes, width, 2), y = k.sbuf(DType::F32, lanes, width, 2);
    Tile z = k.sbuf(DType::F32, lanes, width, 2);
    Affine row = i * static_cast<int64_t>(partitions);
    k.dma(x.all(), a.block(row, 0, partitions, width), 0);
    k.dma(y.all(), b.block(row, 0, partitions, width), 0);
    k.tensorTensor(z.all(), x.all(), y.all(), AluOp::Add);
    k.stage(tiles > 1, 0, [&] { k.dma(c.block(row, 0, partitions, width), z.all(), 1); });
  });
  if (!k.withValues())
    return;
  std::vector<double> left = k.contentOf(a), right = k.contentOf(b);
  for (size_t i = 0; i < left.size(); ++i)
    left[i] += right[i];
  k.expect(c, left, 0);
}

void addCurve(Cases &cases) {
  struct Step {
    const char *name;
    uint64_t bytes;
    double share; ///< of the rate at 32 KiB
  };
  // One transfer after the other.
  for (Step step : {Step{"32 B", 32, .012}, Step{"64 B", 64, .026}, Step{"128 B", 128, .050},
                    Step{"256 B", 256, .103}, Step{"512 B", 512, .206}, Step{"1 KiB", 1024, .422},
                    Step{"2 KiB", 2048, .813}, Step{"4 KiB", 4096, .966}, Step{"8 KiB", 8192, .983},
                    Step{"16 KiB", 16384, .990}, Step{"32 KiB", 32768, 1}}) {
    Case one;
    one.name = std::string("load of ") + step.name + " a partition";
    one.machine = "trn2";
    one.role = Role::Fitted;
    one.unit = "us";
    one.scale = 1.0 / 66;
    one.published = static_cast<double>(step.bytes) * 128 / (step.share * 368e3);
    one.source = "notes 4.4, payload curve";
    one.program = [=](Kernel &k) { loads(k, 64, step.bytes, 128, 1, 2); };
    one.small = [=](Kernel &k) { loads(k, 4, step.bytes, 128, 1, 2); };
    cases.push_back(one);
  }
}

void addRates(Cases &cases) {
  Case plateau;
  plateau.name = "loads of 4 KiB a partition, many";
  plateau.machine = "trn1";
  plateau.published = 256;
  plateau.unit = "GB/s";
  plateau.rate = true;
  plateau.scale = 258 * 128 * 4.096;
  plateau.source = "sheet C15: 250 to 263";
  plateau.program = [](Kernel &k) { loads(k, 256, 4096, 128, 0, 32); };
  plateau.small = [](Kernel &k) { loads(k, 4, 4096, 128, 0, 32); };
  cases.push_back(plateau);
  for (bool second : {false, true}) {
    Case one;
    one.name = "32 KiB by one engine";
    one.machine = second ? "trn2" : "trn1";
    one.published = second ? 1.416 : 1.810;
    one.scale = 1.0 / 66;
    one.source = "notes 4.4";
    one.program = [](Kernel &k) { loads(k, 64, 4096, 8, 1, 2); };
    one.small = [](Kernel &k) { loads(k, 4, 4096, 8, 1, 2); };
    cases.push_back(one);
  }
}

void addSums(Cases &cases) {
  struct Sum {
    const char *name, *machine;
    uint64_t tiles, partitions, width;
    double us;
  };
  for (Sum sum : {Sum{"add 25,600, one element a tile", "trn1", 25600, 1, 1, 27404},
                  Sum{"add 25,600, one column a tile", "trn1", 200, 128, 1, 206},
                  Sum{"add 25,600, one element a tile", "trn2", 25600, 1, 1, 37318},
                  Sum{"add 25,600, one column a tile", "trn2", 200, 128, 1, 378},
                  Sum{"add 256,000 in one tile", "trn2", 1, 128, 2000, 28},
                  Sum{"add 256,000 in two tiles", "trn2", 2, 128, 1000, 26}}) {
    Case one;
    one.name = sum.name;
    one.machine = sum.machine;
    one.quantity = Quantity::WithLaunch;
    one.published = sum.us;
    one.source = "notes 7.12";
    bool described = one.machine == "trn2";
    if (described && sum.tiles >= 200)
      one.role = Role::Fitted; // what hardware takes to describe a transfer
    if (!described)
      one.residual =
          "about 1 us a tile was measured; two tiles in flight give 0.77: either fewer are, "
          "or a trigger of a ring takes about 0.3 us and not 0.03";
    one.program = [=](Kernel &k) {
      addVectors(k, sum.tiles, sum.partitions, sum.width, described);
    };
    one.small = [=](Kernel &k) {
      addVectors(k, std::min<uint64_t>(sum.tiles, 4), sum.partitions, sum.width, described);
    };
    cases.push_back(one);
  }
}

} // namespace

void addTransfers(Cases &cases) {
  addCurve(cases);
  addRates(cases);
  addSums(cases);
}

void addKeptBackTransfers(Cases &cases) {
  Case one;
  one.machine = "trn2";
  one.role = Role::KeptBack;
  one.source = "kept back";
  one.quantity = Quantity::WithLaunch;
  for (uint64_t width : {2, 200, 1000, 2000}) {
    uint64_t elements = width <= 200 ? 25600 : 256000, tiles = elements / 128 / width;
    one.name = formatText("add %u, tiles of 128 x %u", unsigned(elements), unsigned(width));
    one.program = [=](Kernel &k) { addVectors(k, tiles, 128, width, true); };
    one.small = [=](Kernel &k) { addVectors(k, std::min<uint64_t>(tiles, 4), 128, width, true); };
    cases.push_back(one);
  }
  one.quantity = Quantity::Latency;
  for (uint64_t width : {512, 2048}) {
    one.name = formatText("16 loads of 128 x %u bf16", unsigned(width));
    one.program = [=](Kernel &k) { tileLoads(k, 16, width); };
    one.small = one.program;
    cases.push_back(one);
  }
}

} // namespace neuron::kernels
