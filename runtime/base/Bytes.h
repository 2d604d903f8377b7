// Little-endian bytes with bounds: a reader that cannot leave its range, a writer that grows.
//
// The reader never faults: a read past the end returns zero and makes `ok()` false for good,
// so that a parser reads a whole record and checks once. Sizes are compared by subtraction,
// never by adding an untrusted count to an offset.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace neuron {

/// A range of bytes that somebody else owns.
struct ByteSpan {
  const uint8_t *data = nullptr;
  uint64_t size = 0;

  bool empty() const { return size == 0; }
  /// True if [offset, offset + length) lies inside, without overflow.
  bool contains(uint64_t offset, uint64_t length) const {
    return offset <= size && length <= size - offset;
  }
  /// The sub-range, or an empty one when it does not lie inside.
  ByteSpan slice(uint64_t offset, uint64_t length) const {
    return contains(offset, length) ? ByteSpan{data + offset, length} : ByteSpan{};
  }
};

/// Reads an unaligned little-endian scalar.
template <typename T> T readUnaligned(const void *bytes) {
  static_assert(std::is_trivially_copyable<T>::value, "bytes of a plain value");
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

template <typename T> void writeUnaligned(void *bytes, T value) {
  static_assert(std::is_trivially_copyable<T>::value, "bytes of a plain value");
  std::memcpy(bytes, &value, sizeof(T));
}

class ByteReader {
public:
  explicit ByteReader(ByteSpan span) : span(span) {}

  bool ok() const { return intact; }
  uint64_t offset() const { return position; }
  uint64_t remaining() const { return span.size - position; }

  template <typename T> T read() {
    ByteSpan piece = bytes(sizeof(T));
    return piece.size == sizeof(T) ? readUnaligned<T>(piece.data) : T{};
  }
  /// The next `length` bytes, not copied; empty and not ok when there are fewer.
  ByteSpan bytes(uint64_t length) {
    if (length > remaining()) {
      intact = false;
      position = span.size;
      return {};
    }
    ByteSpan piece{span.data + position, length};
    position += length;
    return piece;
  }
  void skip(uint64_t length) { (void)bytes(length); }
  /// Moves to an absolute offset.
  void seek(uint64_t offset) {
    intact = intact && offset <= span.size;
    position = offset <= span.size ? offset : span.size;
  }

private:
  ByteSpan span;
  uint64_t position = 0;
  bool intact = true;
};

class ByteWriter {
public:
  uint64_t size() const { return buffer.size(); }
  const std::vector<uint8_t> &bytes() const { return buffer; }
  std::vector<uint8_t> take() { return std::move(buffer); }

  template <typename T> void write(T value) {
    static_assert(std::is_arithmetic<T>::value, "write fields one by one");
    append(&value, sizeof(T));
  }
  void append(const void *source, uint64_t length) {
    if (length == 0)
      return;
    const uint8_t *from = static_cast<const uint8_t *>(source);
    buffer.insert(buffer.end(), from, from + length);
  }
  /// Zeros up to the next multiple of `alignment`.
  void align(uint64_t alignment) {
    if (uint64_t over = buffer.size() % alignment)
      buffer.resize(buffer.size() + (alignment - over));
  }

private:
  std::vector<uint8_t> buffer;
};

/// `value` rounded up to a multiple of `alignment`. The caller knows that it does not overflow.
constexpr uint64_t alignUp(uint64_t value, uint64_t alignment) {
  return (value + alignment - 1) / alignment * alignment;
}

/// a * b into `product`; false on overflow.
inline bool multiplyChecked(uint64_t a, uint64_t b, uint64_t &product) {
  return !__builtin_mul_overflow(a, b, &product);
}

inline bool addChecked(uint64_t a, uint64_t b, uint64_t &sum) {
  return !__builtin_add_overflow(a, b, &sum);
}

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "hosts are little-endian");

} // namespace neuron
