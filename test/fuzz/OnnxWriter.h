// OnnxWriter: just enough of the protobuf wire format to write ONNX models, right and wrong.
//
// A message is its bytes; fields are appended in the order of the calls. Offsets of tags are
// kept relative to the message, so that a test can break one of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace neuron::fuzz {

class Message {
public:
  Message &number(unsigned field, uint64_t value);
  Message &bytes(unsigned field, const std::string &value);
  Message &message(unsigned field, const Message &value);

  const std::string &text() const { return content; }
  const std::vector<size_t> &tags() const { return tagOffsets; }

private:
  void tag(unsigned field, unsigned wire);

  std::string content;
  std::vector<size_t> tagOffsets;
};

std::string varint(uint64_t value);

using Dims = std::vector<int64_t>;

/// ONNX element types used here.
enum : int { Float = 1, Int64 = 7, String = 8, Double = 11 };

Message rawTensor(const std::string &name, int type, const Dims &dims, const std::string &data);
Message floats(const std::string &name, const Dims &dims);
Message integers(const std::string &name, const std::vector<int64_t> &values);
/// A negative dim is written as the symbol "n".
Message valueInfo(const std::string &name, int type, const Dims &dims);
Message intAttribute(const std::string &name, int64_t value);
Message intsAttribute(const std::string &name, const std::vector<int64_t> &values);
Message graphAttribute(const std::string &name, const Message &graph);
Message node(const std::string &op, const std::vector<std::string> &inputs,
             const std::vector<std::string> &outputs, const std::vector<Message> &attributes = {});

/// What a graph is made of.
struct Graph {
  std::vector<Message> nodes, initializers, inputs, outputs;

  Message message() const;
};

/// A ModelProto; the graph is the last field, so that every cut breaks it.
Message model(const Graph &graph, int64_t opset = 17);

} // namespace neuron::fuzz
