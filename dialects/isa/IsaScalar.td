//===- IsaScalar.td - instructions of the ScalarE --------------------------------------------===//
include "dialects/isa/IsaBase.td"

def Activate : Streaming<"activate", 0x30, [ScalarE],
    [Operand<"dst", Out, [Sbuf, Psum]>, Operand<"src", In, [Sbuf, Psum]>,
     ScalarColumn<"bias", In, 1>, ScalarColumn<"scaleColumn", In, 1>],
    [Field<"function", ActivationField, 0, 5>, Field<"reduce", ReduceCmdField, 5, 2>],
    [Imm<"scale", "float", 0>, Imm<"biasImm", "float", 1>]> {
  let summary = "dst = function(src * scale + bias); reduce adds dst into the reduce register of "
                "its partition; columns of one value per partition replace the immediates";
  let rules = [SameShape<"dst", "src">, Column<"bias", "dst">, Column<"scaleColumn", "dst">];
  let constraints = "the activation table that is loaded holds the function";
  let columns = "cost::activateColumns(m, i.dst(), i.src())";
  let faults = ["uses a function of a table that is not loaded"];
  let source = "hardware notes 3.3: max(64, N), scale, bias and reduction free";
}

def ReadReduce : Streaming<"read_reduce", 0x31, [ScalarE],
    [ScalarColumn<"dst", Out>]> {
  let summary = "dst[p] = the reduce register of partition p";
  let columns = "m.reduceReadCycles";
  let faults = ["reads a reduce register that was never reset"];
  let source = "hardware notes 3.3: 64 cycles";
}

def LoadTable : Inst<"load_table", 0x32, [ScalarE], [],
    [Field<"function", ActivationField, 0, 5>]> {
  let summary = "loads the activation table set that holds the function";
  let interval = "cost::tableLoad(m)";
  let latency = "cost::tableLoad(m)";
  let source = "hardware notes 3.1: 368 ns on trn1, 1.28 us on trn2; the sets are assumed";
}
