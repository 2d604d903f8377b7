// Element by element; see Difference.h.
#include "test/compiler/device/Difference.h"

#include "dialects/nn/Nn.h"
#include "dialects/nn/ScalarBody.h"

#include "llvm/Support/FormatVariadic.h"

#include <cmath>

using namespace mlir;
using namespace neuron;

namespace {

constexpr double kPlace = 0x1p-23; ///< of fp32

int64_t elementsOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getNumElements() : 1;
}

bool isFloats(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && mlir::isa<FloatType>(type.getElementType());
}

bool isExact(Operation *op) {
  return mlir::isa<nn::ReshapeOp, nn::TransposeOp, nn::BroadcastOp, nn::SliceOp, nn::ConcatOp,
                   nn::PadOp, nn::GatherOp, nn::SelectOp, nn::NegateOp, nn::AbsOp, nn::MaximumOp,
                   nn::MinimumOp, nn::ReluOp, nn::ReduceMaxOp, nn::ReduceMinOp, nn::MaxPoolOp,
                   nn::ConstantOp, nn::SignOp, nn::TileOp, nn::FloorOp, nn::CeilOp>(op);
}

/// Elements of the operands that one element of the result depends on, at most.
double summedLength(Operation *op) {
  if (nn::isElementwise(op))
    return 1;
  int64_t most = 1;
  for (Value operand : op->getOperands())
    if (isFloats(operand))
      most = std::max(most, elementsOf(operand));
  if (auto product = dyn_cast<nn::MatmulOp>(op))
    return double(cast<RankedTensorType>(product.getLhs().getType()).getShape().back());
  return double(most);
}

/// Roundings of one op, in places of fp32.
double places(Operation *op) {
  bool rounds = llvm::any_of(op->getResults(), isFloats) && !isExact(op);
  if (!rounds)
    return 0;
  const nn::ScalarRow *row = nn::findScalarRow(op->getName().getStringRef());
  return row ? 1 + row->tolerance / kPlace : 4 + 2 * std::sqrt(summedLength(op));
}

} // namespace

test::Tolerance test::frameworkTolerance(DType type) {
  if (isInteger(type))
    return {0, 0};
  if (type == DType::Bf16)
    return {8e-3, 2e-2};
  if (type == DType::F16)
    return {1e-3, 4e-3};
  return {2e-6, 2e-5};
}

test::Tolerance test::arithmeticTolerance(func::FuncOp function, DType type) {
  if (isInteger(type))
    return {0, 0};
  double total = 0;
  unsigned rounding = 0;
  function.walk([&](Operation *op) {
    total += places(op);
    rounding += places(op) > 0;
  });
  double own = type == DType::Bf16 ? 0x1p-8 : type == DType::F16 ? 0x1p-11 : 0;
  double share = total * kPlace + 2 * rounding * own;
  return {share, share};
}

std::string test::difference(const eval::HostTensor &got, const eval::HostTensor &want,
                             Tolerance tolerance) {
  if (got.type != want.type || got.shape != want.shape)
    return "another type or shape";
  std::vector<double> have = eval::load<double>(got), exact = eval::load<double>(want);
  double scale = 0;
  for (double value : exact)
    if (std::isfinite(value))
      scale = std::max(scale, std::fabs(value));
  for (size_t i = 0; i < have.size(); ++i) {
    bool same = have[i] == exact[i] || (std::isnan(have[i]) && std::isnan(exact[i]));
    double allowed = tolerance.ofLargest * scale + tolerance.relative * std::fabs(exact[i]);
    if (!same && !(std::fabs(have[i] - exact[i]) <= allowed))
      return llvm::formatv("element {0}: {1:E10}, expected {2:E10}, {3:E2} allowed", i, have[i],
                           exact[i], allowed);
  }
  return "";
}

namespace {

template <class ToleranceOf>
std::string firstDifference(const eval::Tensors &got, const eval::Tensors &want,
                            ToleranceOf toleranceOf) {
  for (size_t i = 0; i < got.size() && i < want.size(); ++i) {
    std::string what = test::difference(got[i], want[i], toleranceOf(got[i].type));
    if (!what.empty())
      return llvm::formatv("output {0} {1}", i, what);
  }
  return got.size() == want.size() ? "" : "another number of outputs";
}

} // namespace

std::string test::difference(const eval::Tensors &got, const eval::Tensors &want) {
  return firstDifference(got, want, frameworkTolerance);
}

std::string test::difference(const eval::Tensors &got, const eval::Tensors &want,
                             func::FuncOp function) {
  return firstDifference(got, want,
                         [&](DType type) { return arithmeticTolerance(function, type); });
}
