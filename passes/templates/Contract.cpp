// The contract template; see Contract.h.
//
// The contracted dim goes to the partitions of both operands: 128 x 128 blocks of lhs are
// stationary, 128 x 512 blocks of rhs stream past them and accumulate in one PSUM bank. An
// operand whose contracted dim is contiguous in memory would be loaded an element at a time;
// it is loaded by rows instead and turned over on the TensorE, against an identity.
//
// Loops, outermost first: chunks of m whose lhs stays in SBUF, blocks of n, and - only when a
// whole column of both does not fit - chunks of k, summed in SBUF.
#include "passes/templates/Contract.h"
#include "passes/templates/GroupBody.h"

#include "dialects/nn/Nn.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// Sizes of the chunks that are in SBUF at once. Units: elements.
struct Chunks {
  int64_t m, n, k;
};

Chunks chooseChunks(int64_t m, int64_t n, int64_t k, int64_t elementBytes, bool turns,
                    const Budget &budget) {
  Chunks chunks{std::min(m, kStationaryTile), std::min(n, kMovingTile), k};
  auto bytes = [&](const Chunks &c) {
    int64_t steps = llvm::divideCeil(c.k, kContractTile);
    int64_t results = llvm::divideCeil(c.m, kStationaryTile) * c.n * 4;
    return steps * (c.m + budget.slots * c.n) * elementBytes + 2 * results +
           (turns ? budget.slots * c.k * elementBytes : 0);
  };
  while (chunks.k > kContractTile && bytes(chunks) > budget.sbufBytes)
    chunks.k = llvm::alignTo(chunks.k / 2, kContractTile);
  while (chunks.n > 64 && bytes(chunks) > budget.sbufBytes)
    chunks.n /= 2;
  while (chunks.m < m) {
    Chunks larger = chunks;
    larger.m = std::min(m, chunks.m + kStationaryTile);
    if (bytes(larger) > budget.sbufBytes)
      break;
    chunks = larger;
  }
  return chunks;
}

class ProductEmitter {
public:
  ProductEmitter(Context &context, const Product &product, Finish finish)
      : tiles(context.tiles), shared(context.shared), budget(context.budget), product(product),
        finish(finish), k(product.lhs.shape[0]), m(product.lhs.shape[1]), n(product.rhs.shape[1]),
        type(tensorEngineType(context, product.lhs.dtype)),
        turns(OperandLoader::turnsOver(product.lhs) || OperandLoader::turnsOver(product.rhs)),
        loader(tiles, type, budget.slots) {
    chunks = chooseChunks(m, n, k, byteSize(type), turns, budget);
  }

  void run() {
    if (turns)
      loader.makeIdentity(shared);
    if (product.bias.segment) {
      ones = tiles.sbuf(1, kStationaryTile, DType::F32);
      tiles.memset(ones, 1.0f);
    }
    tiles.tiles(m, chunks.m, [&](Index mStart, int64_t mCount) {
      if (chunks.k >= k) {
        Resident lhs = loadLhs(mStart, mCount);
        tiles.tiles(n, chunks.n, [&](Index nStart, int64_t nCount) {
          Resident rhs =
              loader.load(product.rhs, product.rhsAt, Index(0), k, nStart, nCount, budget.slots);
          Ref bias = loadBias(nStart, nCount);
          eachRowTile(mCount, [&](Index row, int64_t rows) {
            Ref bank = multiply(lhs, rhs, k, row, rows, nCount);
            addBias(bank, bias);
            store(bank, mStart + row, rows, nStart, nCount);
          });
        });
      } else {
        tiles.tiles(n, chunks.n, [&](Index nStart, int64_t nCount) {
          sumChunks(mStart, mCount, nStart, nCount);
        });
      }
    });
  }

private:
  void eachRowTile(int64_t mCount, llvm::function_ref<void(Index, int64_t)> body) {
    tiles.tiles(mCount, kStationaryTile, body);
  }

  static Index scaledDown(Index index, int64_t by) {
    index.constant /= by;
    for (auto &term : index.terms)
      term.second /= by;
    return index;
  }

  Resident loadLhs(const Index &mStart, int64_t mCount) {
    auto load = [&] {
      return loader.load(product.lhs, product.lhsAt, Index(0), k, mStart, mCount, 1).tile;
    };
    bool whole = product.lhsValue && mCount == m;
    return {whole ? shared.of(tiles, product.lhsValue, type, load) : load(), mCount};
  }

  /// One bank: rows of lhs times all columns of rhs, over kCount.
  Ref multiply(const Resident &lhs, const Resident &rhs, int64_t kCount, const Index &row,
               int64_t rows, int64_t columns) {
    Ref bank = tiles.psum(rows, columns, DType::F32, budget.slots);
    loader.multiply(bank, lhs, rhs, kCount, row, Index(0));
    return bank;
  }

  void store(const Ref &bank, const Index &row, int64_t rows, const Index &column,
             int64_t columns) {
    SmallVector<Ref> leaves;
    for (auto [view, at] : llvm::zip_equal(product.leaves, product.leavesAt))
      leaves.push_back(loadLeaf(view, at, row, rows, column, columns));
    Ref out = tiles.sbuf(rows, columns, product.result.dtype, budget.slots);
    finish(tiles, leaves, bank, out);
    storeTile(out, row, rows, column, columns);
  }

  /// A leaf's tile; a dim along which it repeats is loaded once.
  Ref loadLeaf(const HbmView &view, const Index &at, const Index &row, int64_t rows,
               const Index &column, int64_t columns) {
    int64_t width = view.strides[1] ? columns : 1;
    Ref tile = tiles.sbuf(rows, width, view.dtype, budget.slots);
    tiles.dma(tile,
              tiles.hbm(view, at + row * view.strides[0] + column * view.strides[1],
                        {{view.strides[0], rows}, {view.strides[1], width}}),
              Traffic::Load);
    return width == columns ? tile : tile.withDims({{0, columns}});
  }

  /// The row of the bias for a block of columns, on one partition.
  Ref loadBias(const Index &column, int64_t columns) {
    const HbmView &view = product.bias;
    if (!view.segment)
      return {};
    Ref row = tiles.sbuf(1, columns, DType::F32, budget.slots);
    tiles.dma(row,
              tiles.hbm(view, product.biasAt + column * view.strides[1],
                        {{0, 1}, {view.strides[1], columns}}),
              Traffic::Load);
    return row;
  }

  /// One more step of contraction: ones times the row, in fp32.
  void addBias(const Ref &bank, const Ref &row) {
    if (!row.buffer)
      return;
    tiles.loadWeights(ones.withDims({{1, bank.partitions}}));
    tiles.matmul(bank, row, isa::Cond::Always);
  }

  void storeTile(const Ref &tile, const Index &row, int64_t rows, const Index &column,
                 int64_t columns) {
    const HbmView &view = product.result;
    tiles.dma(tiles.hbm(view, product.resultAt + row * view.strides[0] + column * view.strides[1],
                        {{view.strides[0], rows}, {view.strides[1], columns}}),
              tile, Traffic::Store);
  }

  /// k does not fit: sums chunks of it in SBUF.
  void sumChunks(const Index &mStart, int64_t mCount, const Index &nStart, int64_t nCount) {
    int64_t rowTiles = llvm::divideCeil(mCount, kStationaryTile);
    Ref sum = tiles.sbuf(std::min(mCount, kStationaryTile), rowTiles * nCount, DType::F32);
    auto part = [&](const Index &row, int64_t rows) {
      return sum.inPartitions(0, rows)
          .withDims({{1, nCount}})
          .at(scaledDown(row, kStationaryTile) * nCount);
    };
    tiles.memset(sum, 0.0f);
    tiles.tiles(k, chunks.k, [&](Index kStart, int64_t kCount) {
      Resident lhs = loader.load(product.lhs, product.lhsAt, kStart, kCount, mStart, mCount, 1);
      Resident rhs =
          loader.load(product.rhs, product.rhsAt, kStart, kCount, nStart, nCount, budget.slots);
      eachRowTile(mCount, [&](Index row, int64_t rows) {
        Ref bank = multiply(lhs, rhs, kCount, row, rows, nCount);
        tiles.tensorTensor(part(row, rows), part(row, rows), bank, isa::AluOp::Add);
      });
    });
    Ref bias = loadBias(nStart, nCount);
    eachRowTile(mCount, [&](Index row, int64_t rows) {
      if (bias.buffer) {
        Ref bank = tiles.psum(rows, nCount);
        tiles.loadWeights(ones.withDims({{1, rows}}));
        tiles.matmul(bank, bias, isa::Cond::Never);
        tiles.tensorTensor(part(row, rows), part(row, rows), bank, isa::AluOp::Add);
      }
      store(part(row, rows), mStart + row, rows, nStart, nCount);
    });
  }

  TileBuilder &tiles;
  SharedTiles &shared;
  const Budget &budget;
  const Product &product;
  Finish finish;
  int64_t k, m, n;
  DType type;
  bool turns;
  OperandLoader loader;
  Chunks chunks{};
  Ref ones;
};

/// The order that puts the second last dim last: batch dims, n, m -> ..., with k before m.
SmallVector<int64_t> swappedOrder(int64_t rank) {
  SmallVector<int64_t> order;
  for (int64_t d = 0; d < rank; ++d)
    order.push_back(d);
  std::swap(order[rank - 1], order[rank - 2]);
  return order;
}

HbmView lastTwo(const HbmView &view) {
  HbmView matrix = view;
  matrix.shape.erase(matrix.shape.begin(), matrix.shape.end() - 2);
  matrix.strides.erase(matrix.strides.begin(), matrix.strides.end() - 2);
  return matrix;
}

} // namespace

void templates::lowerProduct(Context &context, const Product &product, Finish finish) {
  ProductEmitter(context, product, finish).run();
}

namespace {

/// The loops over batch dims around one product; batch dims of size 1 repeat.
class Batches {
public:
  Batches(Context &context, HbmView lhs, HbmView rhs, HbmView result, Finish finish)
      : context(context), finish(finish) {
    addView(lhs);
    addView(rhs);
    addView(result);
    shape = result.shape;
    product.lhs = lastTwo(lhs);
    product.rhs = lastTwo(rhs);
    product.result = lastTwo(result);
  }

  /// What lhs is a view of, all of it when there is one matrix only.
  void setLhsValue(Value value) {
    bool one = llvm::all_of(ArrayRef(shape).drop_back(2), [](int64_t size) { return size == 1; });
    product.lhsValue = one ? value : Value();
  }
  void addLeaf(const HbmView &leaf) {
    addView(leaf);
    product.leaves.push_back(lastTwo(leaf));
  }
  void setBias(const HbmView &bias) {
    biasStrides = bias.strides;
    product.bias = lastTwo(bias);
  }

  void run() { loop(0, SmallVector<Index>(strides.size()), Index(0)); }

private:
  void addView(const HbmView &view) {
    SmallVector<int64_t> moves(view.strides);
    for (size_t d = 0; d < moves.size(); ++d)
      if (view.shape[d] == 1)
        moves[d] = 0;
    strides.push_back(moves);
  }

  void loop(size_t d, SmallVector<Index> at, Index biasAt) {
    if (d + 2 == shape.size()) {
      product.lhsAt = at[0];
      product.rhsAt = at[1];
      product.resultAt = at[2];
      product.leavesAt.assign(at.begin() + 3, at.end());
      product.biasAt = biasAt;
      return lowerProduct(context, product, finish);
    }
    context.tiles.loop(shape[d], [&](Index i) {
      SmallVector<Index> inner(at);
      for (size_t view = 0; view < inner.size(); ++view)
        inner[view] += i * strides[view][d];
      loop(d + 1, inner, product.bias.segment ? biasAt + i * biasStrides[d] : biasAt);
    });
  }

  Context &context;
  Finish finish;
  Product product;
  SmallVector<int64_t> shape, biasStrides;
  SmallVector<SmallVector<int64_t>> strides; ///< lhs, rhs, result, leaves
};

/// Whether the group begins by adding a row that repeats over the product's rows.
bool startsWithBias(Operation *matmul, Context &context, HbmView &bias) {
  if (context.epilogue.empty() || !mlir::isa<nn::AddOp>(context.epilogue.front()))
    return false;
  Operation *add = context.epilogue.front();
  if (!llvm::is_contained(add->getOperands(), matmul->getResult(0)))
    return false;
  if (cast<RankedTensorType>(add->getResult(0).getType()).getElementType() !=
      Float32Type::get(add->getContext()))
    return false;
  Value other = add->getOperand(add->getOperand(0) == matmul->getResult(0) ? 1 : 0);
  if (other == matmul->getResult(0))
    return false;
  FailureOr<HbmView> view = context.homes.of(other);
  if (failed(view))
    return false;
  bias = repeated(*view, cast<RankedTensorType>(add->getResult(0).getType()).getShape());
  size_t rank = bias.strides.size();
  return bias.strides[rank - 2] == 0 && bias.strides[rank - 1] != 0;
}

} // namespace

LogicalResult templates::lowerMatmul(Operation *op, Context &context) {
  auto matmul = cast<nn::MatmulOp>(op);
  int64_t rank = matmul.getLhs().getType().getRank();
  FailureOr<HbmView> lhs = operandView(context, matmul.getLhs(), swappedOrder(rank));
  FailureOr<HbmView> rhs =
      operandView(context, matmul.getRhs(), llvm::to_vector(llvm::seq<int64_t>(0, rank)));
  if (failed(lhs) || failed(rhs))
    return failure();
  HbmView bias;
  bool hasBias = startsWithBias(op, context, bias);
  ArrayRef<Operation *> rest = hasBias ? context.epilogue.drop_front() : context.epilogue;
  Value produced = matmul.getResult();
  if (hasBias)
    produced = context.epilogue.front()->getResult(0);
  GroupBody body(rest, produced);
  FailureOr<SmallVector<HbmView>> leaves = leafViews(body, context);
  FailureOr<HbmView> result = context.homes.forStridedResult(body.result());
  if (failed(leaves) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  if (lhs->shape[rank - 2] == 0)
    return op->emitOpError("contracts a dim of size 0");
  auto finish = [&](TileBuilder &tiles, ArrayRef<Ref> leafTiles, const Ref &bank, const Ref &out) {
    body.emit(tiles, leafTiles, &bank, out);
  };
  Batches batches(context, *lhs, *rhs, *result, finish);
  batches.setLhsValue(matmul.getLhs());
  for (const HbmView &leaf : *leaves)
    batches.addLeaf(leaf);
  if (hasBias)
    batches.setBias(bias);
  batches.run();
  return success();
}
