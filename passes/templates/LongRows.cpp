// Rows longer than a partition; see LongRows.h.
#include "passes/templates/LongRows.h"

#include "passes/templates/MapReduce.h"

#include <limits>

using namespace mlir;
using namespace neuron;
using namespace neuron::templates;

namespace {

/// One f32 value a row, and that value seen along the row.
struct Statistic {
  HbmView home, spread;
};

class LongRowsEmitter {
public:
  LongRowsEmitter(Context &context, const LongRows &rows) : context(context), rows(rows) {
    for (size_t d = rows.across; d < rows.input.shape.size(); ++d)
      length *= rows.input.shape[d];
  }

  /// What the body makes of every element, combined along the row, times `finish`.
  Statistic reduce(isa::AluOp combine, float identity, float finish, ArrayRef<Statistic> statistics,
                   MapBody body) {
    ArrayRef<int64_t> shape = rows.input.shape;
    MapReduce problem;
    problem.parallel.assign(shape.begin(), shape.begin() + rows.across);
    problem.reduced.assign(shape.begin() + rows.across, shape.end());
    problem.inputs = {rows.input};
    for (const Statistic &statistic : statistics)
      problem.inputs.push_back(statistic.spread);
    Statistic result = spread(context.homes.scratch(DType::F32, problem.parallel));
    problem.output = result.home;
    problem.temporaries = 1;
    problem.combine = combine;
    problem.identity = identity;
    problem.finish = finish;
    lowerMapReduce(context, problem, body);
    return result;
  }

  /// body(statistic), one value a row.
  Statistic apply(const Statistic &statistic, MapBody body) {
    MapReduce problem;
    problem.parallel = statistic.home.shape;
    problem.inputs = {statistic.home};
    problem.temporaries = 1;
    Statistic result = spread(context.homes.scratch(DType::F32, problem.parallel));
    problem.output = result.home;
    lowerMapReduce(context, problem, body);
    return result;
  }

  /// output = body(input, others), element by element.
  void map(ArrayRef<HbmView> others, MapBody body) {
    MapReduce problem;
    problem.parallel = rows.input.shape;
    problem.inputs = {rows.input};
    problem.inputs.append(others.begin(), others.end());
    problem.output = rows.output;
    problem.temporaries = 3;
    lowerMapReduce(context, problem, body);
  }

  int64_t length = 1;

private:
  Statistic spread(HbmView home) const {
    Statistic statistic{home, home};
    statistic.spread.shape = rows.input.shape;
    statistic.spread.strides.append(rows.input.shape.size() - rows.across, 0);
    return statistic;
  }

  Context &context;
  const LongRows &rows;
};

Ref like(TileBuilder &tiles, const Ref &ref) {
  return tiles.sbuf(ref.partitions, ref.columns(), DType::F32);
}

void copyBody(TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) { tiles.copy(dst, in[0]); }

} // namespace

void templates::lowerLongSoftmax(Context &context, const LongRows &rows, bool logarithm) {
  LongRowsEmitter emitter(context, rows);
  Statistic largest =
      emitter.reduce(isa::AluOp::Max, -std::numeric_limits<float>::infinity(), 1, {}, copyBody);
  auto exponentials = [](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
    Ref shifted = like(tiles, dst);
    tiles.tensorTensor(shifted, in[0], in[1], isa::AluOp::Subtract);
    tiles.activate(dst, shifted, isa::Activation::Exp);
  };
  Statistic sum = emitter.reduce(isa::AluOp::Add, 0, 1, {largest}, exponentials);
  Statistic last = emitter.apply(sum, [&](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
    if (logarithm)
      tiles.activate(dst, in[0], isa::Activation::Log);
    else
      tiles.reciprocal(dst, in[0]);
  });
  emitter.map({largest.spread, last.spread}, [&](TileBuilder &tiles, ArrayRef<Ref> in,
                                                 const Ref &dst) {
    Ref part = like(tiles, dst);
    if (logarithm)
      tiles.tensorTensor(part, in[0], in[1], isa::AluOp::Subtract);
    else
      exponentials(tiles, in, part);
    tiles.tensorTensor(dst, part, in[2], logarithm ? isa::AluOp::Subtract : isa::AluOp::Multiply);
  });
}

void templates::lowerLongNorm(Context &context, const LongRows &rows,
                              const RowParameters &parameters) {
  LongRowsEmitter emitter(context, rows);
  float share = 1.0f / float(emitter.length);
  SmallVector<Statistic, 1> statistics;
  if (parameters.centred)
    statistics.push_back(emitter.reduce(isa::AluOp::Add, 0, share, {}, copyBody));
  auto centred = [&](TileBuilder &tiles, ArrayRef<Ref> in) {
    if (!parameters.centred)
      return in[0];
    Ref difference = like(tiles, in[0]);
    tiles.tensorTensor(difference, in[0], in[1], isa::AluOp::Subtract);
    return difference;
  };
  Statistic variance =
      emitter.reduce(isa::AluOp::Add, 0, share, statistics,
                     [&](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
                       tiles.activate(dst, centred(tiles, in), isa::Activation::Square);
                     });
  Statistic inverse =
      emitter.apply(variance, [&](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
        Ref deviation = like(tiles, dst);
        tiles.tensorScalar(deviation, in[0], isa::AluOp::Add, parameters.epsilon);
        tiles.activate(dst, deviation, isa::Activation::Rsqrt);
      });
  SmallVector<HbmView> others;
  if (parameters.centred)
    others.push_back(statistics[0].spread);
  others.push_back(inverse.spread);
  others.push_back(parameters.scale);
  if (parameters.bias)
    others.push_back(*parameters.bias);
  size_t at = parameters.centred ? 2 : 1;
  emitter.map(others, [&](TileBuilder &tiles, ArrayRef<Ref> in, const Ref &dst) {
    Ref product = like(tiles, dst);
    tiles.tensorTensor(product, centred(tiles, in), in[at], isa::AluOp::Multiply);
    Ref scaled = parameters.bias ? like(tiles, dst) : dst;
    tiles.tensorTensor(scaled, product, in[at + 1], isa::AluOp::Multiply);
    if (parameters.bias)
      tiles.tensorTensor(dst, scaled, in[at + 2], isa::AluOp::Add);
  });
}
