// Operands of the TensorE; see OperandLoader.h.
#include "passes/templates/OperandLoader.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

FailureOr<HbmView> templates::operandView(Context &context, Value value, ArrayRef<int64_t> order) {
  FailureOr<DType> type =
      plan::deviceType(cast<RankedTensorType>(value.getType()).getElementType());
  if (failed(type))
    return emitError(value.getLoc())
           << "a value of type " << value.getType() << " does not fit the machine";
  DType read = tensorEngineType(context, *type);
  bool isStorable = read == DType::Bf16 || read == DType::F16;
  return context.homes.permuted(value, order, isStorable ? std::optional(read) : std::nullopt);
}

void OperandLoader::makeIdentity(SharedTiles &shared) {
  identity = shared.of(tiles, Value(), type, [&] {
    Ref ones = tiles.sbuf(kContractTile, kContractTile, DType::F32);
    tiles.memset(ones, 1.0f);
    Ref made = tiles.sbuf(kContractTile, kContractTile, type);
    tiles.affineSelect(made, ones, isa::AluOp::IsEqual, 0.0f, /*channel=*/1, /*step=*/-1);
    return made;
  });
}

void OperandLoader::transpose(const Ref &dst, const Ref &block) {
  Ref bank = tiles.psum(block.columns(), block.partitions, DType::F32, slots);
  tiles.loadWeights(block);
  tiles.matmul(bank, identity.inPartitions(0, block.partitions).withDims({{1, block.partitions}}),
               isa::Cond::Never);
  tiles.copy(dst, bank);
}

Resident OperandLoader::load(const HbmView &view, const Index &at, const Index &kStart,
                             int64_t kCount, const Index &start, int64_t count,
                             int64_t chunkSlots) {
  int64_t full = kCount / kContractTile, rest = kCount % kContractTile;
  Resident chunk{
      tiles.sbuf(std::min(kCount, kContractTile), (full + (rest != 0)) * count, type, chunkSlots),
      count};
  Index origin = at + kStart * view.strides[0] + start * view.strides[1];
  if (turnsOver(view)) {
    tiles.tiles(count, kContractTile, [&](Index row, int64_t rows) {
      Ref block = tiles.sbuf(rows, kCount, type, slots);
      tiles.dma(
          block,
          tiles.hbm(view, origin + row * view.strides[1], {{view.strides[1], rows}, {1, kCount}}),
          Traffic::Load);
      tiles.loop(full, [&](Index step) {
        transpose(chunk.at(step, kContractTile, row, rows),
                  block.withDims({{1, kContractTile}}).at(step * kContractTile));
      });
      if (rest)
        transpose(chunk.at(Index(full), rest, row, rows),
                  block.withDims({{1, rest}}).at(full * kContractTile));
    });
    return chunk;
  }
  if (full)
    tiles.dma(chunk.tile.withDims({{count, full}, {1, count}}),
              tiles.hbm(view, origin,
                        {{view.strides[0], kContractTile},
                         {view.strides[0] * kContractTile, full},
                         {view.strides[1], count}}),
              Traffic::Load);
  if (rest)
    tiles.dma(chunk.at(Index(full), rest, Index(0), count),
              tiles.hbm(view, origin + Index(full * kContractTile * view.strides[0]),
                        {{view.strides[0], rest}, {view.strides[1], count}}),
              Traffic::Load);
  return chunk;
}

void OperandLoader::multiply(const Ref &bank, const Resident &lhs, const Resident &rhs,
                             int64_t kCount, const Index &row, const Index &column) {
  int64_t full = kCount / kContractTile, rest = kCount % kContractTile;
  tiles.loopWithCounter(full, [&](Value counter) {
    Index step = counter ? Index::of(counter) : Index(0);
    tiles.loadWeights(lhs.at(step, kContractTile, row, bank.partitions));
    tiles.matmul(bank, rhs.at(step, kContractTile, column, bank.columns()),
                 counter ? isa::Cond::IfNotP0 : isa::Cond::Never, {counter, 0});
  });
  if (rest) {
    tiles.loadWeights(lhs.at(Index(full), rest, row, bank.partitions));
    tiles.matmul(bank, rhs.at(Index(full), rest, column, bank.columns()),
                 full ? isa::Cond::Always : isa::Cond::Never);
  }
}
