// Operands as Refs; see OperandRefs.h.
#include "passes/tile/OperandRefs.h"

#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::tile;
using templates::Ref;

namespace {

bool stepsInBytes(const isa::Inst &inst, unsigned k) {
  const isa::InstFacts &facts = isa::factsOf(inst.opcode);
  return facts.isDma && facts.operand[k].dmaSide;
}

/// The place of operand `k` in the list of buffers.
size_t bufferIndex(const isa::Inst &inst, unsigned k) {
  return llvm::count_if(llvm::ArrayRef(inst.operand).take_front(k),
                        [](const isa::Operand &operand) { return operand.present(); });
}

} // namespace

unsigned tile::operandOf(OpOperand &use) {
  const isa::Inst inst = cast<InstOp>(use.getOwner()).getInst();
  unsigned number = use.getOperandNumber();
  for (unsigned k = 0; k < isa::kMaxOperands; ++k)
    if (inst.operand[k].present() && number-- == 0)
      return k;
  return isa::kMaxOperands;
}

std::optional<Ref> tile::refOf(InstOp op, unsigned k) {
  const isa::Inst inst = op.getInst();
  const isa::Operand &operand = inst.operand[k];
  if (!operand.present() || operand.countRegister != isa::kNoRegister)
    return std::nullopt;
  Ref ref;
  ref.buffer = op.getBuffers()[bufferIndex(inst, k)];
  ref.space = operand.space;
  ref.dtype = operand.dtype;
  ref.startPartition = operand.startPartition;
  ref.partitions = operand.partitions;
  ref.offset = operand.base;
  int64_t unit = stepsInBytes(inst, k) ? byteSize(operand.dtype) : 1;
  for (unsigned d = 0; d < operand.numDims; ++d) {
    if (operand.dim[d].step % unit)
      return std::nullopt;
    if (operand.dim[d].count != 1)
      ref.dims.push_back({operand.dim[d].step / unit, operand.dim[d].count});
  }
  llvm::ArrayRef<int64_t> terms = op.getTerms();
  for (size_t i = 0; i < terms.size(); i += 3)
    if (terms[i] == int64_t(k))
      ref.offset += templates::Index::of(op.getIvs()[terms[i + 1]], terms[i + 2]);
  return ref;
}

void tile::setRef(InstOp op, unsigned k, const Ref &ref) {
  isa::Inst inst = op.getInst();
  op.getBuffersMutable().slice(bufferIndex(inst, k), 1).assign(ref.buffer);
  inst.operand[k] = templates::geometryOf(ref, stepsInBytes(inst, k));
  llvm::SmallVector<Value> counters(op.getIvs());
  llvm::SmallVector<int64_t> terms;
  for (size_t i = 0; i < op.getTerms().size(); i += 3)
    if (op.getTerms()[i] != int64_t(k))
      terms.append({op.getTerms()[i], op.getTerms()[i + 1], op.getTerms()[i + 2]});
  for (auto [counter, stride] : ref.offset.terms) {
    if (!stride)
      continue;
    auto *found = llvm::find(counters, counter);
    terms.append({int64_t(k), found - counters.begin(), stride});
    if (found == counters.end())
      counters.push_back(counter);
  }
  op.setInst(inst);
  op.getIvsMutable().assign(counters);
  op.setTerms(terms);
}

bool tile::fitsOperand(const Ref &ref) {
  return ref.dims.size() <= isa::kMaxDims && llvm::all_of(ref.dims, [](templates::FreeDim dim) {
           return dim.step >= INT16_MIN && dim.step <= INT16_MAX && dim.count <= UINT16_MAX;
         });
}
