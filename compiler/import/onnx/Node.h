// Node: one ONNX node while it is imported: its operands, attributes and results.
//
// Accessors never fail in the caller's face: a missing operand or an ill-typed attribute is
// reported once, the node is marked as failed, and a harmless value is returned; builders given
// a null value return a null value. An import function therefore reads straight through and
// checks failed() only before it computes with sizes. A function that ends without results has
// reported why.

#ifndef NEURON_COMPILER_IMPORT_ONNX_NODE_H
#define NEURON_COMPILER_IMPORT_ONNX_NODE_H

#include "compiler/driver/Diagnostics.h"
#include "dialects/nn/Nn.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <optional>

namespace onnx {
class AttributeProto;
class GraphProto;
class NodeProto;
} // namespace onnx

namespace neuron::importer {

class GraphImport;

using Ints = llvm::SmallVector<int64_t>;
using Numbers = llvm::SmallVector<double>;

class Node {
public:
  Node(GraphImport &graph, const ::onnx::NodeProto &proto, int64_t opset,
       llvm::ArrayRef<mlir::Value> operands);

  // ---- what the node says ----

  const ::onnx::NodeProto &proto() const { return message; }
  int64_t opset() const { return version; }
  llvm::StringRef op() const;
  unsigned outputs() const;
  /// Whether output `i` has a name, so somebody may read it.
  bool wants(unsigned i) const;

  unsigned operands() const { return static_cast<unsigned>(values.size()); }
  bool has(unsigned i) const { return i < values.size() && values[i]; }
  mlir::Value operand(unsigned i);
  llvm::ArrayRef<mlir::Value> allOperands() const { return values; }

  bool hasAttribute(llvm::StringRef name) const { return find(name) != nullptr; }
  int64_t integer(llvm::StringRef name, int64_t otherwise);
  int64_t requiredInteger(llvm::StringRef name);
  double number(llvm::StringRef name, double otherwise);
  llvm::StringRef text(llvm::StringRef name, llvm::StringRef otherwise);
  std::optional<Ints> integers(llvm::StringRef name);
  std::optional<Numbers> numbers(llvm::StringRef name);
  const ::onnx::AttributeProto *find(llvm::StringRef name) const;

  /// The values of operand `i`, which must be known now. Errors: DataDependent.
  Ints constantIntegers(unsigned i);
  Numbers constantNumbers(unsigned i);
  /// `name` as an attribute before opset `since` and as operand `i` from then on; nothing where
  /// neither is present.
  std::optional<Ints> integersFrom(llvm::StringRef name, unsigned i, int64_t since);

  /// Attribute `name` (or `otherwise`) as an axis in [0, rank); `rank` itself is accepted with
  /// `endAllowed`. Errors: BadNode.
  int64_t axis(llvm::StringRef name, int64_t otherwise, int64_t rank, int64_t endAllowed = 0);
  /// `axis` counted from the front, in [0, rank).
  int64_t resolveAxis(int64_t axis, int64_t rank);
  /// All of `axes` resolved, rising, without repeats.
  Ints resolveAxes(llvm::ArrayRef<int64_t> axes, int64_t rank);

  // ---- what is reported ----

  bool failed() const { return hasFailed; }
  void fail(driver::Code code, const llvm::Twine &what);
  /// fail(UnsupportedForm) unless `holds`.
  bool need(bool holds, const llvm::Twine &what);
  /// fail(BadNode) unless `holds`.
  bool valid(bool holds, const llvm::Twine &what);

  // ---- what is built ----

  mlir::RankedTensorType type(mlir::Value value) const;
  llvm::ArrayRef<int64_t> shape(mlir::Value value) const;
  int64_t rank(mlir::Value value) const;
  mlir::Type element(mlir::Value value) const;

  mlir::NamedAttribute attr(llvm::StringRef name, int64_t value);
  mlir::NamedAttribute attr(llvm::StringRef name, int value) { return attr(name, int64_t(value)); }
  mlir::NamedAttribute attr(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
  mlir::NamedAttribute attr(llvm::StringRef name, llvm::ArrayRef<double> values);
  mlir::NamedAttribute attr(llvm::StringRef name, double value);
  mlir::NamedAttribute flag(llvm::StringRef name, bool value);
  mlir::NamedAttribute word(llvm::StringRef name, llvm::StringRef value);

  /// Builds `name` ("nn.add") with inferred type and returns its first result, folded where all
  /// operands are known. Null where an operand is null, or after a report.
  mlir::Value make(llvm::StringRef name, mlir::ValueRange operands,
                   llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  template <class OpTy>
  mlir::Value make(mlir::ValueRange operands,
                   llvm::ArrayRef<mlir::NamedAttribute> attributes = {}) {
    return make(OpTy::getOperationName(), operands, attributes);
  }
  /// As make, with all results.
  llvm::SmallVector<mlir::Value> makeAll(llvm::StringRef name, mlir::ValueRange operands,
                                         llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  /// Builds an op whose type is stated.
  mlir::Value makeTyped(llvm::StringRef name, llvm::ArrayRef<int64_t> shape, mlir::Type element,
                        mlir::ValueRange operands,
                        llvm::ArrayRef<mlir::NamedAttribute> attributes = {});

  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value broadcast(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value cast(mlir::Value value, mlir::Type element);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> perm);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> starts,
                    llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<int64_t> steps);
  /// `value` with ones in front, so that its rank is `rank`.
  mlir::Value withRank(mlir::Value value, int64_t rank);
  /// All of `operands` with ones in front up to the largest rank.
  llvm::SmallVector<mlir::Value> aligned(llvm::ArrayRef<mlir::Value> operands);
  /// The same number everywhere, of `shape`.
  mlir::Value splat(double value, mlir::Type element, llvm::ArrayRef<int64_t> shape);
  /// A list of integers as a tensor of rank 1.
  mlir::Value integerList(llvm::ArrayRef<int64_t> values);
  mlir::Value constant(mlir::DenseElementsAttr value);

  void result(mlir::Value value) { produced.push_back(value); }
  llvm::ArrayRef<mlir::Value> results() const { return produced; }

  GraphImport &importer() { return graph; }
  mlir::OpBuilder &builder();
  mlir::Location location() const { return place; }

private:
  llvm::SmallVector<mlir::Value> finish(mlir::Operation *op);

  GraphImport &graph;
  const ::onnx::NodeProto &message;
  int64_t version;
  llvm::SmallVector<mlir::Value> values, produced;
  mlir::Location place;
  bool hasFailed = false;
};

} // namespace neuron::importer

#endif
