// All functions of a module, on many threads; see MapBlock.h.
//
// A function is mapped in a module of its own with copies of everything that is no function, so
// what it declares is private. The pieces are put together in the order of the module: segments
// behind those of the border get the next free indices, names that are taken get a new end, and
// a weight that two functions read is declared once.
#include "passes/plan/MapBlock.h"

#include "dialects/nn/Nn.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/Threading.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::plan;

namespace {

/// One function with all it needs.
struct Piece {
  OwningOpRef<ModuleOp> module;
  func::FuncOp function;
  int64_t borderSegments = 0; ///< indices below are the same in every piece
  LogicalResult result = success();
};

Piece copyOf(func::FuncOp function, ModuleOp whole) {
  Piece piece;
  piece.module = ModuleOp::create(whole.getLoc());
  OpBuilder builder(piece.module->getContext());
  builder.setInsertionPointToEnd(piece.module->getBody());
  for (Operation &op : *whole.getBody())
    if (!mlir::isa<func::FuncOp>(op))
      builder.clone(op);
  piece.function = cast<func::FuncOp>(builder.clone(*function));
  for (auto segment : whole.getOps<isa::SegmentOp>())
    piece.borderSegments = std::max(piece.borderSegments, segment.getIndex() + 1);
  return piece;
}

class Splicer {
public:
  explicit Splicer(ModuleOp module) : module(module), declarations(module.getContext()) {
    declarations.setInsertionPoint(*module.getOps<func::FuncOp>().begin());
    for (auto symbol : module.getOps<SymbolOpInterface>())
      taken.insert(symbol.getNameAttr());
    for (auto weight : module.getOps<nn::WeightOp>())
      original.insert(weight.getSymNameAttr());
    for (auto segment : module.getOps<isa::SegmentOp>())
      nextIndex = std::max(nextIndex, segment.getIndex() + 1);
  }

  /// Moves what the piece has declared and its function into the module.
  void splice(Piece &piece) {
    weightNames.clear();
    segmentNames.clear();
    indices.clear();
    for (auto weight : llvm::make_early_inc_range(piece.module->getOps<nn::WeightOp>()))
      takeWeight(weight);
    for (auto segment : llvm::make_early_inc_range(piece.module->getOps<isa::SegmentOp>()))
      if (segment.getIndex() >= piece.borderSegments)
        takeSegment(segment);
    Operation *function = &*llvm::find_if(*piece.module->getBody(), [](Operation &op) {
      return mlir::isa<isa::FuncOp, func::FuncOp>(op);
    });
    function->walk([&](isa::InstOp inst) { renumber(inst); });
    function->walk([&](tile::SegmentOp segment) {
      if (StringAttr name = segmentNames.lookup(segment.getNameAttr().getAttr()))
        segment.setNameAttr(FlatSymbolRefAttr::get(name));
    });
    function->remove();
    module.push_back(function);
  }

private:
  StringAttr freeName(StringAttr name) {
    while (!taken.insert(name).second)
      name = StringAttr::get(name.getContext(), name.getValue() + "_");
    return name;
  }

  void insert(Operation *op) {
    op->remove();
    declarations.insert(op);
  }

  /// One that the module has is left behind; so is one that is equal to another function's.
  void takeWeight(nn::WeightOp weight) {
    StringAttr name = weight.getSymNameAttr();
    if (original.count(name))
      return;
    Attribute key = ArrayAttr::get(
        module.getContext(), {weight.getTypeAttr(), weight.getBlobs(), weight.getTransforms()});
    auto [known, isNew] = derived.try_emplace(key, name);
    if (isNew) {
      known->second = freeName(name);
      weight.setSymNameAttr(known->second);
      insert(weight);
    }
    weightNames[name] = known->second;
  }

  void takeSegment(isa::SegmentOp segment) {
    FlatSymbolRefAttr weight = segment.getWeightAttr();
    if (weight && weightNames.count(weight.getAttr())) {
      weight = FlatSymbolRefAttr::get(weightNames[weight.getAttr()]);
      segment.setWeightAttr(weight);
    }
    StringAttr name = segment.getSymNameAttr();
    if (weight) {
      auto [known, isNew] = weightSegments.try_emplace(weight.getAttr(), segment);
      if (!isNew) {
        indices[segment.getIndex()] = known->second.getIndex();
        segmentNames[name] = known->second.getSymNameAttr();
        return;
      }
    }
    indices[segment.getIndex()] = nextIndex;
    segment.setIndex(nextIndex++);
    segment.setSymNameAttr(freeName(name));
    segmentNames[name] = segment.getSymNameAttr();
    insert(segment);
  }

  void renumber(isa::InstOp op) {
    isa::Inst inst = op.getInst();
    for (isa::Operand &operand : inst.operand) {
      if (!operand.present() || operand.space != isa::Space::Hbm)
        continue;
      int64_t index = operand.base >> isa::kSegmentShift;
      if (auto moved = indices.find(index); moved != indices.end())
        operand.base += (moved->second - index) << isa::kSegmentShift;
    }
    op.setInst(inst);
  }

  ModuleOp module;
  OpBuilder declarations;
  int64_t nextIndex = 0;
  llvm::DenseSet<StringAttr> taken, original;
  llvm::DenseMap<Attribute, StringAttr> derived;             ///< weights that functions declared
  llvm::DenseMap<StringAttr, isa::SegmentOp> weightSegments; ///< by weight
  llvm::DenseMap<StringAttr, StringAttr> weightNames;        ///< of the piece at hand
  llvm::DenseMap<StringAttr, StringAttr> segmentNames;       ///< of the piece at hand
  llvm::DenseMap<int64_t, int64_t> indices;                  ///< of the piece at hand
};

} // namespace

LogicalResult plan::mapModule(ModuleOp module, const target::Machine &machine,
                              const MapOptions &options, std::vector<MapReport> &reports) {
  SmallVector<func::FuncOp> functions(module.getOps<func::FuncOp>());
  reports.assign(functions.size(), {});
  if (functions.empty())
    return success();
  Borders borders;
  if (failed(borders.declare(module)))
    return failure();
  std::vector<Piece> pieces;
  for (func::FuncOp function : functions)
    pieces.push_back(copyOf(function, module));
  {
    ParallelDiagnosticHandler inOrder(module.getContext());
    parallelFor(module.getContext(), 0, pieces.size(), [&](size_t i) {
      inOrder.setOrderIDForThread(i);
      pieces[i].result = mapFunction(pieces[i].function, borders, machine, options, reports[i]);
      inOrder.eraseOrderIDForThread();
    });
  }
  if (llvm::any_of(pieces, [](const Piece &piece) { return failed(piece.result); }))
    return failure();
  Splicer splicer(module);
  for (Piece &piece : pieces)
    splicer.splice(piece);
  for (func::FuncOp function : functions)
    function.erase();
  return success();
}
