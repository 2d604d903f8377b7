// The floor of a program: a time that no schedule of the same model on the same machine beats.
//
// Two things take time whatever the order: bytes that have to cross between HBM and the chip at
// least once, and multiply-adds on the TensorE. The floor is the larger of the two, so a latency
// of twice the floor means that half of the time went into waiting or into work done twice.
// Worked example: weights of 346 MB at 272 GB/s are 1272 us; 11.2 G multiply-adds in bf16 are
// 682,000 cycles of a 128 x 128 array, 244 us at 2.8 GHz: bound by DMA, floor 1272 us.
#pragma once

#include "runtime/target/Machine.h"

namespace neuron::target {

struct Floor {
  double dmaUs = 0, tensorUs = 0;

  double us() const { return dmaUs > tensorUs ? dmaUs : tensorUs; }
  /// "dma" or "tensor".
  const char *boundBy() const { return dmaUs >= tensorUs ? "dma" : "tensor"; }
};

/// Bytes a microsecond between HBM and the chip: the rate of the HBM or that of all DMA engines,
/// whichever is less.
double transferRate(const Machine &machine);

/// `hbmBytes` at the transfer rate against `tensorCycles` of the whole array at its clock.
/// Source: docs/simulator.md, "The floor".
Floor floorOf(const Machine &machine, uint64_t hbmBytes, uint64_t tensorCycles);

} // namespace neuron::target
