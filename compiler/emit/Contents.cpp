// Segments of a program and the bytes that fill them.
#include "compiler/emit/Contents.h"

#include "dialects/isa/Isa.h"
#include "dialects/nn/Nn.h"
#include "passes/eval/HostTensor.h"
#include "passes/eval/ReadWeight.h"
#include "runtime/base/Numbers.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/STLExtras.h"

#include <cmath>

using namespace mlir;
using namespace neuron;
using namespace neuron::emit;

namespace {

constexpr uint64_t kChunkBytes = uint64_t(1) << 20;

/// Appends `size` bytes of `repeated`, again and again.
Status repeat(const RepeatedBytes &repeated, uint64_t size, rt::ContentSink &sink) {
  if (repeated.bytes.empty())
    return Status::error(ErrorCode::Internal, "a content without bytes");
  std::vector<uint8_t> chunk = repeated.bytes;
  while (chunk.size() < std::min(size, kChunkBytes))
    chunk.insert(chunk.end(), repeated.bytes.begin(), repeated.bytes.end());
  for (uint64_t done = 0; done < size; done += chunk.size())
    NEURON_TRY(sink.append(chunk.data(), std::min<uint64_t>(chunk.size(), size - done)));
  return Status::success();
}

/// Appends the elements of a weight in chunks, then zeros up to `size` bytes.
Status stream(const WeightExpr &weight, uint64_t size, const WeightStore &store,
              rt::ContentSink &sink) {
  uint64_t width = byteSize(weight.type());
  int64_t total = weight.elements(), step = int64_t(kChunkBytes / width);
  if (uint64_t(total) * width > size)
    return Status::error(ErrorCode::Internal, "a weight of %llu bytes for a segment of %llu",
                         (unsigned long long)(total * width), (unsigned long long)size);
  std::vector<char> chunk(std::min<uint64_t>(total, step) * width);
  for (int64_t first = 0; first < total; first += step) {
    int64_t count = std::min(step, total - first);
    NEURON_TRY(store.read(weight, first, count, chunk.data()));
    NEURON_TRY(sink.append(chunk.data(), uint64_t(count) * width));
  }
  uint64_t rest = size - uint64_t(total) * width;
  return rest ? repeat({{0}}, rest, sink) : Status::success();
}

rt::SegmentKind kindOf(isa::SegmentOp op) {
  return llvm::StringSwitch<rt::SegmentKind>(op.getKind())
      .Case("input", rt::SegmentKind::Input)
      .Case("output", rt::SegmentKind::Output)
      .Case("state", rt::SegmentKind::State)
      .Case("weight", rt::SegmentKind::Weight)
      .Case("constant", rt::SegmentKind::Constant)
      .Default(rt::SegmentKind::Scratch);
}

/// The name of the model's tensor: the symbol without the index that makes it unique.
std::string interfaceName(isa::SegmentOp op) {
  StringRef name = op.getSymName();
  name.consume_back("." + std::to_string(op.getIndex()));
  return name.str();
}

/// One element as `to`. False where an integer does not fit.
bool convertElement(DType from, const char *element, DType to, uint8_t *out) {
  if (from == DType::Bool || to == DType::Bool || !isInteger(from) || !isInteger(to)) {
    convert(from, element, to, out);
    return true;
  }
  int64_t value = loadInteger(from, element);
  storeInteger(to, value, out);
  return loadInteger(to, out) == value;
}

/// The elements of a constant in the machine's type; one element for a splat.
FailureOr<RepeatedBytes> constantBytes(isa::SegmentOp op, DType to) {
  auto value = op->getAttrOfType<ElementsAttr>("value");
  if (!value)
    return op.emitOpError("of kind 'constant' has no value");
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (dense && dense.isSplat() && dense.getNumElements() > 1)
    value = dense.resizeSplat(RankedTensorType::get({1}, dense.getElementType()));
  auto type = cast<RankedTensorType>(value.getShapedType());
  if (!eval::hostType(type.getElementType()))
    return op.emitOpError() << "has a value of type " << type << ", which is not stored";
  eval::HostTensor tensor = eval::fromAttribute(value);
  unsigned width = byteSize(to);
  RepeatedBytes repeated{std::vector<uint8_t>(tensor.elements() * width)};
  for (int64_t i = 0; i < tensor.elements(); ++i) {
    const char *element = tensor.bytes.data() + i * tensor.elementBytes();
    if (!convertElement(tensor.type, element, to, repeated.bytes.data() + i * width))
      return op.emitOpError() << "holds " << loadInteger(tensor.type, element) << " as element "
                              << i << ", which " << neuron::toText(to)
                              << " of the machine does not hold";
  }
  return repeated;
}

/// Where the bytes of a weight or a constant come from.
LogicalResult collectContent(isa::SegmentOp op, WeightStore &store, const rt::Segment &segment,
                             Contents &contents) {
  uint32_t index = static_cast<uint32_t>(op.getIndex());
  if (segment.kind == rt::SegmentKind::Constant) {
    FailureOr<RepeatedBytes> repeated = constantBytes(op, segment.dtype);
    if (failed(repeated))
      return failure();
    contents.add(index, std::move(*repeated));
    return success();
  }
  auto weight = SymbolTable::lookupNearestSymbolFrom<nn::WeightOp>(op, op.getWeightAttr());
  if (!weight)
    return op.emitOpError() << "names @" << *op.getWeight() << ", which is no nn.weight";
  FailureOr<WeightExpr> expr = eval::makeWeightExpr(weight, store);
  if (failed(expr))
    return failure();
  if (expr->type() != segment.dtype)
    return op.emitOpError() << "is of " << neuron::toText(segment.dtype) << ", its weight of "
                            << neuron::toText(expr->type());
  contents.add(index, std::move(*expr));
  return success();
}

FailureOr<rt::Segment> makeSegment(isa::SegmentOp op) {
  rt::Segment segment;
  auto type = cast<RankedTensorType>(op.getType());
  std::optional<DType> dtype = eval::hostType(type.getElementType());
  if (!dtype)
    return op.emitOpError() << "has elements of " << type.getElementType()
                            << ", which the machine does not hold";
  segment.kind = kindOf(op);
  segment.dtype = *dtype;
  segment.shape.assign(type.getShape().begin(), type.getShape().end());
  segment.bytes = uint64_t(op.getBytes());
  if (segment.isInterface()) {
    if (segment.bytes == 0)
      return op.emitOpError("an input or output without elements cannot be given to a program");
    segment.name = interfaceName(op);
    auto own = op->getAttrOfType<TypeAttr>("interface");
    auto tensor = own ? dyn_cast<RankedTensorType>(own.getValue()) : RankedTensorType();
    std::optional<DType> model = tensor ? eval::hostType(tensor.getElementType()) : std::nullopt;
    if (model && *model != segment.dtype)
      segment.modelType = model;
  } else {
    segment.name = op.getSymName().str();
    segment.bytes = std::max<uint64_t>(segment.bytes, 1);
  }
  return segment;
}

/// Outputs that are the memory of a state.
LogicalResult resolveAliases(ModuleOp module, rt::Program &program) {
  for (auto op : module.getOps<isa::SegmentOp>()) {
    if (!op.getAlias())
      continue;
    auto target = SymbolTable::lookupNearestSymbolFrom<isa::SegmentOp>(op, op.getAliasAttr());
    if (!target)
      return op.emitOpError() << "is an alias of @" << *op.getAlias() << ", which is no segment";
    program.segments[op.getIndex()].alias = static_cast<uint32_t>(target.getIndex());
  }
  return success();
}

LogicalResult checkNames(ModuleOp module, const rt::Program &program) {
  llvm::StringMap<isa::SegmentOp> names;
  for (auto op : module.getOps<isa::SegmentOp>()) {
    const rt::Segment &segment = program.segments[op.getIndex()];
    if (!segment.isInterface())
      continue;
    auto [entry, isNew] = names.try_emplace(segment.name, op);
    if (!isNew)
      return op.emitOpError() << "is named '" << segment.name
                              << "' like another input, output or state";
  }
  return success();
}

} // namespace

Status Contents::deliver(uint32_t segment, uint64_t bytes, const WeightStore &store,
                         rt::ContentSink &sink) const {
  auto source = sources.find(segment);
  if (source == sources.end())
    return Status::error(ErrorCode::Internal, "segment %u has no source", segment);
  if (const auto *weight = std::get_if<WeightExpr>(&source->second))
    return stream(*weight, bytes, store, sink);
  return repeat(std::get<RepeatedBytes>(source->second), bytes, sink);
}

LogicalResult emit::declareSegments(ModuleOp module, WeightStore &store, rt::Program &program,
                                    Contents &contents) {
  int64_t count = 0;
  for (auto op : module.getOps<isa::SegmentOp>())
    count = std::max<int64_t>(count, op.getIndex() + 1);
  if (count > int64_t(rt::kMaxSegments))
    return module.emitError() << count << " tensors in device memory, at most " << rt::kMaxSegments;
  // An index that no op has is a byte that nobody uses.
  rt::Segment unused;
  unused.dtype = DType::U8;
  unused.bytes = 1;
  program.segments.assign(size_t(count), unused);
  std::vector<bool> taken(size_t(count), false);
  for (auto op : module.getOps<isa::SegmentOp>()) {
    if (taken[op.getIndex()])
      return op.emitOpError() << "(C2) has the index " << op.getIndex() << " of another segment";
    taken[op.getIndex()] = true;
    FailureOr<rt::Segment> segment = makeSegment(op);
    if (failed(segment))
      return failure();
    if (segment->hasContent() && failed(collectContent(op, store, *segment, contents)))
      return failure();
    program.segments[op.getIndex()] = std::move(*segment);
  }
  if (failed(resolveAliases(module, program)))
    return failure();
  return checkNames(module, program);
}
