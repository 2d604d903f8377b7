// Engines of movable instructions; see AssignEngines.h.
#include "passes/tile/AssignEngines.h"

#include "passes/tile/OperandRefs.h"
#include "runtime/isa/Cost.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"

#include <cstring>

using namespace mlir;
using namespace neuron;
using namespace neuron::tile;
using templates::Ref;
using templates::Scalar;

namespace {

float floatOf(uint32_t bits) {
  float value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

/// function(src * scale + bias) with the identity: what ScalarE does in place of an instruction.
struct Identity {
  Ref dst, src;
  std::optional<Ref> scaleColumn, biasColumn;
  float scale = 1, bias = 0;

  void emit(OpBuilder &builder, Location loc) const {
    templates::TileBuilder(builder, loc)
        .activate(dst, src, isa::Activation::Copy, scaleColumn ? Scalar(*scaleColumn) : scale,
                  biasColumn ? Scalar(*biasColumn) : bias);
  }
};

/// Takes `src * s` or `src + s` into the identity; false for other operations.
bool take(Identity &identity, isa::AluOp op, bool reversed, float number,
          const std::optional<Ref> &column) {
  switch (op) {
  case isa::AluOp::Bypass:
    return true;
  case isa::AluOp::Multiply:
    identity.scale = number;
    identity.scaleColumn = column;
    return true;
  case isa::AluOp::Add:
    identity.bias = number;
    identity.biasColumn = column;
    return true;
  case isa::AluOp::Subtract:
    identity.bias = -number;
    return !reversed && !column;
  default:
    return false;
  }
}

std::optional<Identity> identityOf(InstOp op) {
  const isa::Inst inst = op.getInst();
  bool copies = inst.opcode == isa::Opcode::TensorCopy;
  if (inst.engine != isa::Engine::Vector || inst.exec != isa::Cond::Always ||
      !(copies || inst.opcode == isa::Opcode::TensorScalar))
    return std::nullopt;
  std::optional<Ref> dst = refOf(op, 0), src = refOf(op, 1);
  if (!dst || !src || isInteger(dst->dtype) || isInteger(src->dtype))
    return std::nullopt;
  Identity identity{*dst, *src, {}, {}};
  if (copies)
    return identity;
  isa::TensorScalar view(inst);
  std::optional<Ref> first = refOf(op, isa::TensorScalar::kScalar0);
  std::optional<Ref> second = refOf(op, isa::TensorScalar::kScalar1);
  // A sum comes behind a product, as the activation has them.
  bool inOrder = view.op0() != isa::AluOp::Add && view.op0() != isa::AluOp::Subtract;
  if (!(inOrder || view.op1() == isa::AluOp::Bypass) || view.op1() == isa::AluOp::Multiply ||
      !take(identity, view.op0(), view.reverse0(), floatOf(inst.imm[0]), first) ||
      !take(identity, view.op1(), view.reverse1(), floatOf(inst.imm[1]), second))
    return std::nullopt;
  return identity;
}

/// Nanoseconds from one instruction of an engine to the next.
uint64_t timeOf(const isa::Inst &inst, const target::Machine &machine) {
  return isa::interval(inst, machine) * 1000 / isa::clockMHz(machine, inst.engine);
}

class Run {
public:
  explicit Run(const target::Machine &machine) : machine(machine) {}

  void add(InstOp op) {
    const isa::Inst inst = op.getInst();
    if (std::optional<Identity> identity = identityOf(op))
      movable.push_back({op, *identity});
    else if (!isa::factsOf(inst.opcode).isDma && !isa::factsOf(inst.opcode).isControl)
      work[unsigned(inst.engine)] += timeOf(inst, machine);
  }

  void assign() {
    uint64_t &vector = work[unsigned(isa::Engine::Vector)];
    uint64_t &scalar = work[unsigned(isa::Engine::Scalar)];
    for (auto &[op, identity] : movable) {
      isa::Inst there = op.getInst();
      uint64_t onVector = timeOf(there, machine);
      there.opcode = isa::Opcode::Activate;
      there.engine = isa::Engine::Scalar;
      uint64_t onScalar = timeOf(there, machine);
      if (vector + onVector <= scalar + onScalar) {
        vector += onVector;
        continue;
      }
      scalar += onScalar;
      OpBuilder builder(op);
      identity.emit(builder, op.getLoc());
      op.erase();
    }
    movable.clear();
    work = {};
  }

private:
  const target::Machine &machine;
  std::vector<std::pair<InstOp, Identity>> movable;
  std::array<uint64_t, isa::kNumEngines> work{};
};

void assignBlock(Block &block, const target::Machine &machine) {
  Run run(machine);
  for (Operation &op : llvm::make_early_inc_range(block)) {
    if (auto inst = dyn_cast<InstOp>(op)) {
      run.add(inst);
    } else if (op.getNumRegions() || mlir::isa<RepeatOp>(op)) {
      run.assign();
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          assignBlock(inner, machine);
    }
  }
  run.assign();
}

} // namespace

void tile::assignEngines(func::FuncOp function, const target::Machine &machine) {
  for (Block &block : function.getBody())
    assignBlock(block, machine);
}
