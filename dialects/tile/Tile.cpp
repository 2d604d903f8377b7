// The tile dialect: registration and verifiers.
#include "dialects/tile/Tile.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/LoopLikeInterface.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::tile;

#include "dialects/tile/TileDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/tile/TileTypes.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/tile/TileOps.cpp.inc"

void TileDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialects/tile/TileTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialects/tile/TileOps.cpp.inc"
      >();
}

LogicalResult BufferType::verify(llvm::function_ref<InFlightDiagnostic()> emitError,
                                 StringRef space, int64_t partitions, int64_t bytes) {
  if (space != "hbm" && space != "sbuf" && space != "psum")
    return emitError() << "space is '" << space << "', expected hbm, sbuf or psum";
  if (partitions < 1 || partitions > isa::kNumPartitions || bytes < 0)
    return emitError() << "has " << partitions << " partitions of " << bytes << " bytes";
  if (space == "hbm" && partitions != 1)
    return emitError() << "device memory has no partitions";
  return success();
}

isa::Space tile::spaceOf(BufferType type) {
  if (type.getSpace() == "sbuf")
    return isa::Space::Sbuf;
  return type.getSpace() == "psum" ? isa::Space::Psum : isa::Space::Hbm;
}

LogicalResult AllocOp::verify() {
  if (getBuffer().getType().getSpace() == "hbm")
    return emitOpError() << "(C1) allocates device memory, which segments declare";
  if (getSlots() < 1)
    return emitOpError() << "(C2) has " << getSlots() << " slots";
  if (getSlots() > 1 && !(*this)->getParentOfType<LoopLikeOpInterface>())
    return emitOpError() << "(C2) has " << getSlots() << " slots outside every loop";
  return success();
}

LogicalResult RepeatOp::verify() {
  if (getCount() < 1 || getCount() > int64_t(UINT32_MAX))
    return emitOpError() << "(C1) repeats " << getCount() << " times, expected 1 to 4294967295";
  if ((*this)->getParentOfType<LoopLikeOpInterface>())
    return emitOpError("(C1) stands in a loop");
  return success();
}

/// Whether a term can move `target`: an operand that is there, or one of the predicates.
static bool isTarget(const isa::Inst &inst, int64_t target) {
  if (target >= 0 && target < int64_t(isa::kMaxOperands))
    return inst.operand[target].present();
  return target == kPredicateTarget || target == kPredicateTarget + 1;
}

LogicalResult InstOp::verify() {
  const isa::Inst &inst = getInst();
  size_t next = 0;
  for (const isa::Operand &operand : inst.operand) {
    if (!operand.present())
      continue;
    if (next == getBuffers().size())
      return emitOpError() << "(C1) has fewer buffers than operands";
    auto type = cast<BufferType>(getBuffers()[next++].getType());
    if (spaceOf(type) != operand.space)
      return emitOpError() << "(C1) buffer " << next - 1 << " is in " << type.getSpace();
    if (llvm::any_of(operand.term, [](auto term) { return term.reg != isa::kNoRegister; }))
      return emitOpError() << "(C3) names a register";
  }
  if (next != getBuffers().size())
    return emitOpError() << "(C1) has more buffers than operands";
  ArrayRef<int64_t> terms = getTerms();
  if (terms.size() % 3)
    return emitOpError() << "(C2) has " << terms.size() << " term numbers, expected triples";
  for (size_t i = 0; i < terms.size(); i += 3)
    if (!isTarget(inst, terms[i]) || terms[i + 1] < 0 || terms[i + 1] >= int64_t(getIvs().size()))
      return emitOpError() << "(C2) term " << i / 3 << " names no operand or counter";
  if (llvm::any_of(inst.wait, [](auto wait) { return wait.count != 0; }) ||
      llvm::any_of(inst.signal, [](auto signal) { return signal.cond != isa::Cond::Never; }))
    return emitOpError() << "(C3) names a semaphore";
  return success();
}
