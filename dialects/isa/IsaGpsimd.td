//===- IsaGpsimd.td - instructions of the GpSimd ---------------------------------------------===//
include "dialects/isa/IsaBase.td"

def Iota : Streaming<"iota", 0x40, [GpSimdE], [Operand<"dst", Out, [Sbuf]>], [],
    [Imm<"offset", "int32_t", 0>, Imm<"channelMultiplier", "int32_t", 1>]> {
  let summary = "dst[p, i] = offset + p * channelMultiplier + i, i the row-major position in dst";
  let source = "hardware notes 3.5: 150 + N cycles";
}

def AffineSelect : Streaming<"affine_select", 0x41, [GpSimdE],
    [Operand<"dst", Out, [Sbuf]>, Operand<"src", In, [Sbuf]>, ScalarColumn<"offsetColumn", In, 1>],
    [Field<"op", AluOpField, 0, 5>],
    [Imm<"fill", "float", 0>, Imm<"packed", "uint32_t", 1>]> {
  let summary = "y = offset + p * channel + i * step; dst[p, i] = src[p, i] where y op 0, else "
                "fill; channel and step are the signed low and high halves of `packed`; offset is "
                "the column, or zero";
  let rules = [SameShape<"dst", "src">, Column<"offsetColumn", "dst">, Comparison<"op">];
  let source = "hardware notes 3.5: 150 + N cycles";
}

def GatherFree : Streaming<"gather_free", 0x42, [GpSimdE],
    [Operand<"dst", Out, [Sbuf]>, Operand<"src", In, [Sbuf]>, Operand<"index", In, [Sbuf]>]> {
  let summary = "dst[p, i] = src[p, index[p, i]]";
  let rules = [
    SameShape<"dst", "index">, SameLanes<"dst", "src">,
    Rule<"rule::isIndex(i.index())", "index is u32 or i32">,
    Rule<"i.dst().dtype == i.src().dtype", "dst and src have one dtype">];
  let columns = "4 * i.dst().elements()";
  let faults = ["an index outside src"];
  let source = "hardware notes 3.5: nc_n_gather, 150 n + 4 N, assumed";
}

def PartitionReduce : Streaming<"partition_reduce", 0x43, [GpSimdE],
    [Operand<"dst", Out, [Sbuf]>, Operand<"src", In, [Sbuf]>],
    [Field<"op", AluOpField, 0, 5>]> {
  let summary = "dst[0, i] = reduction by op over p of src[p, i]";
  let rules = [
    Rule<"i.dst().partitions == 1", "dst has one partition">,
    Rule<"rule::sameElements(i.dst(), i.src())", "dst and src have equal elements">,
    Reduction<"op">, AluTypes<"op", "dst", "src">];
  let columns = "16 * i.src().elements()";
  let source = "hardware notes 3.5: 150 + 16 N, assumed";
}

def Rsqrt : Streaming<"rsqrt", 0x44, [GpSimdE],
    [Operand<"dst", Out, [Sbuf]>, Operand<"src", In, [Sbuf]>]> {
  let summary = "dst = 1 / sqrt(src), correctly rounded in two steps";
  let rules = [SameShape<"dst", "src">];
  let columns = "4 * i.dst().elements()";
  let source = "hardware notes 3.5: four times the ScalarE's time";
}
