// Tile-level code from Refs and Indices; see TileBuilder.h.
#include "passes/templates/TileBuilder.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

#include <cstring>

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

constexpr int64_t kLineBytes = 64;
constexpr int64_t kBankBytes = 2048;
constexpr unsigned kLoadQueues[] = {0, 1, 2, 3};
constexpr unsigned kStoreQueues[] = {10, 12};
constexpr unsigned kIndirectQueue = 11;

uint32_t bitsOf(float value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

isa::Inst makeInst(isa::Opcode opcode, isa::Engine engine) {
  isa::Inst inst;
  inst.opcode = opcode;
  inst.engine = engine;
  return inst;
}

/// The engine that triggers the transfers of a queue (queue owners of the machine).
isa::Engine ownerOf(unsigned queue) {
  if (queue <= 5)
    return isa::Engine::Sync;
  return queue <= 9 ? isa::Engine::Scalar : isa::Engine::GpSimd;
}

} // namespace

isa::Operand templates::geometryOf(const Ref &ref, bool stepsInBytes) {
  isa::Operand operand;
  operand.space = ref.space;
  operand.dtype = ref.dtype;
  operand.startPartition = ref.startPartition;
  operand.partitions = ref.partitions;
  operand.base = ref.offset.constant;
  operand.numDims = ref.dims.size();
  int64_t unit = stepsInBytes ? byteSize(ref.dtype) : 1;
  for (auto [d, dim] : llvm::enumerate(ref.dims))
    operand.dim[d] = {int32_t(dim.step * unit), uint32_t(dim.count)};
  return operand;
}

int64_t HbmView::elements() const {
  int64_t n = 1;
  for (int64_t size : shape)
    n *= size;
  return n;
}

bool HbmView::isRowMajor() const {
  int64_t expected = 1;
  for (int d = int(shape.size()) - 1; d >= 0; --d) {
    if (shape[d] != 1 && strides[d] != expected)
      return false;
    expected *= shape[d];
  }
  return true;
}

bool HbmView::isSamePlaceAs(const HbmView &other) const {
  if (segment != other.segment || dtype != other.dtype || offset != other.offset ||
      shape != other.shape)
    return false;
  for (size_t d = 0; d < shape.size(); ++d)
    if (shape[d] != 1 && strides[d] != other.strides[d])
      return false;
  return true;
}

std::optional<HbmView> HbmView::reshaped(ArrayRef<int64_t> newShape) const {
  HbmView view = rowMajor(segment, dtype, newShape);
  view.offset = offset;
  if (elements() == 0)
    return view;
  // Old dims merged into as few walks as their strides allow, innermost first; every new dim
  // has to lie within one.
  SmallVector<FreeDim, 4> walks;
  for (size_t d = shape.size(); d-- > 0;) {
    if (shape[d] == 1)
      continue;
    if (!walks.empty() && strides[d] == walks.back().step * walks.back().count)
      walks.back().count *= shape[d];
    else
      walks.push_back({strides[d], shape[d]});
  }
  size_t walk = 0;
  int64_t taken = 1;
  for (size_t d = newShape.size(); d-- > 0;) {
    if (newShape[d] == 1)
      continue;
    if (walks[walk].count % (taken * newShape[d]))
      return std::nullopt;
    view.strides[d] = walks[walk].step * taken;
    taken *= newShape[d];
    if (taken == walks[walk].count) {
      ++walk;
      taken = 1;
    }
  }
  return view;
}

HbmView HbmView::rowMajor(FlatSymbolRefAttr segment, DType dtype, ArrayRef<int64_t> shape) {
  HbmView view{segment, dtype, 0, SmallVector<int64_t>(shape),
               SmallVector<int64_t>(shape.size(), 1)};
  for (int d = int(shape.size()) - 2; d >= 0; --d)
    view.strides[d] = view.strides[d + 1] * shape[d + 1];
  return view;
}

bool TileBuilder::inLoop() const {
  Operation *around = builder.getInsertionBlock()->getParentOp();
  return mlir::isa<scf::ForOp>(around) || around->getParentOfType<scf::ForOp>();
}

Ref TileBuilder::alloc(isa::Space space, unsigned partitions, int64_t elements, DType dtype,
                       int64_t slots) {
  bool inPsum = space == isa::Space::Psum;
  int64_t bytes = llvm::alignTo(std::max<int64_t>(1, elements * byteSize(dtype)),
                                inPsum ? kBankBytes : kLineBytes);
  auto type =
      tile::BufferType::get(builder.getContext(), inPsum ? "psum" : "sbuf", partitions, bytes);
  // Rotation needs a loop to rotate in.
  if (!inLoop())
    slots = 1;
  auto buffer = tile::AllocOp::create(builder, loc, type, slots, -1);
  Ref ref;
  ref.buffer = buffer;
  ref.space = space;
  ref.dtype = dtype;
  ref.partitions = partitions;
  ref.dims = {{1, elements}};
  return ref;
}

Ref TileBuilder::sbuf(unsigned partitions, int64_t elements, DType dtype, int64_t slots) {
  return alloc(isa::Space::Sbuf, partitions, elements, dtype, slots);
}

Ref TileBuilder::psum(unsigned partitions, int64_t elements, DType dtype, int64_t slots) {
  return alloc(isa::Space::Psum, partitions, elements, dtype, slots);
}

void TileBuilder::loopWithCounter(int64_t count, llvm::function_ref<void(Value)> body) {
  if (count <= 0)
    return;
  if (count == 1)
    return body(Value());
  auto zero = arith::ConstantIndexOp::create(builder, loc, 0);
  auto one = arith::ConstantIndexOp::create(builder, loc, 1);
  auto bound = arith::ConstantIndexOp::create(builder, loc, count);
  auto loop = scf::ForOp::create(builder, loc, zero, bound, one);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void TileBuilder::loop(int64_t count, llvm::function_ref<void(Index)> body) {
  loopWithCounter(count, [&](Value counter) { body(counter ? Index::of(counter) : Index(0)); });
}

void TileBuilder::tiles(int64_t size, int64_t tile,
                        llvm::function_ref<void(Index start, int64_t n)> body) {
  int64_t full = size / tile;
  loop(full, [&](Index i) { body(i * tile, tile); });
  if (size % tile)
    body(Index(full * tile), size % tile);
}

Ref TileBuilder::hbm(const HbmView &view, const Index &elementOffset, ArrayRef<FreeDim> dims) {
  auto type = tile::BufferType::get(builder.getContext(), "hbm", 1, 0);
  Ref ref;
  ref.buffer = tile::SegmentOp::create(builder, loc, type, view.segment);
  ref.space = isa::Space::Hbm;
  ref.dtype = view.dtype;
  ref.offset = elementOffset * int64_t(byteSize(view.dtype)) + view.offset;
  ref.dims.assign(dims.begin(), dims.end());
  return ref;
}

void TileBuilder::emit(isa::Inst inst, ArrayRef<const Ref *> refs, ArrayRef<When> predicates) {
  SmallVector<Value> buffers, counters;
  SmallVector<int64_t> terms;
  auto addTerm = [&](int64_t target, Value counter, int64_t stride) {
    auto *found = llvm::find(counters, counter);
    int64_t position = found - counters.begin();
    if (found == counters.end())
      counters.push_back(counter);
    terms.append({target, position, stride});
  };
  const isa::InstFacts *facts = isa::findFacts(uint8_t(inst.opcode));
  for (auto [i, ref] : llvm::enumerate(refs)) {
    if (!ref || !ref->buffer)
      continue;
    inst.operand[i] = geometryOf(*ref, facts->isDma && facts->operand[i].dmaSide);
    buffers.push_back(ref->buffer);
    for (auto [counter, stride] : ref->offset.terms)
      if (stride)
        addTerm(i, counter, stride);
  }
  for (auto [i, when] : llvm::enumerate(predicates)) {
    inst.pred[i].value = when.value;
    if (when.counter)
      addTerm(tile::kPredicateTarget + i, when.counter, 1);
  }
  tile::InstOp::create(builder, loc, inst, buffers, counters, terms);
}

void TileBuilder::dma(const Ref &dst, const Ref &src, Traffic traffic) {
  bool loads = traffic == Traffic::Load;
  unsigned turn = transfers[loads ? 0 : 1]++;
  unsigned queue = loads ? kLoadQueues[turn % std::size(kLoadQueues)]
                         : kStoreQueues[turn % std::size(kStoreQueues)];
  isa::Inst inst = makeInst(isa::Opcode::Dma, ownerOf(queue));
  isa::Dma::setQueue(inst, queue);
  emit(inst, {&dst, &src});
}

void TileBuilder::gather(const Ref &dst, const Ref &row, const Ref &index, int64_t rowBytes,
                         int64_t rows) {
  isa::Inst inst = makeInst(isa::Opcode::DmaGather, isa::Engine::GpSimd);
  isa::DmaGather::setQueue(inst, kIndirectQueue);
  isa::DmaGather::setRowBytes(inst, uint32_t(rowBytes));
  isa::DmaGather::setRows(inst, uint32_t(rows));
  emit(inst, {&dst, &row, &index});
}

void TileBuilder::scatter(const Ref &row, const Ref &src, const Ref &index, int64_t rowBytes,
                          int64_t rows) {
  isa::Inst inst = makeInst(isa::Opcode::DmaScatter, isa::Engine::GpSimd);
  isa::DmaScatter::setQueue(inst, kIndirectQueue);
  isa::DmaScatter::setRowBytes(inst, uint32_t(rowBytes));
  isa::DmaScatter::setRows(inst, uint32_t(rows));
  emit(inst, {&row, &src, &index});
}

void TileBuilder::loadWeights(const Ref &stationary) {
  emit(makeInst(isa::Opcode::LoadWeights, isa::Engine::Tensor), {&stationary});
}

void TileBuilder::matmul(const Ref &dst, const Ref &moving, isa::Cond accumulate, When first) {
  isa::Inst inst = makeInst(isa::Opcode::Matmul, isa::Engine::Tensor);
  inst.accumulate = accumulate;
  emit(inst, {&dst, &moving}, first);
}

void TileBuilder::activate(const Ref &dst, const Ref &src, isa::Activation function, Scalar scale,
                           Scalar bias, isa::ReduceCmd reduce) {
  isa::Inst table = makeInst(isa::Opcode::LoadTable, isa::Engine::Scalar);
  isa::LoadTable::setFunction(table, function);
  emit(table, {});
  isa::Inst inst = makeInst(isa::Opcode::Activate, isa::Engine::Scalar);
  isa::Activate::setFunction(inst, function);
  isa::Activate::setReduce(inst, reduce);
  inst.imm = {bitsOf(scale.column ? 0.0f : scale.imm), bitsOf(bias.column ? 0.0f : bias.imm)};
  emit(inst, {&dst, &src, bias.column, scale.column});
}

void TileBuilder::readReduce(const Ref &dst) {
  emit(makeInst(isa::Opcode::ReadReduce, isa::Engine::Scalar), {&dst});
}

void TileBuilder::tensorTensor(const Ref &dst, const Ref &a, const Ref &b, isa::AluOp op,
                               isa::Engine engine) {
  isa::Inst inst = makeInst(isa::Opcode::TensorTensor, engine);
  isa::TensorTensor::setOp(inst, op);
  emit(inst, {&dst, &a, &b});
}

void TileBuilder::tensorScalar(const Ref &dst, const Ref &src, isa::AluOp op0, Scalar scalar0,
                               bool reverse0, isa::AluOp op1, Scalar scalar1, bool reverse1,
                               isa::Engine engine) {
  isa::Inst inst = makeInst(isa::Opcode::TensorScalar, engine);
  isa::TensorScalar::setOp0(inst, op0);
  isa::TensorScalar::setOp1(inst, op1);
  isa::TensorScalar::setReverse0(inst, reverse0);
  isa::TensorScalar::setReverse1(inst, reverse1);
  inst.imm = {bitsOf(scalar0.column ? 0.0f : scalar0.imm),
              bitsOf(scalar1.column ? 0.0f : scalar1.imm)};
  emit(inst, {&dst, &src, scalar0.column, scalar1.column});
}

void TileBuilder::reduce(const Ref &dst, const Ref &src, isa::AluOp op, unsigned axes, bool negate,
                         isa::Engine engine) {
  isa::Inst inst = makeInst(isa::Opcode::TensorReduce, engine);
  isa::TensorReduce::setOp(inst, op);
  isa::TensorReduce::setAxes(inst, axes);
  isa::TensorReduce::setNegate(inst, negate);
  emit(inst, {&dst, &src});
}

void TileBuilder::copy(const Ref &dst, const Ref &src, isa::Engine engine) {
  emit(makeInst(isa::Opcode::TensorCopy, engine), {&dst, &src});
}

void TileBuilder::copyPredicated(const Ref &dst, const Ref &src, const Ref &predicate) {
  emit(makeInst(isa::Opcode::TensorCopyPredicated, isa::Engine::Vector), {&dst, &src, &predicate});
}

void TileBuilder::reciprocal(const Ref &dst, const Ref &src) {
  emit(makeInst(isa::Opcode::Reciprocal, isa::Engine::Vector), {&dst, &src});
}

void TileBuilder::memset(const Ref &dst, float value) {
  isa::Inst inst = makeInst(isa::Opcode::Memset, isa::Engine::Vector);
  inst.imm[0] = bitsOf(value);
  emit(inst, {&dst});
}

void TileBuilder::iota(const Ref &dst, int32_t offset, int32_t channelMultiplier) {
  isa::Inst inst = makeInst(isa::Opcode::Iota, isa::Engine::GpSimd);
  isa::Iota::setOffset(inst, offset);
  isa::Iota::setChannelMultiplier(inst, channelMultiplier);
  emit(inst, {&dst});
}

void TileBuilder::affineSelect(const Ref &dst, const Ref &src, isa::AluOp op, float fill,
                               int16_t channel, int16_t step, const Ref *offsetColumn) {
  isa::Inst inst = makeInst(isa::Opcode::AffineSelect, isa::Engine::GpSimd);
  isa::AffineSelect::setOp(inst, op);
  isa::AffineSelect::setFill(inst, fill);
  isa::AffineSelect::setPacked(inst, uint32_t(uint16_t(channel)) | uint32_t(uint16_t(step)) << 16);
  emit(inst, {&dst, &src, offsetColumn});
}
