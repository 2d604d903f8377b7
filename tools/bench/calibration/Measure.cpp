// Running programs without files.
#include "tools/bench/calibration/Measure.h"

#include "runtime/sim/Races.h"

#include <algorithm>
#include <cmath>

namespace neuron::calibration {
namespace {

using kernels::Case;
using kernels::Kernel;
using kernels::Quantity;

struct Buffers {
  std::vector<std::vector<uint8_t>> bytes; ///< by segment
  sim::Bindings bindings;

  explicit Buffers(const sim::AsmImage &image) {
    const std::vector<sim::SegmentPlan> &segments = image.image().segments;
    for (uint32_t s = 0; s < segments.size(); ++s) {
      bytes.push_back(image.content(s));
      bytes.back().resize(segments[s].bytes);
    }
    for (uint32_t s = 0; s < segments.size(); ++s)
      if (segments[s].role == sim::SegmentRole::Input ||
          segments[s].role == sim::SegmentRole::Output)
        bindings.push_back({s, bytes[s].data(), bytes[s].size()});
  }
};

Status compare(const isa::AsmFile &file, const kernels::Expected &expected,
               const std::vector<uint8_t> &bytes) {
  const isa::AsmTensor &tensor = file.tensors[static_cast<size_t>(expected.tensor)];
  std::vector<double> have = isa::fromBytes(bytes.data(), tensor.dtype, tensor.shape).values;
  if (have.size() != expected.values.size())
    return Status::error(ErrorCode::Internal, "%s has %zu elements, the reference %zu",
                         tensor.name.c_str(), have.size(), expected.values.size());
  double largest = 1;
  for (double want : expected.values)
    largest = std::max(largest, std::fabs(want));
  for (size_t i = 0; i < have.size(); ++i) {
    double want = expected.values[i];
    if (!(std::fabs(have[i] - want) <= expected.tolerance * largest))
      return Status::error(ErrorCode::Mismatch, "%s[%zu] is %.9g, expected %.9g",
                           tensor.name.c_str(), i, have[i], want);
  }
  return Status::success();
}

Status checkIn(const sim::AsmImage &image, const std::vector<kernels::Expected> &expected,
               sim::DmaMode dma) {
  auto simulator = sim::Simulator::create(image.image());
  if (!simulator)
    return simulator.status();
  Buffers buffers(image);
  sim::RunOptions options;
  options.mode = sim::Mode::Values;
  options.dma = dma;
  NEURON_TRY((*simulator)->run(options, buffers.bindings));
  for (const kernels::Expected &one : expected)
    NEURON_TRY(compare(image.file(), one, buffers.bytes[static_cast<size_t>(one.tensor)]));
  return Status::success();
}

/// Start to completion of every engine's last instruction.
class LastDurations : public sim::TimeObserver {
public:
  void instruction(const sim::Issue &issue, uint64_t start, uint64_t, uint64_t complete) override {
    of[static_cast<unsigned>(issue.stream)] = complete - start;
  }
  void control(const sim::Issue &, uint64_t) override {}
  void transfer(const sim::Place &, const sim::DmaCompletion &) override {}
  std::array<uint64_t, isa::kNumEngines> of{};
};

uint64_t timeOf(Quantity quantity, const sim::TimeResult &result, const LastDurations &last) {
  constexpr auto tensor = static_cast<unsigned>(isa::Engine::Tensor);
  constexpr auto vector = static_cast<unsigned>(isa::Engine::Vector);
  constexpr auto scalar = static_cast<unsigned>(isa::Engine::Scalar);
  switch (quantity) {
  case Quantity::Latency:
    return result.end;
  case Quantity::WithLaunch:
    return result.end + result.launch;
  case Quantity::VectorActive:
    return result.engine[vector].active;
  case Quantity::ScalarActive:
    return result.engine[scalar].active;
  case Quantity::VectorBusy:
    return result.engine[vector].busy;
  case Quantity::ScalarBusy:
    return result.engine[scalar].busy;
  case Quantity::TensorActive:
    return result.engine[tensor].active;
  case Quantity::DmaActive:
    return result.dma.active;
  case Quantity::LastTensor:
    return last.of[tensor];
  case Quantity::LastVector:
    return last.of[vector];
  case Quantity::LastScalar:
    return last.of[scalar];
  }
  return 0;
}

} // namespace

Status checkValues(const Case &one) {
  Kernel kernel(one.machine, kernels::Values::Yes);
  one.small(kernel);
  auto file = kernel.finish();
  if (!file)
    return file.status();
  if (kernel.expected().empty())
    return Status(ErrorCode::Internal, "nothing is expected of the values");
  auto image = sim::AsmImage::create(std::move(*file), "");
  if (!image)
    return image.status();
  for (sim::DmaMode dma : {sim::DmaMode::Late, sim::DmaMode::EarlyRead, sim::DmaMode::Early})
    NEURON_TRY(checkIn(**image, kernel.expected(), dma));
  return Status::success();
}

Result<std::unique_ptr<Timed>> Timed::create(const Case &one) {
  Kernel kernel(one.machine, kernels::Values::No);
  one.program(kernel);
  auto file = kernel.finish();
  if (!file)
    return file.status();
  auto image = sim::AsmImage::create(std::move(*file), "");
  if (!image)
    return image.status();
  NEURON_TRY(sim::check((*image)->image()));
  std::unique_ptr<Timed> made(new Timed);
  made->one = one;
  made->image = std::move(*image);
  return made;
}

Status Timed::checkRaces() const {
  sim::RaceResult result;
  NEURON_TRY(sim::checkRaces(image->image(), {}, result));
  return result.fault.raised() ? Status(ErrorCode::Fault, result.fault.message) : Status::success();
}

Result<double> Timed::run(const target::Machine &machine) const {
  sim::Image other = image->image();
  other.machine = &machine;
  other.cores = 1; // every published kernel ran alone
  LastDurations last;
  sim::TimeOptions options;
  Quantity q = one.quantity;
  if (q == Quantity::LastTensor || q == Quantity::LastVector || q == Quantity::LastScalar)
    options.observer = &last;
  sim::TimeResult result;
  NEURON_TRY(sim::walkTime(other, options, result));
  if (result.fault.raised())
    return Status(ErrorCode::Fault, result.fault.message);
  return static_cast<double>(timeOf(q, result, last)) / 1e9;
}

double inUnit(const Case &one, double us) { return one.rate ? one.scale / us : one.scale * us; }

} // namespace neuron::calibration
