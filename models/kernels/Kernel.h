// A kernel written as one sequential program of loops and instructions on tiles.
//
// Its author says what a published description says: loop order, tiles and their slots, engines
// and queues. Streams, registers and semaphores are made from that (`Weave.cpp`): a tile belongs
// to the loop in which it is declared, every iteration has a fresh one, and `slots` of them exist;
// accesses by different engines or queues to one tile are ordered by semaphores, those by one
// engine by `after`. Streams run ahead of each other by the slots alone.
//
//   Kernel k("trn1", Values::Yes);
//   Tensor x = k.input("x", DType::F32, 1024, 512, 1), y = k.output("y", DType::F32, 1024, 512);
//   k.loop(8, [&](Index i) {
//     Tile t = k.sbuf("t", DType::F32, 128, 512, 2);
//     k.dma(t.all(), x.block(i * 128, 0, 128, 512), 0);
//     k.activate(t.all(), t.all(), Activation::Exp);
//     k.dma(y.block(i * 128, 0, 128, 512), t.all(), 10);
//   });
//
// What cannot be built (memory that does not fit, too many semaphores) is kept and returned by
// `finish`. The result is an assembly file: `toText` shows it, `sim::AsmImage` runs it.
#pragma once

#include "runtime/isa/AsmFile.h"

#include <functional>
#include <memory>

namespace neuron::kernels {

using isa::Activation;
using isa::AluOp;
using isa::Engine;
using isa::ReduceCmd;
using isa::Space;

enum class Values : uint8_t { No, Yes }; ///< inputs have contents, results can be compared

/// The iteration of a loop, and sums of multiples of such.
struct Affine {
  int64_t constant = 0;
  std::vector<std::pair<unsigned, int64_t>> terms; ///< loop, factor
  Affine(int64_t value = 0) : constant(value) {}
  int64_t factorOf(unsigned loop) const;
};
struct Index {
  unsigned loop = 0;
  operator Affine() const;
};
Affine operator+(Affine a, const Affine &b);
Affine operator*(Affine a, int64_t factor);
inline Affine operator*(Index i, int64_t factor) { return Affine(i) * factor; }
inline Affine operator+(Index i, const Affine &b) { return Affine(i) + b; }

/// A count and its step in elements, outermost first.
struct Extent {
  uint64_t count;
  int64_t step;
};
using Extents = std::vector<Extent>;

/// What an operand says, and which tile it belongs to.
struct View {
  int tile = -1; ///< none: a tensor that is only read, or only written
  isa::Operand operand;
  Affine bytes; ///< beyond the operand's base
  /// Partitions [first, first + count) of the tile.
  View lanes(unsigned first, unsigned count) const;
  View as(DType dtype) const; ///< the same bytes read as another type of the same width
};

/// On-chip memory: `partitions` x `elements`, in slots.
struct Tile {
  int number = -1;
  Space space = Space::Sbuf;
  DType dtype = DType::F32;
  unsigned partitions = 0;
  uint64_t elements = 0;
  int64_t base = 0;

  View all() const { return at(0, elements); }
  /// `count` elements from `first` on, in all partitions.
  View at(const Affine &first, uint64_t count) const;
  View grid(const Affine &first, const Extents &extents) const;
};

/// Device memory, row-major with two dims.
struct Tensor {
  int number = -1; ///< segment
  int tile = -1;
  DType dtype = DType::F32;
  uint64_t rows = 0, columns = 0;

  View block(const Affine &row, const Affine &column, uint64_t count, uint64_t width) const;
  View grid(const Affine &element, const Extents &extents) const;
};

/// A number, or one value per partition.
struct Scalar {
  float number = 0;
  const View *column = nullptr;
  Scalar(float value) : number(value) {}
  Scalar(const View &view) : column(&view) {}
};

struct ActivateOptions {
  float scale = 1, bias = 0;
  const View *scaleColumn = nullptr, *biasColumn = nullptr;
  ReduceCmd reduce = ReduceCmd::Idle;
};

struct Accumulate {
  enum Kind : uint8_t { Never, Always, UnlessFirst } kind = Never;
  Index of;
  static Accumulate always() { return {Always, {}}; }
  static Accumulate unlessFirst(Index of) { return {UnlessFirst, of}; }
};

/// What a result must be: every element within tolerance times the largest expected magnitude,
/// at least 1.
struct Expected {
  int tensor = 0;
  std::vector<double> values;
  double tolerance = 0;
};

struct Node; // Program.h

class Kernel {
public:
  Kernel(const std::string &machine, Values values);
  ~Kernel();

  const target::Machine &machine() const { return *row; }
  bool withValues() const { return values == Values::Yes; }

  Tensor input(const char *name, DType dtype, uint64_t rows, uint64_t columns, uint64_t seed);
  Tensor constant(const char *name, DType dtype, uint64_t rows, uint64_t columns,
                  std::vector<double> content);
  Tensor output(const char *name, DType dtype, uint64_t rows, uint64_t columns);
  /// Written and read back; ordered like a tile of the loop it is declared in.
  Tensor scratch(const char *name, DType dtype, uint64_t rows, uint64_t columns);
  Tile sbuf(DType dtype, unsigned partitions, uint64_t elements, unsigned slots = 1);
  /// Whole banks.
  Tile psum(DType dtype, unsigned partitions, uint64_t elements, unsigned slots = 1);

  void loop(uint64_t count, const std::function<void(Index)> &body);
  /// What the body adds to the open loop executes `lag` iterations later than the rest: a
  /// software pipeline. In a step of the loop, nodes of one engine go by rank, then as written.
  void stage(unsigned lag, int rank, const std::function<void()> &body);
  void inFlight(unsigned queue, unsigned transfers);
  /// Hardware describes the transfers of the queue when they are triggered.
  void described(unsigned queue);

  void dma(const View &dst, const View &src, unsigned queue);
  void dmaTranspose(const View &dst, const View &src, unsigned queue);
  void ldweights(const View &stationary);
  void matmul(const View &dst, const View &moving, Accumulate accumulate = {},
              bool passThrough = false);
  void activate(const View &dst, const View &src, Activation function,
                const ActivateOptions &options = {});
  void readReduce(const View &dst);
  void loadTable(Activation function);
  void tensorTensor(const View &dst, const View &a, const View &b, AluOp op,
                    Engine engine = Engine::Vector);
  void tensorScalar(const View &dst, const View &src, AluOp op0, Scalar s0,
                    AluOp op1 = AluOp::Bypass, Scalar s1 = 0.0f, Engine engine = Engine::Vector);
  void tensorScalarReduce(const View &dst, const View &src, const View &result, AluOp op0,
                          Scalar s0, AluOp reduce);
  void scalarTensorTensor(const View &dst, const View &src, AluOp op0, Scalar s0, AluOp op1,
                          const View &b);
  void scan(const View &dst, const View &a, const View &b, AluOp op0, AluOp op1, Scalar initial);
  void reduce(const View &dst, const View &src, AluOp op, unsigned axes = 1, bool negate = false);
  void copy(const View &dst, const View &src, Engine engine = Engine::Vector);
  void reciprocal(const View &dst, const View &src);
  void memset(const View &dst, float value, Engine engine = Engine::Vector);

  /// The content of an input, rounded to its type. Only with values.
  std::vector<double> contentOf(const Tensor &tensor) const;
  void expect(const Tensor &tensor, std::vector<double> values, double tolerance);

  /// The file with its streams. Errors: InvalidArgument for what does not fit.
  Result<isa::AsmFile> finish();
  const std::vector<Expected> &expected() const { return results; }

private:
  friend class Weaver;
  struct TileFacts {
    Node *level = nullptr; ///< the loop it belongs to
    unsigned slots = 1;
    int64_t slotBytes = 0;
    Space space = Space::Sbuf;
  };
  Tensor tensor(const char *name, DType dtype, uint64_t rows, uint64_t columns,
                isa::TensorRole role, isa::Expression content);
  Node &add(isa::Inst inst, std::initializer_list<const View *> views);
  void problem(const std::string &what);

  const target::Machine *row;
  Values values;
  isa::AsmFile file;
  std::unique_ptr<Node> root;
  Node *open = nullptr; ///< the innermost loop
  unsigned numLoops = 0, openLag = 0;
  int openRank = 0;
  int64_t sbufUsed = 0, psumUsed = 0;
  std::vector<TileFacts> tiles;
  std::vector<Expected> results;
  std::string firstProblem;
};

} // namespace neuron::kernels
