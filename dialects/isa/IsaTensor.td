//===- IsaTensor.td - instructions of the TensorE ------------------------------------------===//
include "dialects/isa/IsaBase.td"

def LoadWeights : Inst<"ldweights", 0x01, [TensorE], [Operand<"stationary", In, [Sbuf]>]> {
  let summary = "weights[k, m] = stationary[k, m]; the next matmul uses them";
  let rules = [
    Rule<"i.stationary().elements() <= 128", "stationary has at most 128 columns">,
    Rule<"rule::isRowTile(m, i.stationary())",
         "stationary starts at a row tile of the array and stays in it">,
    Rule<"rule::isTensorType(m, i.stationary().dtype)",
         "stationary has a dtype that the array multiplies">];
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
  let rules = [
    Rule<"i.moving().elements() <= m.movingColumnsMax",
         "moving has at most the columns that the machine takes">,
    Rule<"rule::sameElements(i.dst(), i.moving())", "dst and moving have equal elements">,
    Rule<"rule::isRowTile(m, i.moving())",
         "moving starts at a row tile of the array and stays in it">,
    Rule<"rule::isRowTile(m, i.dst())", "dst starts at a column tile of the array and stays in it">,
    Rule<"rule::isTensorType(m, i.moving().dtype)", "moving has a dtype that the array multiplies">,
    Rule<"rule::fitsBanks(m, i.dst())", "dst stays in one bank">,
    Rule<"!i.passThrough() || m.generation >= 3", "passThrough needs generation 3">,
    Rule<"rule::isResultType(m, i.dst().dtype, i.moving().dtype, i.passThrough())",
         "dst is f32; with passThrough, as wide as moving; bf16 from generation 4">];
  let constraints = "moving has as many partitions, at the same start, as the weights; dst has "
                    "as many partitions as the weights have columns; fp32 pairs only with fp32";
  let hasAccumulate = 1;
  let columns = "cost::matmulInterval(m, i.moving(), i.passThrough())";
  let interval = "columns(i.inst(), m)";
  let latency = "columns(i.inst(), m) + i.dst().partitions + m.tensorLatencyCycles";
  let faults = ["multiplies before weights were loaded",
                "accumulates on a PSUM cell that no matmul has written"];
  let source = "hardware notes 3.2: max(N, 64) cycles a pass, fp32 four passes; latency N + M + 397 (v2)";
}
