// The nn dialect: registration, construction by name, sizes of elements.
#include "dialects/nn/Nn.h"

#include "dialects/nn/NnInfer.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/ADT/TypeSwitch.h"

#include "dialects/nn/NnDialect.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/nn/NnAttributes.cpp.inc"

using namespace mlir;

namespace neuron::nn {

void NnDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/nn/NnAttributes.cpp.inc"
      >();
  insertElementwiseOps(*this);
  insertLinearOps(*this);
  insertNormOps(*this);
  insertReduceOps(*this);
  insertShapeOps(*this);
  insertIndexOps(*this);
  insertStateOps(*this);
  insertControlOps(*this);
}

Operation *NnDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type,
                                          Location location) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, location, type, elements);
}

unsigned elementBytes(Type element) { return (element.getIntOrFloatBitWidth() + 7) / 8; }

int64_t tensorBytes(RankedTensorType type) {
  return type.getNumElements() * elementBytes(type.getElementType());
}

/// What verification would say of operand counts, before inference reads the operands.
static LogicalResult checkOperandCount(OperationName name, Location location, size_t operands) {
  // The segments of optional operands are last, so a count between least and most is enough.
  auto count = [&](size_t least, size_t most) -> LogicalResult {
    if (operands >= least && operands <= most)
      return success();
    return emitError(location) << name << ": " << operands << " operands, expected " << least
                               << (most == least ? "" : " or more");
  };
  if (name.hasTrait<OpTrait::ZeroOperands>())
    return count(0, 0);
  if (name.hasTrait<OpTrait::OneOperand>())
    return count(1, 1);
  for (size_t n = 2; n <= 5; ++n) {
    bool exact = n == 2   ? name.hasTrait<OpTrait::NOperands<2>::Impl>()
                 : n == 3 ? name.hasTrait<OpTrait::NOperands<3>::Impl>()
                 : n == 4 ? name.hasTrait<OpTrait::NOperands<4>::Impl>()
                          : name.hasTrait<OpTrait::NOperands<5>::Impl>();
    if (exact)
      return count(n, n);
  }
  for (size_t n = 1; n <= 3; ++n) {
    bool atLeast = n == 1   ? name.hasTrait<OpTrait::AtLeastNOperands<1>::Impl>()
                   : n == 2 ? name.hasTrait<OpTrait::AtLeastNOperands<2>::Impl>()
                            : name.hasTrait<OpTrait::AtLeastNOperands<3>::Impl>();
    if (atLeast)
      return count(n, n + 1);
  }
  return success();
}

FailureOr<Operation *> createByName(OpBuilder &builder, Location location, StringRef name,
                                    ValueRange operands, ArrayRef<NamedAttribute> attributes) {
  MLIRContext *context = builder.getContext();
  context->getOrLoadDialect<NnDialect>();
  std::optional<RegisteredOperationName> known = RegisteredOperationName::lookup(name, context);
  if (!known)
    return emitError(location) << "no op is called " << name;
  auto *inference = known->getInterface<InferTypeOpInterface>();
  if (!inference)
    return emitError(location) << name << " does not infer its result type";
  if (failed(checkOperandCount(*known, location, operands.size())))
    return failure();

  // The op without results: it holds the properties from which the types follow.
  OperationState bare(location, *known);
  bare.addOperands(operands);
  OwningOpRef<Operation *> draft = Operation::create(bare);
  auto reportAttribute = [&] { return emitError(location) << name << ": "; };
  DictionaryAttr dictionary = builder.getDictionaryAttr(attributes);
  ArrayRef<StringAttr> names = known->getAttributeNames();
  for (NamedAttribute attribute : dictionary)
    if (!llvm::is_contained(names, attribute.getName()))
      return emitError(location) << name << ": there is no attribute '"
                                 << attribute.getName().getValue() << "'";
  NamedAttrList list(dictionary);
  if (!names.empty() && (failed(known->verifyInherentAttrs(list, reportAttribute)) ||
                         failed(draft->setPropertiesFromAttribute(dictionary, reportAttribute))))
    return failure();
  auto given = dyn_cast_or_null<DictionaryAttr>(names.empty() ? Attribute()
                                                              : draft->getPropertiesAsAttribute());
  for (StringAttr required : names)
    if (!given.contains(required))
      return emitError(location) << name << ": attribute '" << required.getValue()
                                 << "' is missing";

  OperationState state(location, *known);
  if (failed(inference->inferReturnTypes(context, location, operands, dictionary,
                                         draft->getPropertiesStorage(), RegionRange(),
                                         state.types)))
    return failure();
  state.addOperands(operands);
  if (given)
    state.propertiesAttr = given;
  return builder.create(state);
}

} // namespace neuron::nn
