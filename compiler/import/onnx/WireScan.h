// WireScan: an index of an ONNX file that never touches its weight bytes.
//
// The file is protobuf: tagged, length-delimited fields. One recursive walk, driven by a table
// of the messages of onnx.proto, copies the structure (nodes, attributes, types) into a small
// "stripped" ModelProto that libprotobuf parses, and replaces the values of every TensorProto
// by an ordinal into a list of (form, offset, size). The ordinal travels in the field
// `segment.begin`, which real models do not use. Documentation strings, inferred value_infos
// and metadata are dropped.
//
// Every bound is checked before a byte is read; nesting, message count and size of the
// stripped form are limited, so memory stays below a fixed bound whatever the input.
//
// Source: the protobuf encoding specification and field numbers of onnx.proto (IR version 13).

#ifndef NEURON_COMPILER_IMPORT_ONNX_WIRESCAN_H
#define NEURON_COMPILER_IMPORT_ONNX_WIRESCAN_H

#include "compiler/driver/Diagnostics.h"

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace neuron::importer {

/// How a TensorProto stores its values.
enum class TensorForm : uint8_t {
  Empty,     ///< no value field
  Raw,       ///< raw_data: little-endian, fixed width
  Float,     ///< float_data, packed: 4 bytes each
  Double,    ///< double_data, packed: 8 bytes each
  Int32,     ///< int32_data, packed varints
  Int64,     ///< int64_data, packed varints
  Uint64,    ///< uint64_data, packed varints
  String,    ///< string_data
  Scattered, ///< values in several pieces
};

/// Where the values of one TensorProto are in the scanned bytes.
struct TensorPayload {
  TensorForm form = TensorForm::Empty;
  uint64_t offset = 0; ///< of the first value byte
  uint64_t size = 0;   ///< in bytes
  uint64_t at = 0;     ///< of the TensorProto, for messages
};

/// What a scan found.
struct ScannedModel {
  std::string stripped;                ///< a serialised ModelProto without values
  std::vector<TensorPayload> payloads; ///< by ordinal
};

/// Why a scan stopped.
struct ScanError {
  driver::Code code;
  uint64_t offset; ///< byte in the file
  std::string what;
};

/// Limits of a scan; the defaults hold every published model several times over.
struct ScanLimits {
  uint32_t depth = 24;
  uint32_t messages = 1u << 19;
  uint64_t strippedBytes = 24ull << 20;
};

/// Indexes `file`, the bytes of a ModelProto; on failure returns nothing and fills `error`.
///
/// Cost: one pass over the structure; value bytes are skipped, not read.
std::optional<ScannedModel> scanModel(llvm::StringRef file, ScanError &error,
                                      const ScanLimits &limits = {});

/// Reads one varint at `position` of `bytes` and advances; returns nothing where it is cut or
/// longer than ten bytes.
std::optional<uint64_t> readVarint(llvm::StringRef bytes, uint64_t &position);

} // namespace neuron::importer

#endif
