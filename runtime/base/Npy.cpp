// The .npy format: header, checks, elements.
#include "runtime/base/Npy.h"

#include "runtime/base/File.h"
#include "runtime/base/Numbers.h"

#include <cstring>

namespace neuron {
namespace {

constexpr char kMagic[] = "\x93NUMPY";
constexpr unsigned kMagicBytes = 6;
constexpr unsigned kMaxRank = 32;
/// A header says three things; NumPy pads it to 64 bytes.
constexpr uint32_t kMaxHeaderBytes = 1 << 16;

struct TypeRow {
  const char *descr;
  DType dtype;
};
constexpr TypeRow kTypes[] = {
    {"f2", DType::F16}, {"f4", DType::F32}, {"f8", DType::F64}, {"i1", DType::I8},
    {"i2", DType::I16}, {"i4", DType::I32}, {"i8", DType::I64}, {"u1", DType::U8},
    {"u2", DType::U16}, {"u4", DType::U32}, {"u8", DType::U64}, {"b1", DType::Bool},
};

/// Reads the literal of a header; positions are bytes of the file.
class HeaderParser {
public:
  HeaderParser(ByteSpan text, uint64_t origin) : text(text), origin(origin) {}

  Status parse(std::string &descr, bool &isFortran, std::vector<uint64_t> &shape) {
    bool seen[3] = {};
    NEURON_TRY(expect('{'));
    while (!accept('}')) {
      std::string key;
      NEURON_TRY(string(key));
      NEURON_TRY(expect(':'));
      unsigned which = key == "descr" ? 0 : key == "fortran_order" ? 1 : key == "shape" ? 2 : 3;
      if (which == 3 || seen[which])
        return refuse(which == 3 ? "an unknown key" : "a key for the second time");
      seen[which] = true;
      NEURON_TRY(which == 0 ? string(descr) : which == 1 ? boolean(isFortran) : tuple(shape));
      if (!accept(',')) {
        NEURON_TRY(expect('}'));
        break;
      }
    }
    skipSpace();
    if (position != text.size)
      return refuse("text behind the closing brace");
    if (!seen[0] || !seen[1] || !seen[2])
      return refuse("a key is missing: descr, fortran_order and shape are needed");
    return Status::success();
  }

private:
  Status refuse(const char *what) const {
    return Status::error(ErrorCode::Malformed, "byte %llu of the header: %s",
                         static_cast<unsigned long long>(origin + position), what);
  }

  void skipSpace() {
    while (position < text.size && std::strchr(" \t\n", text.data[position]) && text.data[position])
      ++position;
  }

  bool accept(char wanted) {
    skipSpace();
    if (position >= text.size || text.data[position] != static_cast<uint8_t>(wanted))
      return false;
    ++position;
    return true;
  }

  Status expect(char wanted) {
    if (accept(wanted))
      return Status::success();
    return refuse(formatText("expected '%c'", wanted).c_str());
  }

  Status string(std::string &value) {
    skipSpace();
    if (position >= text.size || (text.data[position] != '\'' && text.data[position] != '"'))
      return refuse("expected a string (structured types are not read)");
    uint8_t quote = text.data[position++];
    value.clear();
    while (position < text.size && text.data[position] != quote) {
      uint8_t byte = text.data[position];
      if (byte < 0x20 || byte > 0x7e || byte == '\\' || value.size() == 64)
        return refuse("a string that no key or type has");
      value += static_cast<char>(byte);
      ++position;
    }
    if (position >= text.size)
      return refuse("a string that does not end");
    ++position;
    return Status::success();
  }

  Status boolean(bool &value) {
    skipSpace();
    for (const char *word : {"True", "False"}) {
      size_t length = std::strlen(word);
      if (text.size - position >= length && std::memcmp(text.data + position, word, length) == 0) {
        value = word[0] == 'T';
        position += length;
        return Status::success();
      }
    }
    return refuse("expected True or False");
  }

  Status tuple(std::vector<uint64_t> &shape) {
    NEURON_TRY(expect('('));
    shape.clear();
    while (!accept(')')) {
      uint64_t size = 0;
      NEURON_TRY(number(size));
      if (shape.size() == kMaxRank)
        return refuse("more than 32 dims");
      shape.push_back(size);
      if (accept(','))
        continue;
      // One dim needs its comma: (3,) is a tuple, (3) is a number.
      if (shape.size() == 1)
        return refuse("expected ','");
      NEURON_TRY(expect(')'));
      break;
    }
    return Status::success();
  }

  Status number(uint64_t &value) {
    skipSpace();
    uint64_t start = position;
    value = 0;
    while (position < text.size && text.data[position] >= '0' && text.data[position] <= '9') {
      if (value > (kMaxTensorBytes << 8))
        return refuse("a dim beyond 2^48");
      value = value * 10 + (text.data[position++] - '0');
    }
    return position == start ? refuse("expected a dim, 0 or more") : Status::success();
  }

  ByteSpan text;
  uint64_t origin;
  uint64_t position = 0;
};

Result<DType> typeOf(const std::string &descr) {
  if (!descr.empty() && descr[0] == '>')
    return Status(ErrorCode::Unsupported,
                  "type '" + descr + "' is big-endian; save it as little-endian");
  bool isOneByte = descr.size() == 3 && descr[2] == '1';
  if (descr.size() == 3 && (descr[0] == '<' || ((descr[0] == '|' || descr[0] == '=') && isOneByte)))
    for (const TypeRow &row : kTypes)
      if (descr.compare(1, 2, row.descr) == 0)
        return row.dtype;
  return Status(ErrorCode::Unsupported,
                "type '" + descr + "' is not read; known are f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8 b1");
}

/// Where header and elements lie, from the fixed part of the file.
Status findParts(ByteSpan file, ByteSpan &header, ByteSpan &elements) {
  ByteReader reader(file);
  ByteSpan magic = reader.bytes(kMagicBytes);
  if (!reader.ok() || std::memcmp(magic.data, kMagic, kMagicBytes) != 0)
    return {ErrorCode::Malformed, "not a .npy file: it does not begin with \\x93NUMPY"};
  unsigned major = reader.read<uint8_t>(), minor = reader.read<uint8_t>();
  if (!reader.ok() || major < 1 || major > 3 || minor != 0)
    return Status::error(ErrorCode::Malformed, "byte 6: version %u.%u, known are 1.0, 2.0 and 3.0",
                         major, minor);
  uint32_t length = major == 1 ? reader.read<uint16_t>() : reader.read<uint32_t>();
  if (length > kMaxHeaderBytes)
    return Status::error(ErrorCode::Malformed, "byte 8: a header of %u bytes, at most %u", length,
                         kMaxHeaderBytes);
  header = reader.bytes(length);
  if (!reader.ok())
    return Status::error(ErrorCode::Malformed, "byte %llu: the file ends inside its header",
                         static_cast<unsigned long long>(file.size));
  elements = reader.bytes(reader.remaining());
  return Status::success();
}

Result<HostTensor> parseParts(ByteSpan file) {
  ByteSpan header, elements;
  NEURON_TRY(findParts(file, header, elements));
  HostTensor tensor;
  std::string descr;
  bool isFortran = false;
  HeaderParser parser(header, static_cast<uint64_t>(header.data - file.data));
  NEURON_TRY(parser.parse(descr, isFortran, tensor.shape));
  Result<DType> dtype = typeOf(descr);
  if (!dtype)
    return dtype.status();
  tensor.dtype = *dtype;
  // One dim or fewer lies the same way in both orders.
  if (isFortran && tensor.shape.size() > 1)
    return Status(ErrorCode::Unsupported,
                  "elements are in Fortran order; save numpy.ascontiguousarray of it");
  Result<uint64_t> bytes = bytesOf(tensor.dtype, tensor.shape);
  if (!bytes)
    return bytes.status();
  if (elements.size != *bytes)
    return Status(ErrorCode::Malformed,
                  formatText("byte %llu: %llu bytes of elements, ",
                             static_cast<unsigned long long>(file.size - elements.size),
                             static_cast<unsigned long long>(elements.size)) +
                      typeText(tensor.dtype, tensor.shape) +
                      formatText(" has %llu", static_cast<unsigned long long>(*bytes)));
  tensor.bytes.assign(elements.data, elements.data + elements.size);
  return tensor;
}

std::string headerText(const char *descr, const std::vector<uint64_t> &shape) {
  std::string text = std::string("{'descr': '") + descr + "', 'fortran_order': False, 'shape': (";
  for (size_t d = 0; d < shape.size(); ++d)
    text += (d ? ", " : "") + std::to_string(shape[d]);
  text += shape.size() == 1 ? ",), }" : "), }";
  // Elements begin at a multiple of 64; the last byte of the header is a line end.
  while ((kMagicBytes + 4 + text.size() + 1) % 64)
    text += ' ';
  return text + '\n';
}

} // namespace

Result<HostTensor> parseNpy(ByteSpan file, const std::string &name) {
  Result<HostTensor> tensor = parseParts(file);
  if (!tensor)
    return tensor.status().within(name);
  return tensor;
}

Result<HostTensor> readNpy(const std::string &path) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.status();
  return parseNpy(file->bytes(), path);
}

Status writeNpy(const std::string &path, const HostTensor &tensor) {
  const TypeRow *row = nullptr;
  for (const TypeRow &candidate : kTypes)
    if (candidate.dtype == tensor.dtype)
      row = &candidate;
  ByteSpan elements{tensor.bytes.data(), tensor.bytes.size()};
  std::vector<float> widened;
  if (!row) {
    widened.resize(tensor.elements());
    loadRow(tensor.dtype, tensor.bytes.data(), widened.data(), widened.size());
    elements = {reinterpret_cast<const uint8_t *>(widened.data()), widened.size() * sizeof(float)};
  }
  std::string descr = row ? row->descr : "f4";
  descr.insert(0, descr[1] == '1' ? "|" : "<");
  std::string header = headerText(descr.c_str(), tensor.shape);

  Result<FileWriter> writer = FileWriter::create(path);
  if (!writer)
    return writer.status();
  const uint8_t version[2] = {1, 0};
  uint16_t length = static_cast<uint16_t>(header.size());
  NEURON_TRY(writer->write(kMagic, kMagicBytes));
  NEURON_TRY(writer->write(version, sizeof(version)));
  NEURON_TRY(writer->write(&length, sizeof(length)));
  NEURON_TRY(writer->write(header.data(), header.size()));
  NEURON_TRY(writer->write(elements.data, elements.size));
  return writer->commit();
}

} // namespace neuron
