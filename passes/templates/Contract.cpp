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

Chunks chooseChunks(int64_t m, int64_t n, int64_t k, int64_t elementBytes, const Budget &budget) {
  Chunks chunks{std::min(m, kStationaryTile), std::min(n, kMovingTile), k};
  auto bytes = [&](const Chunks &c) {
    int64_t steps = llvm::divideCeil(c.k, kContractTile);
    int64_t results = llvm::divideCeil(c.m, kStationaryTile) * c.n * 4;
    return steps * (c.m + budget.slots * c.n) * elementBytes + 2 * results +
           budget.slots * kContractTile * 4;
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

/// A chunk in SBUF: [128 of k, steps, columns], the last step maybe short.
struct Resident {
  Ref tile;
  int64_t columns;

  Ref at(const Index &step, int64_t lanes, const Index &column, int64_t count) const {
    return tile.inPartitions(0, lanes).withDims({{1, count}}).at(step * columns + column);
  }
};

class ProductEmitter {
public:
  ProductEmitter(Context &context, const Product &product)
      : tiles(context.tiles), budget(context.budget), product(product), k(product.lhs.shape[0]),
        m(product.lhs.shape[1]), n(product.rhs.shape[1]) {
    type = tensorEngineType(context, product.lhs.dtype);
    chunks = chooseChunks(m, n, k, byteSize(type), budget);
  }

  void run() {
    if (turnsOver(product.lhs) || turnsOver(product.rhs))
      makeIdentity();
    tiles.tiles(m, chunks.m, [&](Index mStart, int64_t mCount) {
      if (chunks.k >= k) {
        Resident lhs = load(product.lhs, product.lhsAt, Index(0), k, mStart, mCount, 1);
        tiles.tiles(n, chunks.n, [&](Index nStart, int64_t nCount) {
          Resident rhs =
              load(product.rhs, product.rhsAt, Index(0), k, nStart, nCount, budget.slots);
          eachRowTile(mCount, [&](Index row, int64_t rows) {
            Ref bank = multiply(lhs, rhs, k, row, rows, nCount);
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
  static bool turnsOver(const HbmView &view) {
    return view.strides[0] == 1 && view.strides[1] != 1 && view.shape[1] > 1;
  }

  void eachRowTile(int64_t mCount, llvm::function_ref<void(Index, int64_t)> body) {
    tiles.tiles(mCount, kStationaryTile, body);
  }

  void makeIdentity() {
    Ref ones = tiles.sbuf(kContractTile, kContractTile, DType::F32);
    tiles.memset(ones, 1.0f);
    identity = tiles.sbuf(kContractTile, kContractTile, type);
    tiles.affineSelect(identity, ones, isa::AluOp::IsEqual, 0.0f, /*channel=*/1, /*step=*/-1);
  }

  /// Loads [kStart, kStart + kCount) x [start, start + count) of a view.
  Resident load(const HbmView &view, const Index &at, const Index &kStart, int64_t kCount,
                const Index &start, int64_t count, int64_t slots) {
    int64_t steps = llvm::divideCeil(kCount, kContractTile);
    Resident chunk{tiles.sbuf(std::min(kCount, kContractTile), steps * count, type, slots), count};
    Index origin = at + kStart * view.strides[0] + start * view.strides[1];
    bool turn = turnsOver(view);
    tiles.tiles(kCount, kContractTile, [&](Index from, int64_t lanes) {
      // `from` counts elements of k; a step is 128 of them.
      Index column = scaledDown(from, kContractTile) * count;
      if (turn)
        loadTurned(view, origin + from, lanes, chunk, column, count);
      else
        tiles.dma(chunk.tile.inPartitions(0, lanes).withDims({{1, count}}).at(column),
                  tiles.hbm(view, origin + from * view.strides[0],
                            {{view.strides[0], lanes}, {view.strides[1], count}}),
                  kLoadQueue);
    });
    return chunk;
  }

  /// Rows of at most 128 with the contracted dim in the columns, transposed block by block.
  void loadTurned(const HbmView &view, const Index &origin, int64_t lanes, const Resident &chunk,
                  const Index &column, int64_t count) {
    tiles.tiles(count, kContractTile, [&](Index row, int64_t rows) {
      Ref block = tiles.sbuf(rows, lanes, type, budget.slots);
      tiles.dma(
          block,
          tiles.hbm(view, origin + row * view.strides[1], {{view.strides[1], rows}, {1, lanes}}),
          kLoadQueue);
      Ref bank = tiles.psum(lanes, rows, DType::F32, budget.slots);
      tiles.loadWeights(block);
      tiles.matmul(bank, identity.inPartitions(0, rows).withDims({{1, rows}}), isa::Cond::Never);
      tiles.copy(chunk.tile.inPartitions(0, lanes).withDims({{1, rows}}).at(column + row), bank);
    });
  }

  static Index scaledDown(Index index, int64_t by) {
    index.constant /= by;
    for (auto &term : index.terms)
      term.second /= by;
    return index;
  }

  /// One bank: rows of lhs times all columns of rhs, over kCount.
  Ref multiply(const Resident &lhs, const Resident &rhs, int64_t kCount, const Index &row,
               int64_t rows, int64_t columns) {
    Ref bank = tiles.psum(rows, columns, DType::F32, budget.slots);
    int64_t full = kCount / kContractTile, rest = kCount % kContractTile;
    tiles.loopWithCounter(full, [&](Value counter) {
      Index step = counter ? Index::of(counter) : Index(0);
      tiles.loadWeights(lhs.at(step, kContractTile, row, rows));
      tiles.matmul(bank, rhs.at(step, kContractTile, Index(0), columns),
                   counter ? isa::Cond::IfNotP0 : isa::Cond::Never, {counter, 0});
    });
    if (rest) {
      tiles.loadWeights(lhs.at(Index(full), rest, row, rows));
      tiles.matmul(bank, rhs.at(Index(full), rest, Index(0), columns),
                   full ? isa::Cond::Always : isa::Cond::Never);
    }
    return bank;
  }

  void store(const Ref &bank, const Index &row, int64_t rows, const Index &column,
             int64_t columns) {
    Ref out = tiles.sbuf(rows, columns, product.result.dtype, budget.slots);
    tiles.copy(out, bank);
    storeTile(out, row, rows, column, columns);
  }

  void storeTile(const Ref &tile, const Index &row, int64_t rows, const Index &column,
                 int64_t columns) {
    const HbmView &view = product.result;
    tiles.dma(tiles.hbm(view, product.resultAt + row * view.strides[0] + column * view.strides[1],
                        {{view.strides[0], rows}, {view.strides[1], columns}}),
              tile, kStoreQueue);
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
      Resident lhs = load(product.lhs, product.lhsAt, kStart, kCount, mStart, mCount, 1);
      Resident rhs = load(product.rhs, product.rhsAt, kStart, kCount, nStart, nCount, budget.slots);
      eachRowTile(mCount, [&](Index row, int64_t rows) {
        Ref bank = multiply(lhs, rhs, kCount, row, rows, nCount);
        tiles.tensorTensor(part(row, rows), part(row, rows), bank, isa::AluOp::Add);
      });
    });
    eachRowTile(mCount, [&](Index row, int64_t rows) {
      Ref out = tiles.sbuf(rows, nCount, product.result.dtype);
      tiles.copy(out, part(row, rows));
      storeTile(out, mStart + row, rows, nStart, nCount);
    });
  }

  TileBuilder &tiles;
  const Budget &budget;
  const Product &product;
  int64_t k, m, n;
  DType type = DType::F32;
  Chunks chunks{};
  Ref identity;
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

void templates::lowerProduct(Context &context, const Product &product) {
  ProductEmitter(context, product).run();
}

LogicalResult templates::lowerMatmul(Operation *op, Context &context) {
  auto matmul = cast<nn::MatmulOp>(op);
  int64_t rank = matmul.getLhs().getType().getRank();
  FailureOr<HbmView> lhs = context.homes.permuted(matmul.getLhs(), swappedOrder(rank));
  FailureOr<HbmView> rhs = context.homes.of(matmul.getRhs());
  FailureOr<HbmView> result = context.homes.forResult(matmul.getResult());
  if (failed(lhs) || failed(rhs) || failed(result))
    return failure();
  if (llvm::is_contained(result->shape, 0))
    return success();
  if (lhs->shape[rank - 2] == 0) {
    fill(context.tiles, *result, 0.0f);
    return success();
  }
  std::function<void(int64_t, Product)> batches = [&](int64_t d, Product product) {
    if (d == rank - 2)
      return lowerProduct(context, product);
    context.tiles.loop(result->shape[d], [&](Index i) {
      Product inner = product;
      inner.lhsAt += i * (lhs->shape[d] == 1 ? 0 : lhs->strides[d]);
      inner.rhsAt += i * (rhs->shape[d] == 1 ? 0 : rhs->strides[d]);
      inner.resultAt += i * result->strides[d];
      batches(d + 1, inner);
    });
  };
  batches(0, {lastTwo(*lhs), lastTwo(*rhs), lastTwo(*result), {}, {}, {}});
  return success();
}
