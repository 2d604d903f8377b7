// Where the time went, layer by layer.
//
// Each stretch of the program's time belongs to the layer of what completes at its end: times of
// completion are sorted, and every one adds what it lies beyond the latest before it. So the
// times of all layers add up to the latency, and a layer whose work is hidden behind another's
// costs nothing. Beside it stand what a layer asked of every engine and of the DMA, which is what
// could bound it. An instruction without a layer counts for the layer "".
//
// Worked example: a transfer of layer a is done at 10 us, a matmul of b at 12 us, one of a at
// 11 us: a has 10 + 1 us, b has 1 us.
//
// Cost: 16 bytes for every instruction and transfer of the run.
#pragma once

#include "runtime/sim/LayerIndex.h"
#include "runtime/sim/Timing.h"
#include "runtime/target/Machine.h"

#include <functional>
#include <string>
#include <vector>

namespace neuron {
class JsonWriter;
}

namespace neuron::sim {

struct LayerTime {
  std::string name;
  double us = 0; ///< its part of the latency
  uint64_t instructions = 0;
  uint64_t modelFlops = 0; ///< that the model asks for, where the program says so
  uint64_t flops = 0;      ///< that the TensorE carried out
  uint64_t dmaBytes = 0;
  std::array<double, isa::kNumEngines> engineUs{}; ///< sum of intervals
  double dmaUs = 0;                                ///< its bytes at the rate of all engines
  double mfu = 0, hfu = 0; ///< modelFlops and flops with bf16 peak over `us`
  std::string limit;       ///< the engine that works most of `us`, "dma", or "latency" below a half
};

class LayerTimes : public TimeObserver {
public:
  using Flops = std::function<uint64_t(uint32_t opId)>;
  /// Refers to both. `modelFlops` is what the model asks of an op's layer; may be empty.
  LayerTimes(const target::Machine &machine, LayerIndex &index, Flops modelFlops = {})
      : machine(machine), index(index), modelFlops(std::move(modelFlops)) {}

  void instruction(const Issue &issue, uint64_t start, uint64_t intervalEnd,
                   uint64_t complete) override;
  void control(const Issue &issue, uint64_t complete) override;
  void transfer(const Place &trigger, const DmaCompletion &completion) override;

  /// All layers, in the order in which they first complete something.
  std::vector<LayerTime> finish();

private:
  LayerTime &layerAt(uint32_t row);

  struct Completion {
    uint64_t time;
    uint32_t row;
  };

  const target::Machine &machine;
  LayerIndex &index;
  const Flops modelFlops;
  std::vector<LayerTime> layers; ///< by row of the index
  std::vector<Completion> completions;
};

/// A table for people: the layers that cost most, at most `most` of them.
std::string toText(const std::vector<LayerTime> &layers, size_t most);
/// An array of objects with the names of the struct's members as keys.
void writeJson(const std::vector<LayerTime> &layers, JsonWriter &json);

} // namespace neuron::sim
