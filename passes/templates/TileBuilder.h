// Writes tile-level code: loops, buffers, instructions on views of them.
//
// Templates think in three things. An `Index` is a constant plus loop counters times
// coefficients. An `HbmView` is a strided box of a tensor in device memory. A `Ref` is what an
// instruction names: a buffer, a partition range, an offset (an Index, in bytes) and free dims.
// Everything is destination passing: templates take and return views, never values.
#pragma once

#include "dialects/tile/Tile.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"

#include <optional>

namespace neuron::templates {

using llvm::ArrayRef;
using llvm::SmallVector;

/// constant + sum of counter * coefficient.
struct Index {
  int64_t constant = 0;
  SmallVector<std::pair<mlir::Value, int64_t>, 4> terms;

  Index(int64_t constant = 0) : constant(constant) {}
  static Index of(mlir::Value counter, int64_t coefficient = 1) {
    Index index;
    index.terms.push_back({counter, coefficient});
    return index;
  }
  Index &operator+=(const Index &other) {
    constant += other.constant;
    terms.append(other.terms.begin(), other.terms.end());
    return *this;
  }
  bool operator==(const Index &other) const {
    return constant == other.constant && terms == other.terms;
  }
  friend Index operator+(Index a, const Index &b) { return a += b; }
  friend Index operator*(Index a, int64_t factor) {
    a.constant *= factor;
    for (auto &term : a.terms)
      term.second *= factor;
    return a;
  }
};

/// A strided box of a tensor in device memory. The offset moves with the iterations of a repeat
/// around the function, where there is one.
/// Units: strides in elements, offset in bytes.
struct HbmView {
  mlir::FlatSymbolRefAttr segment;
  DType dtype = DType::F32;
  Index offset;
  SmallVector<int64_t> shape;
  SmallVector<int64_t> strides;

  int64_t elements() const;
  bool isRowMajor() const;
  /// Whether both name the same elements in the same order.
  bool isSamePlaceAs(const HbmView &other) const;
  /// The same elements in the same order under another shape, where strides can say it.
  std::optional<HbmView> reshaped(ArrayRef<int64_t> newShape) const;
  /// Row-major view of a whole segment.
  static HbmView rowMajor(mlir::FlatSymbolRefAttr segment, DType dtype, ArrayRef<int64_t> shape);
};

/// One free dim of a Ref. Units: elements.
struct FreeDim {
  int64_t step;
  int64_t count;
};

/// What an instruction reads or writes.
struct Ref {
  mlir::Value buffer;
  isa::Space space = isa::Space::None;
  DType dtype = DType::F32;
  unsigned startPartition = 0;
  unsigned partitions = 0;
  Index offset; ///< bytes
  SmallVector<FreeDim, 4> dims;

  int64_t columns() const {
    int64_t n = 1;
    for (const FreeDim &dim : dims)
      n *= dim.count;
    return n;
  }
  Ref withDims(ArrayRef<FreeDim> newDims) const {
    Ref ref = *this;
    ref.dims.assign(newDims.begin(), newDims.end());
    return ref;
  }
  Ref at(const Index &elements) const {
    Ref ref = *this;
    ref.offset += elements * int64_t(byteSize(dtype));
    return ref;
  }
  Ref asType(DType type) const {
    Ref ref = *this;
    ref.dtype = type;
    return ref;
  }
  Ref inPartitions(unsigned start, unsigned count) const {
    Ref ref = *this;
    ref.startPartition = start;
    ref.partitions = count;
    return ref;
  }
};

/// A scalar operand of an instruction: an immediate, or one value per partition.
struct Scalar {
  float imm = 0;
  const Ref *column = nullptr;
  Scalar(float imm) : imm(imm) {}
  Scalar(const Ref &column) : column(&column) {}
};

/// counter == value, evaluated by an instruction.
struct When {
  mlir::Value counter;
  uint16_t value = 0;
};

/// A Ref as the geometry of an operand; the steps of a side of a transfer are in bytes.
isa::Operand geometryOf(const Ref &ref, bool stepsInBytes);

/// What a transfer is for. Loads and stores have queues of different streams, so that they do
/// not wait for each other; a queue has few transfers in flight, so each kind rotates over
/// several.
enum class Traffic : uint8_t { Load, Store };

class TileBuilder {
public:
  TileBuilder(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  void setLoc(mlir::Location newLoc) { loc = newLoc; }
  mlir::Location getLoc() const { return loc; }

  /// A buffer of `partitions` x `elements` of `dtype`, as a Ref over the whole of it.
  Ref sbuf(unsigned partitions, int64_t elements, DType dtype, int64_t slots = 1);
  /// The same in PSUM, in whole banks.
  Ref psum(unsigned partitions, int64_t elements, DType dtype = DType::F32, int64_t slots = 1);

  /// for i in 0 .. count - 1; a single iteration makes no loop.
  void loop(int64_t count, llvm::function_ref<void(Index)> body);
  /// Same, and passes the counter itself (null when there is one iteration only).
  void loopWithCounter(int64_t count, llvm::function_ref<void(mlir::Value)> body);
  /// Covers [0, size) by tiles: a loop of full ones, then the peeled remainder.
  void tiles(int64_t size, int64_t tile, llvm::function_ref<void(Index start, int64_t n)> body);

  /// A box of device memory as an instruction's operand: dims of (byte-free) element steps.
  Ref hbm(const HbmView &view, const Index &elementOffset, ArrayRef<FreeDim> dims);

  // Instructions. The engine is a default that assignEngines may change.
  void dma(const Ref &dst, const Ref &src, Traffic traffic);
  void gather(const Ref &dst, const Ref &row, const Ref &index, int64_t rowBytes, int64_t rows);
  void scatter(const Ref &row, const Ref &src, const Ref &index, int64_t rowBytes, int64_t rows);
  void loadWeights(const Ref &stationary);
  /// Accumulates except where `first` holds; no `first`: overwrites.
  void matmul(const Ref &dst, const Ref &moving, isa::Cond accumulate, When first = {});
  void activate(const Ref &dst, const Ref &src, isa::Activation function, Scalar scale = 1.0f,
                Scalar bias = 0.0f, isa::ReduceCmd reduce = isa::ReduceCmd::Idle);
  void readReduce(const Ref &dst);
  void tensorTensor(const Ref &dst, const Ref &a, const Ref &b, isa::AluOp op,
                    isa::Engine engine = isa::Engine::Vector);
  void tensorScalar(const Ref &dst, const Ref &src, isa::AluOp op0, Scalar scalar0,
                    bool reverse0 = false, isa::AluOp op1 = isa::AluOp::Bypass,
                    Scalar scalar1 = 0.0f, bool reverse1 = false,
                    isa::Engine engine = isa::Engine::Vector);
  void reduce(const Ref &dst, const Ref &src, isa::AluOp op, unsigned axes, bool negate = false,
              isa::Engine engine = isa::Engine::Vector);
  void copy(const Ref &dst, const Ref &src, isa::Engine engine = isa::Engine::Vector);
  void copyPredicated(const Ref &dst, const Ref &src, const Ref &predicate);
  void reciprocal(const Ref &dst, const Ref &src);
  void memset(const Ref &dst, float value);
  /// dst[p, i] = src[p, i] where p * channel + i * step `op` 0, else fill.
  void affineSelect(const Ref &dst, const Ref &src, isa::AluOp op, float fill, int16_t channel,
                    int16_t step, const Ref *offsetColumn = nullptr);
  void iota(const Ref &dst, int32_t offset, int32_t channelMultiplier);

  /// Any instruction: `refs[i]` fills operand i where it has a buffer.
  void emit(isa::Inst inst, ArrayRef<const Ref *> refs, ArrayRef<When> predicates = {});

  mlir::OpBuilder &mlir() { return builder; }
  /// Whether what is written now repeats.
  bool inLoop() const;

private:
  Ref alloc(isa::Space space, unsigned partitions, int64_t elements, DType dtype, int64_t slots);

  mlir::OpBuilder &builder;
  mlir::Location loc;
  unsigned transfers[2] = {0, 0}; ///< loads and stores so far
};

} // namespace neuron::templates
