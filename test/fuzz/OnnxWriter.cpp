// OnnxWriter: tags, lengths and the messages of onnx.proto by field number.
#include "test/fuzz/OnnxWriter.h"

#include <cstring>

namespace neuron::fuzz {

std::string varint(uint64_t value) {
  std::string text;
  for (; value >= 0x80; value >>= 7)
    text += static_cast<char>(value | 0x80);
  return text + static_cast<char>(value);
}

void Message::tag(unsigned field, unsigned wire) {
  tagOffsets.push_back(content.size());
  content += varint(uint64_t(field) << 3 | wire);
}

Message &Message::number(unsigned field, uint64_t value) {
  tag(field, 0);
  content += varint(value);
  return *this;
}

Message &Message::bytes(unsigned field, const std::string &value) {
  tag(field, 2);
  content += varint(value.size()) + value;
  return *this;
}

Message &Message::message(unsigned field, const Message &value) {
  tag(field, 2);
  content += varint(value.content.size());
  for (size_t offset : value.tagOffsets)
    tagOffsets.push_back(content.size() + offset);
  content += value.content;
  return *this;
}

Message rawTensor(const std::string &name, int type, const Dims &dims, const std::string &data) {
  Message tensor;
  for (int64_t dim : dims)
    tensor.number(1, static_cast<uint64_t>(dim));
  return tensor.number(2, static_cast<uint64_t>(type)).bytes(8, name).bytes(9, data);
}

Message floats(const std::string &name, const Dims &dims) {
  size_t count = 1;
  for (int64_t dim : dims)
    count *= static_cast<size_t>(dim);
  std::string data;
  for (size_t i = 0; i < count; ++i) {
    float value = 0.25f * static_cast<float>(i % 7) - 0.5f;
    char raw[4];
    std::memcpy(raw, &value, 4);
    data.append(raw, 4);
  }
  return rawTensor(name, Float, dims, data);
}

Message integers(const std::string &name, const std::vector<int64_t> &values) {
  std::string data(reinterpret_cast<const char *>(values.data()), values.size() * 8);
  return rawTensor(name, Int64, {static_cast<int64_t>(values.size())}, data);
}

Message valueInfo(const std::string &name, int type, const Dims &dims) {
  Message shape;
  for (int64_t dim : dims)
    shape.message(1, dim < 0 ? Message().bytes(2, "n")
                             : Message().number(1, static_cast<uint64_t>(dim)));
  Message tensor;
  tensor.number(1, static_cast<uint64_t>(type)).message(2, shape);
  return Message().bytes(1, name).message(2, Message().message(1, tensor));
}

Message intAttribute(const std::string &name, int64_t value) {
  return Message().bytes(1, name).number(3, static_cast<uint64_t>(value)).number(20, 2);
}

Message intsAttribute(const std::string &name, const std::vector<int64_t> &values) {
  Message attribute;
  attribute.bytes(1, name);
  for (int64_t value : values)
    attribute.number(8, static_cast<uint64_t>(value));
  return attribute.number(20, 7);
}

Message graphAttribute(const std::string &name, const Message &graph) {
  return Message().bytes(1, name).message(6, graph).number(20, 5);
}

Message node(const std::string &op, const std::vector<std::string> &inputs,
             const std::vector<std::string> &outputs, const std::vector<Message> &attributes) {
  Message message;
  for (const std::string &input : inputs)
    message.bytes(1, input);
  for (const std::string &output : outputs)
    message.bytes(2, output);
  message.bytes(4, op);
  for (const Message &attribute : attributes)
    message.message(5, attribute);
  return message;
}

Message Graph::message() const {
  Message graph;
  for (const Message &entry : nodes)
    graph.message(1, entry);
  graph.bytes(2, "g");
  for (const Message &entry : initializers)
    graph.message(5, entry);
  for (const Message &entry : inputs)
    graph.message(11, entry);
  for (const Message &entry : outputs)
    graph.message(12, entry);
  return graph;
}

Message model(const Graph &graph, int64_t opset) {
  Message opsetId;
  opsetId.bytes(1, "").number(2, static_cast<uint64_t>(opset));
  return Message().number(1, 8).message(8, opsetId).message(7, graph.message());
}

} // namespace neuron::fuzz
