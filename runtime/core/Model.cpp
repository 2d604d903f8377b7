// Bindings, states and the caching of what need not be computed again.
#include "runtime/core/Model.h"
#include "runtime/sim/Report.h"

#include <cstring>
#include <new>

namespace neuron::rt {
namespace {

bool isBound(const Segment &segment) {
  return segment.isInterface() && segment.alias == kNoSegment;
}

} // namespace

Result<std::unique_ptr<Model>> Model::create(Program program, uint64_t memoryLimit) {
  Result<std::unique_ptr<ProgramImage>> image = ProgramImage::create(std::move(program));
  if (!image)
    return image.status();
  std::unique_ptr<Model> model(new Model());
  model->image = *std::move(image);
  NEURON_TRY(model->allocate(memoryLimit));
  Result<std::unique_ptr<sim::Simulator>> simulator = sim::Simulator::create(model->image->image());
  if (!simulator)
    return simulator.status();
  model->simulator = *std::move(simulator);
  return model;
}

Status Model::allocate(uint64_t memoryLimit) {
  uint64_t total = 0;
  for (const Segment &segment : program().segments)
    if (!addChecked(total, segment.hasContent() ? 0 : segment.bytes, total))
      total = ~uint64_t(0);
  if (memoryLimit && total > memoryLimit)
    return Status::error(
        ErrorCode::ResourceLimit, "tensors and scratch take %llu bytes, the limit is %llu",
        static_cast<unsigned long long>(total), static_cast<unsigned long long>(memoryLimit));
  held.resize(program().segments.size());
  complete.reserve(held.size());
  return Status::success();
}

uint32_t Model::find(const char *name) const {
  const std::vector<Segment> &segments = program().segments;
  for (uint32_t i = 0; i < segments.size(); ++i)
    if (segments[i].isInterface() && segments[i].name == name)
      return i;
  return kNoSegment;
}

uint8_t *Model::state(uint32_t index) {
  const Segment &segment = program().segments[index];
  if (segment.kind != SegmentKind::State)
    return nullptr;
  Held &own = held[index];
  if (!own.bytes) {
    own.bytes.reset(new (std::nothrow) uint8_t[segment.bytes]());
    if (own.bytes && !segment.content.empty())
      std::memcpy(own.bytes.get(), segment.content.data, segment.bytes);
  }
  return own.bytes.get();
}

void Model::resetStates() {
  for (uint32_t i = 0; i < held.size(); ++i) {
    const Segment &segment = program().segments[i];
    if (segment.kind != SegmentKind::State || !held[i].bytes)
      continue;
    if (segment.content.empty())
      std::memset(held[i].bytes.get(), 0, segment.bytes);
    else
      std::memcpy(held[i].bytes.get(), segment.content.data, segment.bytes);
  }
}

Status Model::placeOne(const sim::Binding &binding) {
  if (binding.segment >= held.size() || !program().segments[binding.segment].isInterface())
    return Status::error(ErrorCode::InvalidArgument, "segment %u is no tensor of the program",
                         binding.segment);
  const Segment &segment = program().segments[binding.segment];
  if (binding.bytes != segment.bytes || !binding.data)
    return Status::error(ErrorCode::InvalidArgument, "%s '%s': %llu bytes given, expected %llu",
                         toText(segment.kind), segment.name.c_str(),
                         static_cast<unsigned long long>(binding.data ? binding.bytes : 0),
                         static_cast<unsigned long long>(segment.bytes));
  if (held[binding.segment].current)
    return Status::error(ErrorCode::InvalidArgument, "%s '%s' is given twice", toText(segment.kind),
                         segment.name.c_str());
  held[binding.segment].current = binding.data;
  return Status::success();
}

Status Model::place(const sim::Bindings &given) {
  for (Held &one : held)
    one.current = nullptr;
  for (const sim::Binding &binding : given)
    NEURON_TRY(placeOne(binding));
  complete.clear();
  for (uint32_t i = 0; i < held.size(); ++i) {
    const Segment &segment = program().segments[i];
    if (!isBound(segment))
      continue;
    Held &own = held[i];
    if (!own.current && segment.kind == SegmentKind::Input)
      return Status::error(ErrorCode::MissingInput, "input '%s' is not given",
                           segment.name.c_str());
    if (!own.current && segment.kind == SegmentKind::State)
      own.current = state(i);
    if (!own.current && segment.kind == SegmentKind::Output) {
      if (!own.bytes)
        own.bytes.reset(new (std::nothrow) uint8_t[segment.bytes]);
      own.current = own.bytes.get();
    }
    if (!own.current)
      return Status::error(ErrorCode::ResourceLimit, "%s '%s': no memory for %llu bytes",
                           toText(segment.kind), segment.name.c_str(),
                           static_cast<unsigned long long>(segment.bytes));
    complete.push_back({i, own.current, segment.bytes});
  }
  return Status::success();
}

void Model::copyAliases(const sim::Bindings &given) const {
  for (const sim::Binding &binding : given) {
    const Segment &segment = program().segments[binding.segment];
    if (segment.alias != kNoSegment && held[segment.alias].current != binding.data)
      std::memmove(binding.data, held[segment.alias].current, segment.bytes);
  }
}

Status Model::execute(const sim::RunOptions &options, const sim::Bindings &given,
                      sim::Report *report) {
  if (report) {
    *report = {};
    report->facts = factsOf(program());
  }
  sim::RunOptions chosen = options;
  if (options.mode == sim::Mode::Time) {
    if (!chosen.record && hasRecord)
      chosen.record = &record;
    return simulator->run(chosen, {}, report);
  }
  NEURON_TRY(place(given));
  if (racesChecked)
    chosen.checkRaces = false;
  Status status = simulator->run(chosen, complete, report);
  if (!status.ok()) {
    if (status.code() == ErrorCode::Fault || status.code() == ErrorCode::Timeout)
      resetStates();
    return status;
  }
  copyAliases(given);
  if (!options.sequential) {
    record = simulator->record();
    hasRecord = true;
    racesChecked = racesChecked || (options.checkRaces && record.empty());
  }
  return status;
}

} // namespace neuron::rt
