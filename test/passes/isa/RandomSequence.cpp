// The generator of random sequential programs.
#include "test/passes/isa/RandomSequence.h"

#include "mlir/IR/Builders.h"

#include <random>

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

namespace {

struct OpenLoop {
  uint8_t counter = kNoRegister;
  uint8_t slot = kNoRegister;  ///< rotates, when there is one
  uint8_t index = kNoRegister; ///< computed at the head, when there is one
  uint32_t count = 1;
  uint32_t slots = 1; ///< positions of `slot`
};

class Generator {
public:
  Generator(MLIRContext &context, uint32_t seed)
      : builder(&context), random(seed), loc(builder.getUnknownLoc()) {}

  OwningOpRef<ModuleOp> run() {
    OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
    bool calls = chance(15);
    builder.setInsertionPointToEnd(module->getBody());
    if (calls)
      function("leaf", false);
    builder.setInsertionPointToEnd(module->getBody());
    function("main", calls);
    return module;
  }

private:
  unsigned upTo(unsigned n) { return static_cast<unsigned>(random() % n); }
  bool chance(unsigned percent) { return upTo(100) < percent; }

  void function(StringRef name, bool calls) {
    auto func = isa::FuncOp::create(builder, loc, name);
    Block *body = builder.createBlock(&func.getBody());
    nextRegister = name == "main" ? 16 : 40;
    lastRegister = name == "main" ? 40 : 64;
    mayCall = calls;
    functionBody = body;
    bool layered = name == "main" && chance(50);
    for (unsigned layers = layered ? 1 + upTo(2) : 0; layers > 0; --layers) {
      fill(0, upTo(3));
      repeat();
    }
    fill(0, 2 + upTo(5));
  }

  /// A repeated layer.
  void repeat() {
    OpenLoop open;
    open.count = 2 + upTo(4);
    open.counter = 8;
    open.slot = 9;
    open.slots = 2;
    setRegister(open.counter, 0);
    setRegister(open.slot, 0);
    auto op = isa::LoopOp::create(
        builder, loc, open.count,
        llvm::SmallVector<int64_t>{open.counter, 1, open.count, open.slot, 1, open.slots});
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&op.getBody());
    loops.push_back(open);
    for (unsigned nests = 1 + upTo(4); nests > 0; --nests) {
      if (chance(30))
        instruction();
      nest();
    }
    loops.pop_back();
  }

  /// Loops whose counters are zero before and after, and whose slots are set before the outermost.
  void nest() {
    uint8_t counter = nestCounter, slot = nestSlot;
    OpBuilder outside(builder);
    OpBuilder::InsertionGuard guard(builder);
    size_t depth = loops.size();
    for (unsigned levels = 1 + upTo(2); levels > 0; --levels) {
      OpenLoop open;
      open.count = 1 + upTo(4);
      open.counter = counter++;
      llvm::SmallVector<int64_t> updates = {open.counter, 1, open.count};
      if (chance(70)) {
        open.slot = slot++;
        open.slots = 2 + upTo(2);
        updates.append({open.slot, 1, open.slots});
        OpBuilder::InsertionGuard here(builder);
        builder.setInsertionPoint(outside.getInsertionBlock(), outside.getInsertionPoint());
        setRegister(open.slot, 0);
      }
      auto op = isa::LoopOp::create(builder, loc, open.count, updates);
      if (loops.size() == depth)
        outside.setInsertionPoint(op);
      builder.createBlock(&op.getBody());
      loops.push_back(open);
      for (unsigned n = upTo(3) + (levels == 1); n > 0; --n)
        instruction();
    }
    loops.resize(depth);
  }

  void add(const Inst &inst) { isa::InstOp::create(builder, loc, inst); }

  void setRegister(uint8_t reg, int32_t value) {
    Inst inst = RegisterAlu::make(Engine::Sync);
    RegisterAlu::setOp(inst, RegOp::Set);
    RegisterAlu::setDst(inst, reg);
    RegisterAlu::setImm(inst, value);
    add(inst);
  }

  void fill(unsigned depth, unsigned children) {
    for (unsigned i = 0; i < children; ++i) {
      if (depth < 3 && chance(35) && nextRegister + 3 < lastRegister)
        loop(depth);
      else if (mayCall && chance(10))
        isa::CallOp::create(builder, loc, "leaf");
      else
        instruction();
    }
  }

  void loop(unsigned depth) {
    OpenLoop open;
    open.count = 1 + upTo(4);
    open.counter = nextRegister++;
    llvm::SmallVector<int64_t> updates = {open.counter, 1, open.count};
    setRegister(open.counter, 0);
    if (chance(60)) {
      open.slot = nextRegister++;
      open.slots = 2 + upTo(2);
      updates.append({open.slot, 1, open.slots});
      if (chance(70)) { // once for the whole function
        OpBuilder::InsertionGuard guard(builder);
        builder.setInsertionPointToStart(functionBody);
        setRegister(open.slot, 0);
      } else {
        setRegister(open.slot, chance(50) ? 1 : 0);
      }
    }
    auto op = isa::LoopOp::create(builder, loc, open.count, updates);
    OpBuilder::InsertionGuard guard(builder);
    builder.createBlock(&op.getBody());
    if (!loops.empty() && chance(30)) {
      open.index = nextRegister++;
      Inst inst = RegisterAlu::make(Engine::Sync);
      RegisterAlu::setOp(inst, RegOp::MultiplyAdd);
      RegisterAlu::setDst(inst, open.index);
      RegisterAlu::setA(inst, loops.back().counter);
      RegisterAlu::setImm(inst, int32_t(open.count));
      RegisterAlu::setB(inst, open.counter);
      add(inst);
    }
    loops.push_back(open);
    fill(depth + 1, 1 + upTo(4));
    loops.pop_back();
  }

  /// A random address form on few bytes.
  void address(Operand &operand, int64_t unit) {
    operand.base += unit * upTo(4);
    unsigned used = 0;
    for (const OpenLoop &open : loops) {
      if (used == 2 || chance(40))
        continue;
      uint8_t reg = open.counter;
      if (open.slot != kNoRegister && chance(60))
        reg = open.slot;
      else if (open.index != kNoRegister && chance(50))
        reg = open.index;
      static constexpr int64_t factors[] = {1, 1, 1, 2, 4};
      int64_t stride = unit * factors[upTo(5)];
      if (reg == open.slot && chance(30)) { // the opposite position
        operand.base += stride * (open.slots - 1);
        stride = -stride;
      }
      operand.term[used++] = {reg, stride};
    }
  }

  /// 16 elements of fp32: a run, or every second one.
  Operand onChip(Space space) {
    Operand operand;
    operand.space = space;
    static constexpr std::pair<uint8_t, uint8_t> lanes[] = {{0, 128}, {0, 128}, {0, 64}, {64, 64}};
    std::tie(operand.startPartition, operand.partitions) = lanes[upTo(4)];
    operand.numDims = 1;
    bool interleaved = chance(20);
    operand.dim[0] = {interleaved ? 2 : 1, 16};
    operand.base = interleaved ? 4 * upTo(2) : 0;
    address(operand, 64);
    return operand;
  }

  Operand dmaSide(Space space) {
    if (space != Space::Hbm) {
      Operand operand = onChip(space);
      operand.dim[0].step *= 4;
      return operand;
    }
    Operand operand;
    operand.space = Space::Hbm;
    operand.numDims = 2;
    operand.dim[0] = {1024, 64};
    operand.dim[1] = {4, 16};
    operand.base = (int64_t(upTo(isa::testing::kNumSegments)) << kSegmentShift);
    address(operand, 64);
    return operand;
  }

  Space anywhere() { return chance(30) ? Space::Psum : Space::Sbuf; }

  void transfer() {
    static constexpr std::pair<Engine, uint8_t> triggers[] = {
        {Engine::Sync, 0}, {Engine::Sync, 1}, {Engine::Scalar, 6}, {Engine::GpSimd, 10}};
    auto [engine, queue] = triggers[upTo(4)];
    Inst inst = Dma::make(engine);
    Dma::setQueue(inst, queue);
    bool load = chance(50);
    inst.operand[Dma::kDst] = dmaSide(load || chance(20) ? Space::Sbuf : Space::Hbm);
    inst.operand[Dma::kSrc] = dmaSide(load ? Space::Hbm : Space::Sbuf);
    if (inst.operand[Dma::kDst].space == inst.operand[Dma::kSrc].space)
      inst.operand[Dma::kSrc].base += 0x8000; // one transfer has no order within itself
    add(inst);
  }

  void instruction() {
    Inst inst;
    switch (upTo(8)) {
    case 0:
      inst = TensorCopy::make(Engine::Vector);
      inst.operand[TensorCopy::kDst] = onChip(anywhere());
      inst.operand[TensorCopy::kSrc] = onChip(anywhere());
      break;
    case 1:
      inst = TensorTensor::make(Engine::Vector);
      inst.operand[TensorTensor::kDst] = onChip(Space::Sbuf);
      inst.operand[TensorTensor::kA] = onChip(Space::Sbuf);
      inst.operand[TensorTensor::kB] = onChip(anywhere());
      break;
    case 2:
      inst = Activate::make();
      inst.operand[Activate::kDst] = onChip(anywhere());
      inst.operand[Activate::kSrc] = onChip(anywhere());
      break;
    case 3:
      inst = Memset::make(Engine::GpSimd);
      inst.operand[Memset::kDst] = onChip(Space::Sbuf);
      break;
    case 4:
      inst = LoadWeights::make();
      inst.operand[LoadWeights::kStationary] = onChip(Space::Sbuf);
      break;
    case 5:
      inst = Matmul::make();
      inst.operand[Matmul::kDst] = onChip(Space::Psum);
      inst.operand[Matmul::kMoving] = onChip(Space::Sbuf);
      inst.accumulate = chance(50) ? Cond::Always : Cond::Never;
      break;
    default:
      return transfer();
    }
    add(inst);
  }

  OpBuilder builder;
  std::mt19937 random;
  Location loc;
  std::vector<OpenLoop> loops;
  uint8_t nextRegister = 16, lastRegister = 64;
  static constexpr uint8_t nestCounter = 10, nestSlot = 12; ///< taken by every nest of a layer
  bool mayCall = false;
  Block *functionBody = nullptr;
};

} // namespace

OwningOpRef<ModuleOp> isa::testing::makeRandomSequence(MLIRContext &context, uint32_t seed) {
  return Generator(context, seed).run();
}
