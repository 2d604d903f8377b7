// How a transfer is split into reading early and writing late.
#include "runtime/sim/Transfers.h"

#include "runtime/sim/Exec.h"

namespace neuron::sim {
namespace {

using isa::Inst;

/// `rows` rows of `columns` elements, one behind the other in HBM.
isa::Operand matrixAt(uint32_t segment, DType dtype, uint64_t rows, uint64_t columns) {
  int32_t bytes = static_cast<int32_t>(byteSize(dtype));
  isa::Operand operand;
  operand.space = isa::Space::Hbm;
  operand.dtype = dtype;
  operand.base = static_cast<int64_t>(segment) << isa::kSegmentShift;
  operand.numDims = 2;
  operand.dim[0] = {static_cast<int32_t>(columns) * bytes, static_cast<uint32_t>(rows)};
  operand.dim[1] = {bytes, static_cast<uint32_t>(columns)};
  return operand;
}

/// The side's outermost index (partitions on chip) by the rest.
void shapeOf(const isa::Operand &side, uint64_t &rows, uint64_t &columns) {
  bool inHbm = side.space == isa::Space::Hbm;
  rows = inHbm ? (side.numDims ? side.dim[0].count : 1) : side.partitions;
  columns = inHbm ? (rows ? side.elements() / rows : 0) : side.elements();
}

Inst copyInst(const Inst &like, const isa::Operand &dst, const isa::Operand &src) {
  Inst copy = isa::Dma::make(like.engine);
  copy.operand[isa::Dma::kDst] = dst;
  copy.operand[isa::Dma::kSrc] = src;
  return copy;
}

} // namespace

uint32_t Transfers::reserve(uint64_t bytes) {
  uint32_t index;
  if (free.empty()) {
    index = static_cast<uint32_t>(buffers.size());
    buffers.emplace_back();
  } else {
    index = free.back();
    free.pop_back();
  }
  if (buffers[index].size() < bytes)
    buffers[index].resize(bytes);
  core.memory.bind(firstPrivate + index, buffers[index].data(), bytes, true, Content::Unwritten);
  return firstPrivate + index;
}

void Transfers::release(uint32_t segment) {
  if (segment)
    free.push_back(segment - firstPrivate);
}

Status Transfers::readEarly(const Issue &issue, const Inst &inst, Transfer &transfer) {
  constexpr unsigned kSrc = isa::Dma::kSrc, kDst = isa::Dma::kDst;
  const isa::Operand &shape =
      inst.opcode == isa::Opcode::DmaGather ? inst.operand[kDst] : inst.operand[kSrc];
  uint64_t rows, columns;
  shapeOf(shape, rows, columns);
  DType dtype = inst.operand[kSrc].dtype;
  uint64_t bytes = rows * columns * byteSize(dtype);
  if (rows == 0 || columns == 0 || bytes > INT32_MAX) { // nothing to gain, or too large to copy
    transfer.work.push_back(inst);
    return Status::success();
  }
  transfer.privateSegment = reserve(bytes);
  isa::Operand held = matrixAt(transfer.privateSegment, dtype, rows, columns);
  Inst read = copyInst(inst, held, inst.operand[kSrc]);
  if (inst.opcode == isa::Opcode::DmaGather) {
    read = inst;
    read.operand[kDst] = held;
  }
  NEURON_TRY(executeInst(core, issue, read));
  Inst write = inst;
  if (inst.opcode == isa::Opcode::DmaGather)
    write = copyInst(inst, inst.operand[kDst], held);
  write.operand[kSrc] = held;
  transfer.work.push_back(write);
  return Status::success();
}

Status Transfers::trigger(unsigned queue, const Issue &issue, bool &done) {
  Transfer transfer{issue, {}, 0};
  done = mode == DmaMode::Early;
  if (issue.executes && issue.inst->opcode != isa::Opcode::QueueSignal) {
    Inst inst = issue.resolved();
    if (mode == DmaMode::Early)
      return executeInst(core, issue, inst);
    if (mode == DmaMode::EarlyRead)
      NEURON_TRY(readEarly(issue, inst, transfer));
    else
      transfer.work.push_back(inst);
  }
  if (!done)
    waiting[queue].push_back(std::move(transfer));
  return Status::success();
}

Status Transfers::completeOldest(unsigned queue, Issue &completed) {
  Transfer transfer = std::move(waiting[queue].front());
  waiting[queue].pop_front();
  completed = transfer.issue;
  for (const Inst &inst : transfer.work)
    NEURON_TRY(executeInst(core, completed, inst));
  release(transfer.privateSegment);
  return Status::success();
}

} // namespace neuron::sim
