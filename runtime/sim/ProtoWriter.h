// Messages in the wire format of protocol buffers, as far as a trace needs it.
//
// A field is its number and wire type in one varint, then a varint, eight bytes, or a length and
// that many bytes. A message inside another is written apart and added whole.
// Source: the protocol buffers encoding, version 3.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace neuron::sim {

/// Writes a varint and returns how many bytes it takes, at most 10.
inline size_t putVarint(char *to, uint64_t value) {
  size_t size = 0;
  for (; value >= 0x80; value >>= 7)
    to[size++] = static_cast<char>(value | 0x80);
  to[size++] = static_cast<char>(value);
  return size;
}

/// A message of known small size, without memory of its own from the heap.
class ShortProto {
public:
  static constexpr size_t kMost = 128;

  void number(uint32_t field, uint64_t value) {
    used += putVarint(content + used, uint64_t(field) << 3);
    used += putVarint(content + used, value);
  }
  void text(uint32_t field, std::string_view value) {
    used += putVarint(content + used, uint64_t(field) << 3 | 2);
    used += putVarint(content + used, value.size());
    std::memcpy(content + used, value.data(), value.size());
    used += value.size();
  }
  void message(uint32_t field, const ShortProto &inner) { text(field, inner.bytes()); }
  std::string_view bytes() const { return {content, used}; }

private:
  char content[kMost];
  size_t used = 0;
};

class ProtoWriter {
public:
  void number(uint32_t field, uint64_t value) {
    varint(uint64_t(field) << 3);
    varint(value);
  }
  void text(uint32_t field, std::string_view value) {
    varint(uint64_t(field) << 3 | 2);
    varint(value.size());
    out.append(value);
  }
  void message(uint32_t field, const ProtoWriter &inner) { text(field, inner.out); }

  const std::string &bytes() const { return out; }
  void clear() { out.clear(); }

private:
  void varint(uint64_t value) {
    char text[10];
    out.append(text, putVarint(text, value));
  }

  std::string out;
};

} // namespace neuron::sim
