// TensorProto from its wire format.
#include "tools/neuron-run/TensorProto.h"

#include "runtime/base/File.h"
#include "runtime/base/Numbers.h"

namespace neuron::run {
namespace {

using Number = unsigned long long;

// Field numbers of TensorProto.
enum Field : uint32_t {
  kDims = 1,
  kDataType = 2,
  kFloatData = 4,
  kInt32Data = 5,
  kStringData = 6,
  kInt64Data = 7,
  kRawData = 9,
  kDoubleData = 10,
  kUint64Data = 11,
  kExternalData = 13,
  kDataLocation = 14,
};

enum Wire : unsigned { kVarint = 0, kFixed64 = 1, kLengthDelimited = 2, kFixed32 = 5 };

struct TypeRow {
  uint32_t code; ///< of TensorProto.DataType
  DType dtype;
  Field list; ///< the typed list that holds it
};
constexpr TypeRow kTypes[] = {
    {1, DType::F32, kFloatData},     {2, DType::U8, kInt32Data},
    {3, DType::I8, kInt32Data},      {4, DType::U16, kInt32Data},
    {5, DType::I16, kInt32Data},     {6, DType::I32, kInt32Data},
    {7, DType::I64, kInt64Data},     {9, DType::Bool, kInt32Data},
    {10, DType::F16, kInt32Data},    {11, DType::F64, kDoubleData},
    {12, DType::U32, kUint64Data},   {13, DType::U64, kUint64Data},
    {16, DType::Bf16, kInt32Data},   {17, DType::F8E4M3FN, kInt32Data},
    {19, DType::F8E5M2, kInt32Data},
};

const TypeRow *findType(uint64_t code) {
  for (const TypeRow &row : kTypes)
    if (row.code == code)
      return &row;
  return nullptr;
}

class Parser {
public:
  explicit Parser(ByteSpan file) : file(file), reader(file) {}

  Result<HostTensor> parse() {
    while (reader.remaining())
      NEURON_TRY(field());
    const TypeRow *row = findType(typeCode);
    if (!row)
      return Status::error(ErrorCode::Unsupported, "data_type %llu is not read", Number(typeCode));
    type = row;
    tensor.dtype = row->dtype;
    Result<uint64_t> bytes = bytesOf(tensor.dtype, tensor.shape);
    if (!bytes)
      return bytes.status();
    if (raw.size && !lists.empty())
      return Status(ErrorCode::Malformed, "both raw_data and a typed list");
    if (lists.empty())
      tensor.bytes.assign(raw.data, raw.data + raw.size);
    for (const List &list : lists)
      NEURON_TRY(append(list, *bytes));
    if (tensor.bytes.size() != *bytes)
      return Status(ErrorCode::Malformed,
                    typeText(tensor.dtype, tensor.shape) +
                        formatText(" has %llu bytes, the file has %llu", Number(*bytes),
                                   Number(tensor.bytes.size())));
    return std::move(tensor);
  }

private:
  /// One occurrence of a typed list: packed bytes, or a single element.
  struct List {
    uint32_t field;
    ByteSpan bytes;
    bool isVarint;
  };

  Status refuse(const char *what) const {
    return Status::error(ErrorCode::Malformed, "byte %llu: %s", Number(reader.offset()), what);
  }

  static bool varint(ByteReader &from, uint64_t &value) {
    value = 0;
    for (unsigned shift = 0; shift < 70; shift += 7) {
      uint8_t byte = from.read<uint8_t>();
      if (!from.ok())
        return false;
      value |= uint64_t(byte & 0x7f) << (shift & 63);
      if (!(byte & 0x80))
        return true;
    }
    return false;
  }

  Status field() {
    uint64_t key = 0, value = 0;
    if (!varint(reader, key) || key >> 3 == 0 || key >> 32)
      return refuse("no field begins here: not a TensorProto");
    uint64_t begin = reader.offset();
    ByteSpan payload;
    switch (key & 7) {
    case kVarint:
      if (!varint(reader, value))
        return refuse("a number without an end");
      payload = file.slice(begin, reader.offset() - begin);
      break;
    case kFixed64:
      payload = reader.bytes(8);
      break;
    case kFixed32:
      payload = reader.bytes(4);
      break;
    case kLengthDelimited:
      if (!varint(reader, value))
        return refuse("a length without an end");
      payload = reader.bytes(value);
      break;
    default:
      return refuse("an unknown wire type: not a TensorProto");
    }
    if (!reader.ok())
      return refuse("the file ends inside a field");
    return take(static_cast<uint32_t>(key >> 3), static_cast<Wire>(key & 7), payload, value);
  }

  Status take(uint32_t number, Wire wire, ByteSpan payload, uint64_t value) {
    switch (number) {
    case kDims:
      return takeDims(wire, payload);
    case kDataType:
      if (wire != kVarint)
        return refuse("data_type is no number");
      typeCode = value;
      return Status::success();
    case kRawData:
      if (wire != kLengthDelimited)
        return refuse("raw_data is no byte string");
      raw = payload;
      return Status::success();
    case kFloatData:
    case kInt32Data:
    case kInt64Data:
    case kDoubleData:
    case kUint64Data:
      lists.push_back({number, payload, number != kFloatData && number != kDoubleData});
      return Status::success();
    case kStringData:
      return {ErrorCode::Unsupported, "a tensor of strings"};
    case kExternalData:
      return {ErrorCode::Unsupported, "a tensor whose elements are in another file"};
    case kDataLocation:
      if (value != 0)
        return {ErrorCode::Unsupported, "a tensor whose elements are in another file"};
      return Status::success();
    default:
      return Status::success();
    }
  }

  Status takeDims(Wire wire, ByteSpan payload) {
    if (wire != kVarint && wire != kLengthDelimited)
      return refuse("dims are no numbers");
    ByteReader dims(payload);
    while (dims.remaining()) {
      uint64_t size = 0;
      if (!varint(dims, size) || size > kMaxTensorBytes || tensor.shape.size() == 32)
        return refuse("a dim beyond 2^40, a negative one, or more than 32 of them");
      tensor.shape.push_back(size);
    }
    return Status::success();
  }

  /// Elements of one list, at most up to `limit` bytes in all.
  Status append(const List &list, uint64_t limit) {
    if (list.field != type->list)
      return {ErrorCode::Malformed, formatText("elements in field %u, %s has them in field %u",
                                               list.field, toText(type->dtype), type->list)};
    unsigned size = byteSize(tensor.dtype);
    if (!list.isVarint) {
      if (list.bytes.size % size)
        return {ErrorCode::Malformed, "a typed list that ends inside an element"};
      if (list.bytes.size > limit - tensor.bytes.size())
        return {ErrorCode::Malformed, "more elements than the shape has"};
      tensor.bytes.insert(tensor.bytes.end(), list.bytes.data, list.bytes.data + list.bytes.size);
      return Status::success();
    }
    ByteReader values(list.bytes);
    while (values.remaining()) {
      uint64_t value = 0;
      if (!varint(values, value))
        return {ErrorCode::Malformed, "a typed list that ends inside an element"};
      if (size > limit - tensor.bytes.size())
        return {ErrorCode::Malformed, "more elements than the shape has"};
      // Narrow types are held as their bits, sign-extended: the low bytes are the element.
      const uint8_t *low = reinterpret_cast<const uint8_t *>(&value);
      tensor.bytes.insert(tensor.bytes.end(), low, low + size);
    }
    return Status::success();
  }

  ByteSpan file;
  ByteReader reader;
  HostTensor tensor;
  uint64_t typeCode = 0;
  const TypeRow *type = nullptr;
  ByteSpan raw;
  std::vector<List> lists;
};

} // namespace

Result<HostTensor> parseTensorProto(ByteSpan file, const std::string &name) {
  Result<HostTensor> tensor = Parser(file).parse();
  if (!tensor)
    return tensor.status().within(name);
  return tensor;
}

Result<HostTensor> readTensorProto(const std::string &path) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.status();
  return parseTensorProto(file->bytes(), path);
}

} // namespace neuron::run
