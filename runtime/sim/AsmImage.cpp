// Plans, streams and contents from an assembly file.
#include "runtime/sim/AsmImage.h"

#include <cmath>

namespace neuron::sim {
namespace {

SegmentRole roleOf(isa::TensorRole role) {
  switch (role) {
  case isa::TensorRole::Input:
    return SegmentRole::Input;
  case isa::TensorRole::Output:
    return SegmentRole::Output;
  case isa::TensorRole::State:
    return SegmentRole::State;
  case isa::TensorRole::Weight:
    return SegmentRole::Constant;
  case isa::TensorRole::Scratch:
    break;
  }
  return SegmentRole::Scratch;
}

Producer producerOf(isa::AsmSemaphore::Producer producer) {
  switch (producer) {
  case isa::AsmSemaphore::Read:
    return Producer::Read;
  case isa::AsmSemaphore::Complete:
    return Producer::Complete;
  case isa::AsmSemaphore::Queue:
    return Producer::Queue;
  case isa::AsmSemaphore::None:
    break;
  }
  return Producer::None;
}

BoundPlan::Kind boundOf(isa::AsmBound::Kind kind) {
  return kind == isa::AsmBound::Trips  ? BoundPlan::Trips
         : kind == isa::AsmBound::Rows ? BoundPlan::Rows
                                       : BoundPlan::Value;
}

bool needsContent(isa::TensorRole role) {
  return role == isa::TensorRole::Input || role == isa::TensorRole::State ||
         role == isa::TensorRole::Weight;
}

} // namespace

/// The contents of the file's tensors, for expressions that name them.
class AsmImage::Tensors : public isa::TensorSource {
public:
  explicit Tensors(const AsmImage &image) : image(image) {}

  Result<isa::Evaluated> tensor(const std::string &name) const override {
    for (size_t i = 0; i < image.contents.size(); ++i) {
      const isa::AsmTensor &one = image.source.tensors[i];
      if (one.name == name && !image.contents[i].empty())
        return isa::fromBytes(image.contents[i].data(), one.dtype, one.shape);
    }
    return Status::error(ErrorCode::InvalidArgument, "no tensor with a content is called '%s'",
                         name.c_str());
  }

private:
  const AsmImage &image;
};

Status AsmImage::makeStreams() {
  for (unsigned s = 0; s < isa::kNumStreams; ++s) {
    const std::vector<isa::Inst> &code = source.stream[s];
    std::vector<uint32_t> entries;
    for (const isa::AsmFunction &function : source.functions)
      entries.push_back(function.entry[s]);
    auto made = StreamCode::make(static_cast<isa::Engine>(s < isa::kNumEngines ? s : 0),
                                 code.data(), static_cast<uint32_t>(code.size()), entries, 0);
    if (!made)
      return made.status();
    if (s < isa::kNumEngines)
      built.stream[s] = std::move(*made);
    else if (source.hasSequential())
      built.sequential = std::move(*made);
  }
  return Status::success();
}

Status AsmImage::makeSegments() {
  contents.resize(source.tensors.size());
  for (size_t i = 0; i < source.tensors.size(); ++i) {
    const isa::AsmTensor &tensor = source.tensors[i];
    SegmentPlan plan;
    plan.name = tensor.name;
    plan.role = roleOf(tensor.role);
    plan.bytes = tensor.bytes();
    if (tensor.content.kind != isa::Expression::None) {
      auto value =
          isa::evaluate(tensor.content, tensor.dtype, tensor.shape, Tensors(*this), folder);
      if (!value)
        return value.status().within("tensor " + tensor.name);
      contents[i] = isa::toBytes(*value, tensor.dtype);
    } else if (needsContent(tensor.role)) {
      return Status::error(ErrorCode::InvalidArgument, "tensor %s needs a content",
                           tensor.name.c_str());
    }
    plan.content = plan.role == SegmentRole::Constant ? contents[i].data() : nullptr;
    built.segments.push_back(plan);
  }
  return Status::success();
}

void AsmImage::makePlans() {
  for (size_t i = 0; i < source.semaphores.size() && i < built.semaphores.size(); ++i) {
    const isa::AsmSemaphore &semaphore = source.semaphores[i];
    built.semaphores[i] = {semaphore.initial, producerOf(semaphore.producer), semaphore.source,
                           semaphore.consumers};
  }
  built.queueInFlight = source.queueInFlight;
  built.cores = source.cores;
  built.queuesDescribed = source.queuesDescribed;
  for (const isa::AsmBound &bound : source.bounds)
    if (bound.stream < isa::kNumEngines)
      built.bounds.push_back(
          {boundOf(bound.kind), static_cast<isa::Engine>(bound.stream), bound.index, bound.limit});
  built.maxCycles = source.maxCycles;
}

Result<std::unique_ptr<AsmImage>> AsmImage::create(isa::AsmFile file, const std::string &folder) {
  std::unique_ptr<AsmImage> made(new AsmImage);
  made->source = std::move(file);
  made->folder = folder;
  auto machine = isa::machineOf(made->source);
  if (!machine)
    return machine.status();
  made->target = std::move(*machine);
  made->built.machine = &made->target;
  NEURON_TRY(made->makeStreams());
  NEURON_TRY(made->makeSegments());
  made->makePlans();
  return made;
}

namespace {

/// The sentence about the first element that is too far off, or "".
std::string compare(const isa::AsmExpectValues &expected, const isa::AsmTensor &tensor,
                    const std::vector<double> &want, const std::vector<double> &have) {
  for (size_t i = 0; i < want.size(); ++i) {
    bool bothNaN = want[i] != want[i] && have[i] != have[i];
    if (bothNaN || want[i] == have[i] || std::fabs(want[i] - have[i]) <= expected.tolerance)
      continue;
    return formatText("line %u: %s[%zu] is %.9g, expected %.9g within %g", expected.line,
                      tensor.name.c_str(), i, have[i], want[i], expected.tolerance);
  }
  return "";
}

} // namespace

Result<std::vector<std::string>>
AsmImage::valueFailures(const std::function<const uint8_t *(uint32_t tensor)> &bytes) const {
  std::vector<std::string> failures;
  for (const isa::AsmExpectValues &expected : source.expectValues) {
    const isa::AsmTensor &tensor = source.tensors[expected.tensor];
    const uint8_t *held = bytes(expected.tensor);
    if (!held) {
      failures.push_back(formatText("line %u: the values of %s cannot be looked at", expected.line,
                                    tensor.name.c_str()));
      continue;
    }
    auto want =
        isa::evaluate(expected.expected, tensor.dtype, tensor.shape, Tensors(*this), folder);
    if (!want)
      return want.status().within(formatText("line %u", expected.line));
    std::string failure = compare(expected, tensor, want->values,
                                  isa::fromBytes(held, tensor.dtype, tensor.shape).values);
    if (!failure.empty())
      failures.push_back(failure);
  }
  return failures;
}

} // namespace neuron::sim
