//===- Passes.td - every pass of the compiler ------------------------------------------------===//

#ifndef NEURON_PASSES
#define NEURON_PASSES

include "mlir/Pass/PassBase.td"

// --- isa -----------------------------------------------------------------------------------------

def InsertSync : Pass<"neuron-insert-sync", "::mlir::ModuleOp"> {
  let summary = "make every wait explicit: takes, signals, `after`, barriers, semaphores";
  let description = [{
    Input: sequential isa functions without synchronisation. Every pair of conflicting accesses
    that the machine does not order by itself is ordered, in the innermost loop that holds both.
  }];
  let statistics = [
    Statistic<"numEdges", "edges", "signal and take pairs">,
    Statistic<"numCarried", "carried-edges", "of them between iterations">,
    Statistic<"numAfter", "after-waits", "instructions that wait for their own engine">,
    Statistic<"numSemaphores", "semaphores", "semaphores in the module">,
  ];
}

#endif
