// The texts of faults: one line that says what, where, when and which bytes.
#include "runtime/sim/Faults.h"

namespace neuron::sim {

const char *toText(FaultKind kind) {
  switch (kind) {
  case FaultKind::None:
    return "none";
  case FaultKind::IllegalInstruction:
    return "illegal-instruction";
  case FaultKind::UndefinedBehaviour:
    return "undefined-behaviour";
  case FaultKind::UninitialisedRead:
    return "uninitialised-read";
  case FaultKind::OutOfBounds:
    return "out-of-bounds";
  case FaultKind::Race:
    return "race";
  case FaultKind::Deadlock:
    return "deadlock";
  case FaultKind::Timeout:
    return "timeout";
  case FaultKind::Unsupported:
    return "unsupported";
  case FaultKind::Unimplemented:
    return "unimplemented";
  case FaultKind::Internal:
    break;
  }
  return "internal";
}

const char *streamText(isa::Engine stream) {
  switch (stream) {
  case isa::Engine::Tensor:
    return "tensor";
  case isa::Engine::Vector:
    return "vector";
  case isa::Engine::Scalar:
    return "scalar";
  case isa::Engine::GpSimd:
    return "gpsimd";
  case isa::Engine::Sync:
    break;
  }
  return "sync";
}

std::string toText(const ByteRange &range) {
  long long first = range.first, last = range.end - 1;
  switch (range.space) {
  case isa::Space::None:
    return "";
  case isa::Space::Hbm: {
    constexpr long long mask = (1LL << isa::kSegmentShift) - 1;
    return formatText("hbm segment %lld bytes %lld..%lld", first >> isa::kSegmentShift,
                      first & mask, last & mask);
  }
  default:
    return formatText("%s partitions %u..%u bytes %lld..%lld",
                      range.space == isa::Space::Sbuf ? "sbuf" : "psum", range.startPartition,
                      range.startPartition + (range.partitions ? range.partitions - 1u : 0u), first,
                      last);
  }
}

std::string toText(const Fault &fault, const char *layer) {
  std::string text = formatText("%s: stream %s, instruction %u (issued as number %llu)",
                                toText(fault.kind), streamText(fault.at.stream), fault.at.pc,
                                static_cast<unsigned long long>(fault.at.index));
  if (layer && *layer)
    text += formatText(", layer %s", layer);
  if (fault.hasTime)
    text += formatText(", at %llu.%06llu ns",
                       static_cast<unsigned long long>(fault.femtoseconds / 1000000),
                       static_cast<unsigned long long>(fault.femtoseconds % 1000000));
  if (std::string bytes = toText(fault.bytes); !bytes.empty())
    text += ", " + bytes;
  return text + ": " + fault.message;
}

Status toStatus(const Fault &fault, const char *layer) {
  if (!fault.raised())
    return Status::success();
  ErrorCode code = fault.kind == FaultKind::Timeout    ? ErrorCode::Timeout
                   : fault.kind == FaultKind::Internal ? ErrorCode::Internal
                                                       : ErrorCode::Fault;
  return Status(code, toText(fault, layer));
}

} // namespace neuron::sim
