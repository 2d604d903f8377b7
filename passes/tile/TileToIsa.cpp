// tile -> isa; see TileToIsa.h.
//
// A worked example. In `for m < 4 { for k < 8 { x = alloc slots 2; dma x <- A[m * 8192 + k * 64
// + n * 4] } }` inside `for n`, the dma's address has three counters. The stride of one, say n,
// stays a term; m and k become r20 = m * 128 + k, computed in the k body before the dma, with
// stride 64. x's address is base + r19 * bytes, where r19 rotates 0, 1, 0, 1, ...
#include "passes/tile/TileToIsa.h"

#include "passes/tile/RegisterNest.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/STLExtras.h"

#include <numeric>

using namespace mlir;
using namespace neuron;
using namespace neuron::tile;

namespace {

/// register * stride bytes.
struct Scaled {
  uint8_t reg;
  int64_t stride;
};

constexpr int64_t kMaxOnChipStride = (1 << 23) - 1;
constexpr int64_t kMaxHbmStride = (int64_t(1) << 47) - 1;

std::optional<int64_t> constantTripCount(scf::ForOp loop) {
  APInt lower, upper, step;
  if (!matchPattern(loop.getLowerBound(), m_ConstantInt(&lower)) ||
      !matchPattern(loop.getUpperBound(), m_ConstantInt(&upper)) ||
      !matchPattern(loop.getStep(), m_ConstantInt(&step)) || !lower.isZero() || !step.isOne())
    return std::nullopt;
  return upper.getSExtValue();
}

class Lowering {
public:
  Lowering(func::FuncOp function, isa::FuncOp target)
      : function(function), builder(target.getBody().front().getParentOp()->getContext()) {
    builder.setInsertionPointToEnd(&target.getBody().front());
    for (auto segment : function->getParentOfType<ModuleOp>().getOps<isa::SegmentOp>())
      segments[segment.getSymNameAttr()] = segment;
  }

  LogicalResult run() {
    Block &body = function.getBody().front();
    static constexpr uint8_t kArguments[] = {kIterationRegister, kParityRegister};
    if (body.getNumArguments() > std::size(kArguments))
      return function.emitOpError("has more arguments than an iteration and its parity");
    for (auto [argument, reg] : llvm::zip(body.getArguments(), kArguments))
      counters[argument] = reg;
    return lowerBlock(body);
  }

private:
  LogicalResult lowerBlock(Block &block);
  LogicalResult lowerLoop(scf::ForOp loop);
  LogicalResult lowerInst(InstOp op);
  void lowerRepeat(RepeatOp op);
  LogicalResult addTerms(InstOp op, unsigned target, ArrayRef<Scaled> parts, isa::Operand &operand);
  FailureOr<uint8_t> slotRegister(Operation *at, AllocOp alloc);
  FailureOr<Scaled> combine(InstOp op, ArrayRef<Scaled> parts);
  void emitReg(Location loc, isa::RegOp what, uint8_t dst, uint8_t a, int64_t imm, uint8_t b = 0);
  LogicalResult resetSlots(scf::ForOp nest);
  FailureOr<uint8_t> checked(Operation *at, std::optional<uint8_t> reg);

  func::FuncOp function;
  OpBuilder builder;
  llvm::DenseMap<StringAttr, isa::SegmentOp> segments;
  RegisterNest registers;
  llvm::DenseMap<Value, uint8_t> counters;
  /// Rotating registers by (loop, slots).
  llvm::DenseMap<std::pair<Operation *, int64_t>, uint8_t> slots;
  /// Loops that are open, outermost first, with the combined indices of their bodies.
  struct OpenLoop {
    scf::ForOp loop;
    llvm::SmallVector<std::pair<llvm::SmallVector<std::pair<uint8_t, int64_t>>, uint8_t>> combined =
        {};
    llvm::SmallVector<uint8_t> owned = {};
  };
  llvm::SmallVector<OpenLoop> open;
};

FailureOr<uint8_t> Lowering::checked(Operation *at, std::optional<uint8_t> reg) {
  if (!reg)
    return at->emitOpError("needs more counters or indices than a loop nest has registers for (")
           << kFirstIndex - kFirstCounter << " and " << isa::kNumRegisters - kFirstIndex << ")";
  return *reg;
}

void Lowering::emitReg(Location loc, isa::RegOp what, uint8_t dst, uint8_t a, int64_t imm,
                       uint8_t b) {
  isa::Inst inst;
  inst.opcode = isa::Opcode::RegisterAlu;
  isa::RegisterAlu::setOp(inst, what);
  isa::RegisterAlu::setDst(inst, dst);
  isa::RegisterAlu::setA(inst, a);
  isa::RegisterAlu::setImm(inst, int32_t(imm));
  isa::RegisterAlu::setB(inst, b);
  isa::InstOp::create(builder, loc, inst);
}

LogicalResult Lowering::lowerBlock(Block &block) {
  for (Operation &op : block) {
    if (auto loop = dyn_cast<scf::ForOp>(op)) {
      if (failed(lowerLoop(loop)))
        return failure();
    } else if (auto inst = dyn_cast<InstOp>(op)) {
      if (failed(lowerInst(inst)))
        return failure();
    } else if (auto repeat = dyn_cast<RepeatOp>(op)) {
      lowerRepeat(repeat);
    } else if (!mlir::isa<AllocOp, SegmentOp, arith::ConstantOp, scf::YieldOp, func::ReturnOp>(
                   op)) {
      return op.emitOpError("is not legal at the tile level");
    }
  }
  return success();
}

/// Gives every (loop, slots) pair of an outermost loop its register, set to 0.
LogicalResult Lowering::resetSlots(scf::ForOp nest) {
  WalkResult result = nest.walk([&](AllocOp alloc) {
    if (alloc.getSlots() == 1)
      return WalkResult::advance();
    auto key = std::make_pair(alloc->getParentOp(), int64_t(alloc.getSlots()));
    if (slots.count(key))
      return WalkResult::advance();
    FailureOr<uint8_t> reg = checked(alloc, registers.takeIndex());
    if (failed(reg))
      return WalkResult::interrupt();
    slots[key] = *reg;
    emitReg(alloc.getLoc(), isa::RegOp::Set, *reg, 0, 0);
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

LogicalResult Lowering::lowerLoop(scf::ForOp loop) {
  std::optional<int64_t> count = constantTripCount(loop);
  if (!count || *count < 0 || *count > int64_t(UINT32_MAX))
    return loop.emitOpError("has no constant trip count from 0 by 1 below 2^32");
  if (*count == 0)
    return success();
  bool outermost = open.empty();
  if (outermost && failed(resetSlots(loop)))
    return failure();
  FailureOr<uint8_t> counter = checked(loop, registers.takeCounter());
  if (failed(counter))
    return failure();
  counters[loop.getInductionVar()] = *counter;

  llvm::SmallVector<int64_t> updates = {*counter, 1, *count};
  for (auto &[key, reg] : slots)
    if (key.first == loop.getOperation())
      updates.append({reg, 1, key.second});
  if (updates.size() > 3 * isa::kNumUpdates)
    return loop.emitOpError("rotates buffers with more than three different slot counts");
  // The map's order is not defined; the counter stays first, rotating registers by number.
  llvm::SmallVector<std::array<int64_t, 3>> rotating;
  for (size_t i = 3; i < updates.size(); i += 3)
    rotating.push_back({updates[i], updates[i + 1], updates[i + 2]});
  llvm::sort(rotating);
  updates.resize(3);
  for (auto &update : rotating)
    updates.append(update.begin(), update.end());

  auto lowered = isa::LoopOp::create(builder, loop.getLoc(), *count, updates);
  Block *body = builder.createBlock(&lowered.getBody());
  open.push_back({loop});
  builder.setInsertionPointToEnd(body);
  if (failed(lowerBlock(*loop.getBody())))
    return failure();
  for (uint8_t reg : open.back().owned)
    registers.free(reg);
  registers.free(*counter);
  open.pop_back();
  builder.setInsertionPointAfter(lowered);
  if (outermost) {
    registers.freeAll();
    slots.clear();
  }
  return success();
}

/// A loop around a call, which steps what the callee takes for its arguments.
void Lowering::lowerRepeat(RepeatOp op) {
  OpBuilder::InsertionGuard guard(builder);
  emitReg(op.getLoc(), isa::RegOp::Set, kIterationRegister, 0, 0);
  emitReg(op.getLoc(), isa::RegOp::Set, kParityRegister, 0, 0);
  auto loop = isa::LoopOp::create(
      builder, op.getLoc(), op.getCount(),
      ArrayRef<int64_t>{kIterationRegister, 1, op.getCount(), kParityRegister, 1, 2});
  builder.createBlock(&loop.getBody());
  isa::CallOp::create(builder, op.getLoc(), op.getCallee());
}

FailureOr<uint8_t> Lowering::slotRegister(Operation *at, AllocOp alloc) {
  auto found = slots.find({alloc->getParentOp(), int64_t(alloc.getSlots())});
  if (found == slots.end())
    return at->emitOpError("uses a rotating buffer outside its loop nest");
  return found->second;
}

/// One register for several terms; whatever follows in the innermost loop finds it again.
FailureOr<Scaled> Lowering::combine(InstOp op, ArrayRef<Scaled> parts) {
  int64_t common = 0;
  for (const Scaled &part : parts)
    common = std::gcd(common, part.stride);
  llvm::SmallVector<std::pair<uint8_t, int64_t>> key;
  for (const Scaled &part : parts)
    key.push_back({part.reg, part.stride / common});
  llvm::sort(key);
  for (OpenLoop &scope : open)
    for (auto &[known, reg] : scope.combined)
      if (known == key)
        return Scaled{reg, common};

  OpenLoop &scope = open.back();
  FailureOr<uint8_t> reg = checked(op, registers.takeIndex());
  if (failed(reg))
    return failure();
  for (auto &[part, factor] : key)
    if (factor > INT32_MAX || factor < INT32_MIN)
      return op.emitOpError("has an address step of ") << factor << " units, beyond 32 bits";
  // Here and not at the head: loops in between may have used the register for their own.
  emitReg(op.getLoc(), isa::RegOp::Multiply, *reg, key[0].first, key[0].second);
  for (auto &[part, factor] : llvm::drop_begin(key))
    emitReg(op.getLoc(), isa::RegOp::MultiplyAdd, *reg, part, factor, *reg);
  scope.owned.push_back(*reg);
  scope.combined.push_back({key, *reg});
  return Scaled{*reg, common};
}

LogicalResult Lowering::addTerms(InstOp op, unsigned target, ArrayRef<Scaled> parts,
                                 isa::Operand &operand) {
  int64_t limit = operand.space == isa::Space::Hbm ? kMaxHbmStride : kMaxOnChipStride;
  llvm::SmallVector<Scaled> terms(parts);
  if (terms.size() > operand.term.size()) {
    // The largest stride stays alone: the others then share a large common factor.
    llvm::stable_sort(terms, [](const Scaled &a, const Scaled &b) {
      return std::abs(a.stride) > std::abs(b.stride);
    });
    FailureOr<Scaled> rest = combine(op, ArrayRef(terms).drop_front());
    if (failed(rest))
      return failure();
    terms = {terms.front(), *rest};
  }
  for (auto [slot, term] : llvm::enumerate(terms)) {
    if (std::abs(term.stride) > limit)
      return op.emitOpError("operand ")
             << target << " steps by " << term.stride << " bytes, beyond " << limit;
    operand.term[slot] = {term.reg, term.stride};
  }
  return success();
}

LogicalResult Lowering::lowerInst(InstOp op) {
  isa::Inst inst = op.getInst();
  llvm::SmallVector<Scaled> parts[isa::kMaxOperands];
  for (size_t i = 0; i < op.getTerms().size(); i += 3) {
    int64_t target = op.getTerms()[i], stride = op.getTerms()[i + 2];
    auto found = counters.find(op.getIvs()[op.getTerms()[i + 1]]);
    if (found == counters.end())
      return op.emitOpError("uses a counter of no enclosing loop");
    if (target >= kPredicateTarget) {
      inst.pred[target - kPredicateTarget].reg = found->second;
      continue;
    }
    auto same =
        llvm::find_if(parts[target], [&](const Scaled &part) { return part.reg == found->second; });
    if (same != parts[target].end())
      same->stride += stride;
    else if (stride)
      parts[target].push_back({found->second, stride});
  }
  size_t next = 0;
  for (unsigned target = 0; target < isa::kMaxOperands; ++target) {
    isa::Operand &operand = inst.operand[target];
    if (!operand.present())
      continue;
    Value buffer = op.getBuffers()[next++];
    if (auto segment = buffer.getDefiningOp<SegmentOp>()) {
      isa::SegmentOp declared = segments.lookup(segment.getNameAttr().getAttr());
      if (!declared)
        return op.emitOpError("names no segment: ") << segment.getName();
      operand.base += declared.getIndex() << isa::kSegmentShift;
    } else {
      auto alloc = buffer.getDefiningOp<AllocOp>();
      if (!alloc || alloc.getAddress() < 0)
        return op.emitOpError("operand ") << target << " has no address";
      operand.base += alloc.getAddress();
      if (alloc.getSlots() > 1) {
        FailureOr<uint8_t> reg = slotRegister(op, alloc);
        if (failed(reg))
          return failure();
        parts[target].push_back({*reg, alloc.getBuffer().getType().getBytes()});
      }
    }
    if (failed(addTerms(op, target, parts[target], operand)))
      return failure();
  }
  isa::InstOp::create(builder, op.getLoc(), inst);
  return success();
}

} // namespace

LogicalResult tile::lowerToIsa(func::FuncOp function) {
  OpBuilder builder(function.getContext());
  builder.setInsertionPointToEnd(function->getParentOfType<ModuleOp>().getBody());
  auto target = isa::FuncOp::create(builder, function.getLoc(), "");
  builder.createBlock(&target.getBody());
  if (failed(Lowering(function, target).run())) {
    target.erase();
    return failure();
  }
  std::string name = function.getSymName().str();
  function.erase();
  target.setSymName(name);
  return success();
}
