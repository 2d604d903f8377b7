// Redundant activation table loads; see CleanUp.h.
#include "passes/tile/CleanUp.h"

#include "dialects/tile/Tile.h"
#include "runtime/isa/ActivationSets.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"

#include <optional>

using namespace mlir;
using namespace neuron;

namespace {

/// The table set that is loaded; nothing when it depends on the path.
using Loaded = std::optional<int>;

std::optional<int> setLoadedBy(Operation &op) {
  auto inst = dyn_cast<tile::InstOp>(op);
  if (!inst || inst.getInst().opcode != isa::Opcode::LoadTable)
    return std::nullopt;
  return isa::tableSetOf(isa::LoadTable(inst.getInst()).function());
}

/// The loads in an op's regions, and the one set they all load if there is one.
struct InnerLoads {
  SmallVector<Operation *> loads;
  std::optional<int> set;
  bool mixed = false;

  explicit InnerLoads(Operation &root) {
    root.walk([&](tile::InstOp op) {
      std::optional<int> loaded = setLoadedBy(*op);
      if (!loaded)
        return;
      loads.push_back(op);
      mixed |= set && *set != *loaded;
      set = loaded;
    });
  }
};

Loaded cleanBlock(Block &block, Loaded loaded) {
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (std::optional<int> set = setLoadedBy(op)) {
      if (loaded == set)
        op.erase();
      loaded = set;
      continue;
    }
    if (mlir::isa<tile::RepeatOp>(op))
      loaded = std::nullopt; // its function loads what it needs
    auto loop = dyn_cast<scf::ForOp>(op);
    if (!loop)
      continue;
    InnerLoads inner(op);
    if (inner.loads.empty())
      continue;
    if (inner.mixed) {
      loaded = cleanBlock(*loop.getBody(), std::nullopt);
      continue;
    }
    Operation *first = inner.loads.front();
    first->moveBefore(loop);
    for (Operation *load : llvm::drop_begin(inner.loads))
      load->erase();
    if (loaded == inner.set)
      first->erase();
    loaded = inner.set;
  }
  return loaded;
}

} // namespace

void tile::removeRedundantTableLoads(func::FuncOp function) {
  function.walk([](InstOp op) {
    if (setLoadedBy(*op) == isa::kEveryTableSet)
      op.erase();
  });
  cleanBlock(function.getBody().front(), std::nullopt);
}
