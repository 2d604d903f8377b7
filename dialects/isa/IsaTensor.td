//===- IsaTensor.td - instructions of the TensorE ------------------------------------------===//
include "dialects/isa/IsaBase.td"

def LoadWeights : Inst<"ldweights", 0x01, [TensorE], [Operand<"stationary", In, [Sbuf]>]> {
  let summary = "weights[k, m] = stationary[k, m]; the next matmul uses them";
  let constraints = "at most 128 columns; starts at partition 0 or 64 (32, 96 from generation 3)";
  let columns = "cost::loadWeightsCycles(m, i.stationary())";
  let interval = "m.tensorPairOverheadCycles";
  let latency = "columns(i.inst(), m) + m.loadWeightsLatencyCycles";
  let source = "hardware notes 3.2: M/4 cycles (columns) into the spare plane in the background of "
               "the running matmul; what the array loses per pair is the interval, fitted";
}

def Matmul : Inst<"matmul", 0x02, [TensorE],
    [Operand<"dst", Out, [Psum]>, Operand<"moving", In, [Sbuf]>],
    [Field<"passThrough", FlagField, 0, 1>]> {
  let summary = "dst[m, n] (+)= sum over k of weights[k, m] * moving[k, n]";
  let constraints = "moving has as many partitions, at the same start, as the weights; dst has "
                    "as many partitions as the weights have columns and stays in one bank; fp32 "
                    "pairs only with fp32; passThrough (generation 3) copies moving through an "
                    "identity bit for bit";
  let hasAccumulate = 1;
  let columns = "cost::matmulInterval(m, i.moving(), i.passThrough())";
  let interval = "columns(i.inst(), m)";
  let latency = "columns(i.inst(), m) + i.dst().partitions + m.tensorLatencyCycles";
  let faults = ["multiplies before weights were loaded",
                "accumulates on a PSUM cell that no matmul has written"];
  let source = "hardware notes 3.2: max(N, 64) cycles a pass, fp32 four passes; latency N + M + 397 (v2)";
}
