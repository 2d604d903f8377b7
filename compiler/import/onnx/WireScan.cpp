// WireScan: the walk over the wire format and the table of messages that drives it.

#include "compiler/import/onnx/WireScan.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/Twine.h"

using namespace neuron::importer;
using neuron::driver::Code;

namespace {

enum Wire : uint8_t { Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5 };

enum Message : uint8_t {
  Model,
  Graph,
  Node,
  Attribute,
  Tensor,
  SparseTensor,
  ValueInfo,
  Type,
  TensorType,
  Shape,
  Dimension,
  SequenceType,
  MapType,
  Opset,
  Entry,
  Function,
};

/// What the walk does with a field. Packed repeats may also arrive as single values.
enum Action : uint8_t { KeepNumber, KeepBytes, KeepNumbers, Descend, Values };

struct Field {
  uint8_t message;
  uint8_t number;
  Action action;
  uint8_t wire;       ///< of a single value
  uint8_t detail = 0; ///< Message to descend into, or TensorForm of values
};

constexpr uint8_t form(TensorForm f) { return static_cast<uint8_t>(f); }

/// The fields that are kept or looked at; every other field is skipped.
constexpr Field fields[] = {
    {Model, 1, KeepNumber, Varint},
    {Model, 7, Descend, Bytes, Graph},
    {Model, 8, Descend, Bytes, Opset},
    {Model, 25, Descend, Bytes, Function},
    {Graph, 1, Descend, Bytes, Node},
    {Graph, 2, KeepBytes, Bytes},
    {Graph, 5, Descend, Bytes, Tensor},
    {Graph, 11, Descend, Bytes, ValueInfo},
    {Graph, 12, Descend, Bytes, ValueInfo},
    {Graph, 15, Descend, Bytes, SparseTensor},
    {Node, 1, KeepBytes, Bytes},
    {Node, 2, KeepBytes, Bytes},
    {Node, 3, KeepBytes, Bytes},
    {Node, 4, KeepBytes, Bytes},
    {Node, 5, Descend, Bytes, Attribute},
    {Node, 7, KeepBytes, Bytes},
    {Attribute, 1, KeepBytes, Bytes},
    {Attribute, 2, KeepNumber, Fixed32},
    {Attribute, 3, KeepNumber, Varint},
    {Attribute, 4, KeepBytes, Bytes},
    {Attribute, 5, Descend, Bytes, Tensor},
    {Attribute, 6, Descend, Bytes, Graph},
    {Attribute, 7, KeepNumbers, Fixed32},
    {Attribute, 8, KeepNumbers, Varint},
    {Attribute, 9, KeepBytes, Bytes},
    {Attribute, 10, Descend, Bytes, Tensor},
    {Attribute, 11, Descend, Bytes, Graph},
    {Attribute, 14, Descend, Bytes, Type},
    {Attribute, 15, Descend, Bytes, Type},
    {Attribute, 20, KeepNumber, Varint},
    {Attribute, 21, KeepBytes, Bytes},
    {Attribute, 22, Descend, Bytes, SparseTensor},
    {Attribute, 23, Descend, Bytes, SparseTensor},
    {Tensor, 1, KeepNumbers, Varint},
    {Tensor, 2, KeepNumber, Varint},
    {Tensor, 8, KeepBytes, Bytes},
    {Tensor, 13, Descend, Bytes, Entry},
    {Tensor, 14, KeepNumber, Varint},
    {Tensor, 4, Values, Fixed32, form(TensorForm::Float)},
    {Tensor, 5, Values, Varint, form(TensorForm::Int32)},
    {Tensor, 6, Values, Bytes, form(TensorForm::String)},
    {Tensor, 7, Values, Varint, form(TensorForm::Int64)},
    {Tensor, 9, Values, Bytes, form(TensorForm::Raw)},
    {Tensor, 10, Values, Fixed64, form(TensorForm::Double)},
    {Tensor, 11, Values, Varint, form(TensorForm::Uint64)},
    {SparseTensor, 1, Descend, Bytes, Tensor},
    {SparseTensor, 2, Descend, Bytes, Tensor},
    {SparseTensor, 3, KeepNumbers, Varint},
    {ValueInfo, 1, KeepBytes, Bytes},
    {ValueInfo, 2, Descend, Bytes, Type},
    {Type, 1, Descend, Bytes, TensorType},
    {Type, 4, Descend, Bytes, SequenceType},
    {Type, 5, Descend, Bytes, MapType},
    {Type, 8, Descend, Bytes, TensorType},
    {Type, 9, Descend, Bytes, SequenceType},
    {TensorType, 1, KeepNumber, Varint},
    {TensorType, 2, Descend, Bytes, Shape},
    {Shape, 1, Descend, Bytes, Dimension},
    {Dimension, 1, KeepNumber, Varint},
    {Dimension, 2, KeepBytes, Bytes},
    {SequenceType, 1, Descend, Bytes, Type},
    {MapType, 1, KeepNumber, Varint},
    {MapType, 2, Descend, Bytes, Type},
    {Opset, 1, KeepBytes, Bytes},
    {Opset, 2, KeepNumber, Varint},
    {Entry, 1, KeepBytes, Bytes},
    {Entry, 2, KeepBytes, Bytes},
    {Function, 1, KeepBytes, Bytes},
    {Function, 4, KeepBytes, Bytes},
    {Function, 5, KeepBytes, Bytes},
    {Function, 6, KeepBytes, Bytes},
    {Function, 7, Descend, Bytes, Node},
    {Function, 9, Descend, Bytes, Opset},
    {Function, 10, KeepBytes, Bytes},
    {Function, 11, Descend, Bytes, Attribute},
};

const Field *findField(Message message, uint64_t number) {
  for (const Field &field : fields)
    if (field.message == message && field.number == number)
      return &field;
  return nullptr;
}

void appendVarint(std::string &out, uint64_t value) {
  for (; value >= 0x80; value >>= 7)
    out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void appendBytesField(std::string &out, uint64_t number, llvm::StringRef bytes) {
  appendVarint(out, number << 3 | Bytes);
  appendVarint(out, bytes.size());
  out.append(bytes.data(), bytes.size());
}

/// One scan. Methods return false after `fail` has filled the error.
class Walk {
public:
  Walk(llvm::StringRef file, ScanError &error, const ScanLimits &limits)
      : file(file), error(error), limits(limits) {}

  bool message(Message kind, uint64_t begin, uint64_t end, uint32_t depth, std::string &out);

  std::vector<TensorPayload> payloads;

private:
  /// One field as it stands in the file: [at, next) with its value in [value, next).
  struct Item {
    uint64_t number = 0;
    uint8_t wire = 0;
    uint64_t at = 0, value = 0, next = 0;
  };

  bool fail(Code code, uint64_t offset, const llvm::Twine &what) {
    error = {code, offset, what.str()};
    return false;
  }
  bool readItem(uint64_t position, uint64_t end, Item &item);
  bool readLength(uint64_t end, Item &item);
  bool checkWire(const Field &field, const Item &item);
  bool apply(const Field &field, const Item &item, uint32_t depth, std::string &out);
  bool descend(const Field &field, const Item &item, uint32_t depth, std::string &out);
  bool recordValues(const Field &field, const Item &item);
  bool count(uint64_t offset, uint64_t added);

  llvm::StringRef file;
  ScanError &error;
  const ScanLimits &limits;
  uint64_t messages = 0, kept = 0;
  std::vector<size_t> openTensors;
};

bool Walk::count(uint64_t offset, uint64_t added) {
  kept += added;
  if (++messages > limits.messages)
    return fail(Code::TooManyMessages, offset,
                "more than " + llvm::Twine(limits.messages) + " messages and names");
  if (kept > limits.strippedBytes)
    return fail(Code::TooManyMessages, offset,
                "graph structure above " + llvm::Twine(limits.strippedBytes >> 20) + " MiB");
  return true;
}

bool Walk::readLength(uint64_t end, Item &item) {
  uint64_t position = item.value;
  std::optional<uint64_t> length = readVarint(file.take_front(end), position);
  if (!length)
    return fail(Code::Truncated, item.value, "the length of a field is cut");
  item.value = position;
  if (*length > end - position)
    return fail(Code::Truncated, item.at,
                "field " + llvm::Twine(item.number) + " needs " + llvm::Twine(*length) +
                    " bytes, and its message has " + llvm::Twine(end - position));
  item.next = position + *length;
  return true;
}

bool Walk::readItem(uint64_t position, uint64_t end, Item &item) {
  item.at = position;
  std::optional<uint64_t> tag = readVarint(file.take_front(end), position);
  if (!tag)
    return fail(Code::Truncated, item.at, "a field tag is cut or longer than ten bytes");
  item.number = *tag >> 3;
  item.wire = *tag & 7;
  item.value = item.next = position;
  if (item.number == 0 || item.number > 0x1fffffff)
    return fail(Code::BadWire, item.at, "field number " + llvm::Twine(item.number));
  switch (item.wire) {
  case Varint:
    if (!readVarint(file.take_front(end), item.next))
      return fail(Code::Truncated, item.at, "a number is cut or longer than ten bytes");
    return true;
  case Fixed64:
  case Fixed32: {
    uint64_t width = item.wire == Fixed64 ? 8 : 4;
    if (end - position < width)
      return fail(Code::Truncated, item.at, "a number of " + llvm::Twine(width) + " bytes is cut");
    item.next = position + width;
    return true;
  }
  case Bytes:
    return readLength(end, item);
  default:
    return fail(Code::BadWire, item.at, "wire type " + llvm::Twine(unsigned(item.wire)));
  }
}

bool Walk::checkWire(const Field &field, const Item &item) {
  bool packed = (field.action == KeepNumbers || field.action == Values) && item.wire == Bytes;
  if (item.wire == field.wire || packed)
    return true;
  return fail(Code::BadWire, item.at,
              "field " + llvm::Twine(item.number) + " has wire type " +
                  llvm::Twine(unsigned(item.wire)) + ", expected " +
                  llvm::Twine(unsigned(field.wire)));
}

bool Walk::recordValues(const Field &field, const Item &item) {
  TensorPayload &payload = payloads[openTensors.back()];
  TensorForm found = static_cast<TensorForm>(field.detail);
  uint64_t size = item.next - item.value;
  if (size == 0 && found != TensorForm::String)
    return true; // an empty packed list says nothing
  if (payload.form == TensorForm::Empty) {
    payload = {found, item.value, size, payload.at};
    return true;
  }
  if (payload.form == TensorForm::String && found == TensorForm::String)
    return true;
  if (payload.form == found && found != TensorForm::Raw) {
    payload.form = TensorForm::Scattered;
    return true;
  }
  if (payload.form == TensorForm::Scattered && found != TensorForm::Raw)
    return true;
  return fail(Code::BadTensor, item.at, "a tensor stores its values twice");
}

bool Walk::descend(const Field &field, const Item &item, uint32_t depth, std::string &out) {
  std::string inner;
  Message kind = static_cast<Message>(field.detail);
  if (!message(kind, item.value, item.next, depth + 1, inner))
    return false;
  appendBytesField(out, item.number, inner);
  return true;
}

bool Walk::apply(const Field &field, const Item &item, uint32_t depth, std::string &out) {
  if (!checkWire(field, item))
    return false;
  switch (field.action) {
  case Descend:
    return count(item.at, 4) && descend(field, item, depth, out);
  case Values:
    return recordValues(field, item);
  case KeepNumbers:
    // A packed varint of one byte becomes eight bytes in memory; charge it so.
    if (!count(item.at, (item.next - item.at) * (item.wire == Bytes ? 4 : 1)))
      return false;
    break;
  default:
    if (!count(item.at, item.next - item.at))
      return false;
  }
  llvm::StringRef bytes = file.slice(item.at, item.next);
  out.append(bytes.data(), bytes.size());
  return true;
}

bool Walk::message(Message kind, uint64_t begin, uint64_t end, uint32_t depth, std::string &out) {
  if (depth > limits.depth)
    return fail(Code::TooManyMessages, begin,
                "more than " + llvm::Twine(limits.depth) + " levels of nesting");
  if (kind == Tensor) {
    openTensors.push_back(payloads.size());
    payloads.push_back({TensorForm::Empty, begin, 0, begin});
  }
  Item item;
  for (uint64_t position = begin; position < end; position = item.next) {
    if (!readItem(position, end, item))
      return false;
    if (kind == Tensor && item.number == 3)
      return fail(Code::UnsupportedStorage, item.at, "a segmented tensor");
    const Field *field = findField(kind, item.number);
    if (field && !apply(*field, item, depth, out))
      return false;
  }
  if (kind == Tensor) {
    std::string ordinal;
    appendVarint(ordinal, 1 << 3 | Varint);
    appendVarint(ordinal, openTensors.back());
    appendBytesField(out, 3, ordinal);
    openTensors.pop_back();
  }
  return true;
}

} // namespace

std::optional<uint64_t> neuron::importer::readVarint(llvm::StringRef bytes, uint64_t &position) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 70; shift += 7) {
    if (position >= bytes.size())
      return std::nullopt;
    uint8_t byte = static_cast<uint8_t>(bytes[position++]);
    if (shift < 64)
      value |= uint64_t(byte & 0x7f) << shift;
    if (byte < 0x80)
      return value;
  }
  return std::nullopt;
}

std::optional<ScannedModel> neuron::importer::scanModel(llvm::StringRef file, ScanError &error,
                                                        const ScanLimits &limits) {
  Walk walk(file, error, limits);
  ScannedModel model;
  if (!walk.message(Model, 0, file.size(), 0, model.stripped))
    return std::nullopt;
  model.payloads = std::move(walk.payloads);
  return model;
}
