// Messages in the wire format of protocol buffers, as far as a trace needs it.
//
// A field is its number and wire type in one varint, then a varint, eight bytes, or a length and
// that many bytes. A message inside another is written apart and added whole.
// Source: the protocol buffers encoding, version 3.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace neuron::sim {

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
    for (; value >= 0x80; value >>= 7)
      out.push_back(static_cast<char>(value | 0x80));
    out.push_back(static_cast<char>(value));
  }

  std::string out;
};

} // namespace neuron::sim
