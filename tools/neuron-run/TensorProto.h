// The TensorProto message of ONNX: one tensor in one .pb file, as ONNX test data has them.
//
// Read from the protobuf wire format directly, so that the tool needs neither protobuf nor ONNX.
// Elements come from raw_data or from the typed lists; external data and strings are refused.
// Source: onnx.proto (TensorProto) and the protobuf encoding documentation.
#pragma once

#include "runtime/base/HostTensor.h"

namespace neuron::run {

/// Reads a file. Errors: MissingInput, Io; Malformed with file and byte; Unsupported for types
/// and storage that the program cannot take.
Result<HostTensor> readTensorProto(const std::string &path);

/// As readTensorProto, from the bytes of a file that messages call `name`.
Result<HostTensor> parseTensorProto(ByteSpan file, const std::string &name);

} // namespace neuron::run
