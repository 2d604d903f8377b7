// Node: accessors and builders shared by all import functions.

#include "compiler/import/onnx/Node.h"

#include "compiler/import/onnx/GraphImport.h"

#include "mlir/IR/Verifier.h"
#include "onnx/onnx_pb.h"
#include "llvm/ADT/STLExtras.h"

using namespace neuron;
using namespace neuron::importer;
using namespace mlir;
using neuron::driver::Code;
using ::onnx::AttributeProto;

Node::Node(GraphImport &graph, const ::onnx::NodeProto &proto, int64_t opset,
           ArrayRef<Value> operands)
    : graph(graph), message(proto), version(opset), values(operands),
      place(graph.locationOf(proto)) {
  while (!values.empty() && !values.back())
    values.pop_back();
}

StringRef Node::op() const { return message.op_type(); }

unsigned Node::outputs() const { return static_cast<unsigned>(message.output_size()); }

bool Node::wants(unsigned i) const { return i < outputs() && !message.output(i).empty(); }

OpBuilder &Node::builder() { return graph.builder(); }

Value Node::operand(unsigned i) {
  if (has(i))
    return values[i];
  fail(Code::BadNode, "operand " + Twine(i) + " is absent");
  return Value();
}

//===-- reports ---------------------------------------------------------------------------===//

void Node::fail(Code code, const Twine &what) {
  std::vector<std::string> notes;
  for (auto [i, value] : llvm::enumerate(values)) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << "operand " << i << ": ";
    if (value)
      stream << value.getType();
    else
      stream << "absent";
    notes.push_back(text);
  }
  if (!hasFailed)
    (void)graph.diagnostics().error(code, graph.placeOf(message), what, notes);
  hasFailed = true;
}

bool Node::need(bool holds, const Twine &what) {
  if (!holds)
    fail(Code::UnsupportedForm, what);
  return holds;
}

bool Node::valid(bool holds, const Twine &what) {
  if (!holds)
    fail(Code::BadNode, what);
  return holds;
}

//===-- attributes ------------------------------------------------------------------------===//

const AttributeProto *Node::find(StringRef name) const {
  for (const AttributeProto &attribute : message.attribute())
    if (attribute.name() == name)
      return &attribute;
  return nullptr;
}

/// Files before IR version 3 leave the type out; then it follows from what is set.
static bool isType(const AttributeProto &attribute, AttributeProto::AttributeType type) {
  if (attribute.has_type() && attribute.type() != AttributeProto::UNDEFINED)
    return attribute.type() == type;
  switch (type) {
  case AttributeProto::INT:
    return attribute.has_i();
  case AttributeProto::FLOAT:
    return attribute.has_f();
  case AttributeProto::STRING:
    return attribute.has_s();
  case AttributeProto::INTS:
    return attribute.ints_size() > 0;
  case AttributeProto::FLOATS:
    return attribute.floats_size() > 0;
  default:
    return false;
  }
}

int64_t Node::integer(StringRef name, int64_t otherwise) {
  const AttributeProto *attribute = find(name);
  if (!attribute)
    return otherwise;
  valid(isType(*attribute, AttributeProto::INT), "attribute " + name + " is not an integer");
  return failed() ? otherwise : attribute->i();
}

int64_t Node::requiredInteger(StringRef name) {
  valid(find(name) != nullptr, "attribute " + name + " is absent");
  return integer(name, 0);
}

double Node::number(StringRef name, double otherwise) {
  const AttributeProto *attribute = find(name);
  if (!attribute)
    return otherwise;
  if (isType(*attribute, AttributeProto::INT))
    return static_cast<double>(attribute->i());
  valid(isType(*attribute, AttributeProto::FLOAT), "attribute " + name + " is not a number");
  return failed() ? otherwise : attribute->f();
}

StringRef Node::text(StringRef name, StringRef otherwise) {
  const AttributeProto *attribute = find(name);
  if (!attribute)
    return otherwise;
  valid(isType(*attribute, AttributeProto::STRING), "attribute " + name + " is not a string");
  return failed() ? otherwise : StringRef(attribute->s());
}

std::optional<Ints> Node::integers(StringRef name) {
  const AttributeProto *attribute = find(name);
  if (!attribute)
    return std::nullopt;
  bool list = isType(*attribute, AttributeProto::INTS) || attribute->ints_size() == 0;
  valid(list, "attribute " + name + " is not a list of integers");
  return Ints(attribute->ints().begin(), attribute->ints().end());
}

std::optional<Numbers> Node::numbers(StringRef name) {
  const AttributeProto *attribute = find(name);
  if (!attribute)
    return std::nullopt;
  bool list = isType(*attribute, AttributeProto::FLOATS) || attribute->floats_size() == 0;
  valid(list, "attribute " + name + " is not a list of numbers");
  return Numbers(attribute->floats().begin(), attribute->floats().end());
}

//===-- known values ----------------------------------------------------------------------===//

Ints Node::constantIntegers(unsigned i) {
  Value value = operand(i);
  if (failed())
    return {};
  DenseElementsAttr elements = graph.knownElements(value);
  if (!elements) {
    fail(Code::DataDependent, "operand " + Twine(i) + " must be known while compiling");
    return {};
  }
  auto type = dyn_cast<IntegerType>(elements.getElementType());
  if (!valid(type != nullptr, "operand " + Twine(i) + " has no integer elements"))
    return {};
  Ints result;
  for (const APInt &element : elements.getValues<APInt>())
    result.push_back(type.isUnsigned() ? static_cast<int64_t>(element.getZExtValue())
                                       : element.getSExtValue());
  return result;
}

Numbers Node::constantNumbers(unsigned i) {
  Value value = operand(i);
  if (failed())
    return {};
  DenseElementsAttr elements = graph.knownElements(value);
  if (!elements) {
    fail(Code::DataDependent, "operand " + Twine(i) + " must be known while compiling");
    return {};
  }
  Numbers result;
  if (isa<FloatType>(elements.getElementType())) {
    for (APFloat element : elements.getValues<APFloat>()) {
      bool loses = false;
      element.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven, &loses);
      result.push_back(element.convertToDouble());
    }
    return result;
  }
  bool isUnsigned = elements.getElementType().isUnsignedInteger();
  for (const APInt &element : elements.getValues<APInt>())
    result.push_back(element.roundToDouble(/*isSigned=*/!isUnsigned));
  return result;
}

std::optional<Ints> Node::integersFrom(StringRef name, unsigned i, int64_t since) {
  if (opset() < since)
    return integers(name);
  if (!has(i))
    return std::nullopt;
  return constantIntegers(i);
}

int64_t Node::resolveAxis(int64_t axis, int64_t rank) {
  valid(axis >= -rank && axis < rank, "axis " + Twine(axis) + " of a value of rank " + Twine(rank));
  return failed() ? 0 : axis < 0 ? axis + rank : axis;
}

int64_t Node::axis(StringRef name, int64_t otherwise, int64_t rank, int64_t endAllowed) {
  int64_t axis = integer(name, otherwise);
  if (endAllowed && axis == rank)
    return rank;
  return resolveAxis(axis, rank);
}

Ints Node::resolveAxes(ArrayRef<int64_t> axes, int64_t rank) {
  Ints result;
  for (int64_t axis : axes)
    result.push_back(resolveAxis(axis, rank));
  llvm::sort(result);
  valid(std::adjacent_find(result.begin(), result.end()) == result.end(), "an axis repeats");
  return failed() ? Ints() : result;
}

//===-- builders --------------------------------------------------------------------------===//

RankedTensorType Node::type(Value value) const { return cast<RankedTensorType>(value.getType()); }
ArrayRef<int64_t> Node::shape(Value value) const { return type(value).getShape(); }
int64_t Node::rank(Value value) const { return value ? type(value).getRank() : 0; }
Type Node::element(Value value) const { return type(value).getElementType(); }

NamedAttribute Node::attr(StringRef name, int64_t value) {
  return builder().getNamedAttr(name, builder().getI64IntegerAttr(value));
}
NamedAttribute Node::attr(StringRef name, ArrayRef<int64_t> values) {
  return builder().getNamedAttr(name, builder().getDenseI64ArrayAttr(values));
}
NamedAttribute Node::attr(StringRef name, ArrayRef<double> values) {
  return builder().getNamedAttr(name, builder().getDenseF64ArrayAttr(values));
}
NamedAttribute Node::attr(StringRef name, double value) {
  return builder().getNamedAttr(name, builder().getF64FloatAttr(value));
}
NamedAttribute Node::flag(StringRef name, bool value) {
  return builder().getNamedAttr(name, builder().getBoolAttr(value));
}
NamedAttribute Node::word(StringRef name, StringRef value) {
  return builder().getNamedAttr(name, builder().getStringAttr(value));
}

SmallVector<Value> Node::finish(Operation *op) {
  if (mlir::failed(verify(op))) {
    hasFailed = true;
    op->erase();
    return {};
  }
  SmallVector<Value> folded = graph.foldKnown(op);
  return folded.empty() ? SmallVector<Value>(op->getResults()) : folded;
}

SmallVector<Value> Node::makeAll(StringRef name, ValueRange operands,
                                 ArrayRef<NamedAttribute> attributes) {
  if (failed() || llvm::any_of(operands, [](Value value) { return !value; }))
    return {};
  FailureOr<Operation *> op = nn::createByName(builder(), place, name, operands, attributes);
  if (mlir::failed(op)) {
    hasFailed = true;
    return {};
  }
  return finish(*op);
}

Value Node::make(StringRef name, ValueRange operands, ArrayRef<NamedAttribute> attributes) {
  SmallVector<Value> made = makeAll(name, operands, attributes);
  return made.empty() ? Value() : made.front();
}

Value Node::makeTyped(StringRef name, ArrayRef<int64_t> shape, Type element, ValueRange operands,
                      ArrayRef<NamedAttribute> attributes) {
  if (failed() || llvm::any_of(operands, [](Value value) { return !value; }))
    return Value();
  if (!elementCount(shape)) {
    fail(Code::ValueTooLarge, "the result has more than 2^40 elements or 12 dimensions");
    return Value();
  }
  OperationState state(place, name, operands, RankedTensorType::get(shape, element), attributes);
  SmallVector<Value> made = finish(builder().create(state));
  return made.empty() ? Value() : made.front();
}

Value Node::reshape(Value value, ArrayRef<int64_t> to) {
  if (!value || failed() || shape(value) == to)
    return value;
  return makeTyped(nn::ReshapeOp::getOperationName(), to, element(value), value);
}

Value Node::broadcast(Value value, ArrayRef<int64_t> to) {
  value = withRank(value, static_cast<int64_t>(to.size()));
  if (!value || failed() || shape(value) == to)
    return value;
  return makeTyped(nn::BroadcastOp::getOperationName(), to, element(value), value);
}

Value Node::cast(Value value, Type to) {
  if (!value || failed() || element(value) == to)
    return value;
  return makeTyped(nn::CastOp::getOperationName(), shape(value), to, value);
}

Value Node::transpose(Value value, ArrayRef<int64_t> perm) {
  return make<nn::TransposeOp>(value, attr("perm", perm));
}

Value Node::slice(Value value, ArrayRef<int64_t> starts, ArrayRef<int64_t> sizes,
                  ArrayRef<int64_t> steps) {
  return make<nn::SliceOp>(value,
                           {attr("starts", starts), attr("sizes", sizes), attr("steps", steps)});
}

Value Node::withRank(Value value, int64_t wanted) {
  if (!value || failed() || rank(value) >= wanted)
    return value;
  Ints to(static_cast<size_t>(wanted - rank(value)), 1);
  llvm::append_range(to, shape(value));
  return reshape(value, to);
}

SmallVector<Value> Node::aligned(ArrayRef<Value> operands) {
  int64_t most = 0;
  for (Value value : operands)
    most = std::max(most, rank(value));
  return llvm::map_to_vector(operands, [&](Value value) { return withRank(value, most); });
}

Value Node::constant(DenseElementsAttr value) {
  if (!value || failed())
    return Value();
  return nn::ConstantOp::create(builder(), place, value.getType(), value);
}

Value Node::splat(double value, Type element, ArrayRef<int64_t> to) {
  if (failed())
    return Value();
  if (!elementCount(to)) {
    fail(Code::ValueTooLarge, "the result has more than 2^40 elements or 12 dimensions");
    return Value();
  }
  Attribute one;
  if (auto floats = dyn_cast<FloatType>(element))
    one = builder().getFloatAttr(floats, value);
  else
    one = IntegerAttr::get(element, APInt(element.getIntOrFloatBitWidth(),
                                          static_cast<uint64_t>(static_cast<int64_t>(value)),
                                          /*isSigned=*/false, /*implicitTrunc=*/true));
  return constant(DenseElementsAttr::get(RankedTensorType::get(to, element), one));
}

Value Node::integerList(ArrayRef<int64_t> list) {
  auto type = RankedTensorType::get({static_cast<int64_t>(list.size())}, builder().getI64Type());
  return constant(DenseElementsAttr::get(type, list));
}
