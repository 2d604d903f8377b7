//===- Passes.td - every pass of the compiler ------------------------------------------------===//

#ifndef NEURON_PASSES
#define NEURON_PASSES

include "mlir/Pass/PassBase.td"

// --- normalise -----------------------------------------------------------------------------------

def FoldConstants : Pass<"neuron-fold-constants", "::mlir::func::FuncOp"> {
  let summary = "compute what follows from constants alone";
  let description = [{
    Values above 64 KiB stay, unless all their elements are equal.
  }];
  let options = [
    Option<"evaluator", "evaluator", "std::string", "\"portable\"",
           "portable: the same bits on every host; reference: double precision, for tests">,
  ];
  let statistics = [Statistic<"numFolded", "folded", "ops that became constants">];
}

def FoldWeights : Pass<"neuron-fold-weights", "::mlir::ModuleOp"> {
  let summary = "make movement of a weight part of the weight";
  let statistics = [Statistic<"numFolded", "folded", "ops that became transforms">];
}

def RaiseState : Pass<"neuron-raise-state", "::mlir::ModuleOp"> {
  let summary = "inputs that come out updated are states, updated in place";
  let statistics = [Statistic<"numStates", "states", "pairs of an input and an output">];
}

def NarrowValues : Pass<"neuron-narrow-values", "::mlir::ModuleOp"> {
  let summary = "keep f32 data in a 16-bit type";
  let description = [{
    Input: normalised functions without repeats. What follows from integers and constants alone
    stays f32 until it meets data; inputs and outputs keep their types.
  }];
  let options = [
    Option<"type", "type", "std::string", "\"bf16\"", "bf16 or f16">,
  ];
  let statistics = [Statistic<"numNarrowed", "narrowed", "values that became narrow">];
}

def RaisePatterns : Pass<"neuron-raise-patterns", "::mlir::func::FuncOp"> {
  let summary = "pieces of attention, normalisations and activations are whole ops again";
}

def HoistReshapes : Pass<"neuron-hoist-reshapes", "::mlir::func::FuncOp"> {
  let summary = "reshapes that only add or drop ones stand before small elementwise ops";
  let statistics = [Statistic<"numHoisted", "hoisted", "reshapes that were moved">];
}

def Decompose : Pass<"neuron-decompose", "::mlir::func::FuncOp"> {
  let summary = "write composite nn ops as elementwise, reductions, products and movement";
  let options = [
    ListOption<"keep", "keep", "std::string", "ops that stay whole, e.g. nn.softmax">,
  ];
  let statistics = [Statistic<"numDecomposed", "decomposed", "ops that were composite">];
}

def OutlineRepeats : Pass<"neuron-outline-repeats", "::mlir::ModuleOp"> {
  let summary = "equal layers of main are one block, run by nn.repeat";
  let description = [{
    Weights and states of the layers become stacks. Layers are equal where their ops, attributes
    and types are, whatever their order in the program; a first or last one that differs stays
    outside. What was nearly outlined is a remark with the reason.
  }];
  let statistics = [
    Statistic<"numRepeats", "repeats", "blocks that were made">,
    Statistic<"numIterations", "iterations", "layers that they stand for">,
  ];
}

// --- plan ----------------------------------------------------------------------------------------

def MapBlock : Pass<"neuron-map-block", "::mlir::ModuleOp"> {
  let summary = "lower every nn function to machine instructions with addresses";
  let options = [
    Option<"machine", "machine", "std::string", "\"trn1\"", "the machine's row">,
    Option<"matmulType", "matmul-type", "std::string", "\"f32\"",
           "what f32 operands of matmuls are rounded to">,
  ];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect",
                           "::mlir::scf::SCFDialect", "::neuron::isa::IsaDialect",
                           "::neuron::tile::TileDialect"];
}

// --- isa -----------------------------------------------------------------------------------------

def LinkBlocks : Pass<"neuron-link-blocks", "::mlir::ModuleOp"> {
  let summary = "put a function that is called once in the place of its call";
  let statistics = [Statistic<"numLinked", "linked", "functions without a call now">];
}

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

def Peephole : Pass<"neuron-peephole", "::mlir::ModuleOp"> {
  let summary = "fold signals and takes into the instructions beside them";
  let statistics = [
    Statistic<"numSignals", "signals", "signals folded">,
    Statistic<"numTakes", "takes", "takes folded">,
  ];
}

def VerifyIsa : Pass<"neuron-verify-isa", "::mlir::ModuleOp"> {
  let summary = "prove fields, bounds and synchronisation of a program of the machine";
  let options = [
    Option<"machine", "machine", "std::string", "\"trn1\"", "the machine's row">,
  ];
}

def PrintStreams : Pass<"neuron-print-streams", "::mlir::ModuleOp"> {
  let summary = "print the streams of a synchronised program, in the assembler's text";
}

// --- verify --------------------------------------------------------------------------------------

def VerifyStage : Pass<"neuron-verify-stage", "::mlir::ModuleOp"> {
  let summary = "a gate: fail unless the module holds only what is legal at a stage";
  let options = [
    Option<"stage", "stage", "std::string", "\"imported\"",
           "imported, normalised, mapped or synchronised">,
  ];
}

#endif
