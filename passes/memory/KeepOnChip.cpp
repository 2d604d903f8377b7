// Which values stay on chip; see KeepOnChip.h.
#include "passes/memory/KeepOnChip.h"

#include "passes/memory/Lifetimes.h"
#include "passes/memory/Residence.h"

#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::memory;
using templates::Ref;

namespace {

constexpr int64_t kLineBytes = 64;

/// The values of a function that might stay, by segment.
class Values {
public:
  Values(func::FuncOp function, ArrayRef<Operation *> scratch) : function(function) {
    for (Operation *op : scratch)
      if (auto segment = dyn_cast<isa::SegmentOp>(op); segment && segment.getKind() == "scratch")
        declared[segment.getSymNameAttr()] = segment;
  }

  std::vector<Residence> find() {
    function.walk([&](tile::InstOp op) { read(op); });
    Positions positions(function);
    std::vector<Residence> fitting;
    for (auto &[name, residence] : found)
      if (!refused.contains(name) && residence.choose(positions))
        fitting.push_back(std::move(residence));
    return fitting;
  }

private:
  void read(tile::InstOp op) {
    const isa::Inst inst = op.getInst();
    const isa::InstFacts &facts = isa::factsOf(inst.opcode);
    size_t next = 0;
    for (unsigned k = 0; k < facts.numOperands; ++k) {
      if (!inst.operand[k].present())
        continue;
      auto segment = op.getBuffers()[next++].getDefiningOp<tile::SegmentOp>();
      isa::SegmentOp declaration =
          segment ? declared.lookup(segment.getNameAttr().getAttr()) : isa::SegmentOp();
      if (!declaration)
        continue;
      StringAttr name = declaration.getSymNameAttr();
      auto &residence = found.try_emplace(name, Residence(function, declaration)).first->second;
      if (!residence.add(op, k))
        refused.insert(name);
    }
  }

  func::FuncOp function;
  llvm::DenseMap<StringAttr, isa::SegmentOp> declared;
  llvm::MapVector<StringAttr, Residence> found;
  llvm::DenseSet<StringAttr> refused;
};

/// Bytes of a partition that are taken, by position.
class Occupancy {
public:
  Occupancy(func::FuncOp function, int64_t capacity) : capacity(capacity) {
    taken.assign(size_t(Positions(function).count()) + 1, 0);
    for (const LiveRange &range : findLiveRanges(function))
      if (range.space == isa::Space::Sbuf)
        add(range.start, range.end, llvm::alignTo(range.bytes, kLineBytes));
  }

  bool take(int64_t start, int64_t end, int64_t bytes) {
    for (int64_t at = start; at <= end; ++at)
      if (taken[size_t(at)] + bytes > capacity)
        return false;
    add(start, end, bytes);
    return true;
  }

private:
  void add(int64_t start, int64_t end, int64_t bytes) {
    for (int64_t at = start; at <= end; ++at)
      taken[size_t(at)] += bytes;
  }
  int64_t capacity;
  std::vector<int64_t> taken;
};

/// Those that save most for the room and the time they take come first.
void sortByWorth(std::vector<Residence> &values) {
  llvm::stable_sort(values, [](const Residence &a, const Residence &b) {
    __int128 forA = static_cast<__int128>(a.saved()) * b.bytes() * (b.end() - b.start() + 1);
    __int128 forB = static_cast<__int128>(b.saved()) * a.bytes() * (a.end() - a.start() + 1);
    return forA > forB;
  });
}

/// Removes what nothing names any more.
void eraseUnused(func::FuncOp function, SmallVectorImpl<Operation *> &scratch) {
  function.walk([](Operation *op) {
    if (mlir::isa<tile::AllocOp, tile::SegmentOp>(op) && op->use_empty())
      op->erase();
  });
  llvm::DenseSet<StringAttr> named;
  function.walk([&](tile::SegmentOp segment) { named.insert(segment.getNameAttr().getAttr()); });
  llvm::erase_if(scratch, [&](Operation *op) {
    auto segment = dyn_cast<isa::SegmentOp>(op);
    if (!segment || segment.getKind() != "scratch" || named.contains(segment.getSymNameAttr()))
      return false;
    op->erase();
    return true;
  });
}

} // namespace

KeptOnChip memory::keepOnChip(func::FuncOp function, const target::Machine &machine,
                              int64_t eighths, SmallVectorImpl<Operation *> &scratch) {
  std::vector<Residence> values = Values(function, scratch).find();
  sortByWorth(values);
  Occupancy occupancy(function, int64_t(machine.sbufPartitionBytes) / 8 * eighths);
  llvm::erase_if(values, [&](const Residence &value) {
    return !occupancy.take(value.start(), value.end(), value.bytes());
  });
  KeptOnChip kept;
  Residents residents{machine};
  for (Residence &value : values) {
    value.moveIn(residents);
    ++kept.values;
    kept.bytesSaved += value.saved();
  }
  eraseUnused(function, scratch);
  return kept;
}
