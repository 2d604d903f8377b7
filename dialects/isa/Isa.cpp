// The isa dialect: registration, verifiers, and the text of the instruction property.
#include "dialects/isa/Isa.h"

#include "runtime/isa/Text.h"

#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::isa;

#include "dialects/isa/IsaDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/isa/IsaOps.cpp.inc"

void IsaDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/isa/IsaOps.cpp.inc"
      >();
}

std::string isa::instText(const Inst &inst) { return toText(inst); }

llvm::hash_code isa::hashInst(const Inst &inst) { return llvm::hash_value(instText(inst)); }

Attribute isa::instToAttribute(MLIRContext *context, const Inst &inst) {
  return StringAttr::get(context, instText(inst));
}

LogicalResult isa::instFromAttribute(Inst &inst, Attribute attr,
                                     llvm::function_ref<InFlightDiagnostic()> emitError) {
  auto text = dyn_cast_or_null<StringAttr>(attr);
  if (!text)
    return emitError() << "an instruction is a string, found " << attr;
  Status status = parseInst(std::string_view(text.getValue()), inst);
  if (!status.ok())
    return emitError() << status.message();
  return success();
}

ParseResult isa::parseInstText(AsmParser &parser, Inst &inst) {
  std::string text;
  auto location = parser.getCurrentLocation();
  if (parser.parseString(&text))
    return failure();
  Status status = parseInst(text, inst);
  if (!status.ok())
    return parser.emitError(location) << status.message();
  return success();
}

LogicalResult isa::readInst(DialectBytecodeReader &reader, Inst &inst) {
  StringRef text;
  if (failed(reader.readString(text)))
    return failure();
  Status status = parseInst(std::string_view(text), inst);
  if (!status.ok())
    return reader.emitError() << status.message();
  return success();
}

StringAttr isa::layerOf(Location location) {
  StringAttr layer;
  location->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    if (!name)
      return WalkResult::advance();
    layer = name.getName();
    return WalkResult::interrupt();
  });
  return layer;
}

LogicalResult SegmentOp::verify() {
  static constexpr StringRef kinds[] = {"input",  "output",   "state",
                                        "weight", "constant", "scratch"};
  if (!llvm::is_contained(kinds, getKind()))
    return emitOpError() << "has kind '" << getKind()
                         << "', expected input, output, state, weight, constant or scratch";
  auto type = dyn_cast<RankedTensorType>(getType());
  if (!type || !type.hasStaticShape())
    return emitOpError() << "needs a tensor type of static shape, found " << getType();
  int64_t bits = std::max<int64_t>(8, type.getElementTypeBitWidth());
  __int128 needed = bits;
  for (int64_t dim : type.getShape()) {
    needed *= dim;
    if (needed == 0 || needed > INT64_MAX)
      break;
  }
  if (getBytes() < 0 || getBytes() < (needed + 7) / 8)
    return emitOpError() << "(C1) holds " << getBytes() << " bytes, " << type << " needs more";
  if (getIndex() < 0 || getIndex() >= (int64_t(1) << 22))
    return emitOpError() << "(C2) has index " << getIndex() << ", expected 0 to 4194303";
  if (getWeight().has_value() != (getKind() == "weight"))
    return emitOpError() << "(C3) of kind '" << getKind() << "' "
                         << (getWeight() ? "names a weight" : "names no weight");
  return success();
}

LogicalResult LoopOp::verify() {
  if (getCount() < 1 || getCount() > int64_t(UINT32_MAX))
    return emitOpError() << "(C1) has count " << getCount() << ", expected 1 to 4294967295";
  ArrayRef<int64_t> updates = getUpdates();
  if (updates.size() % 3)
    return emitOpError() << "(C2) has " << updates.size() << " update numbers, expected triples";
  for (size_t i = 0; i < updates.size(); i += 3)
    if (updates[i] < 0 || updates[i] >= kNumRegisters || updates[i + 1] < INT16_MIN ||
        updates[i + 1] > INT16_MAX || updates[i + 2] < 0 || updates[i + 2] > UINT32_MAX)
      return emitOpError() << "(C2) update " << i / 3 << " is out of range";
  return success();
}
