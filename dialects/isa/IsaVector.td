//===- IsaVector.td - instructions of the VectorE (some also on GpSimd) ----------------------===//
include "dialects/isa/IsaBase.td"

defvar OnChip = [Sbuf, Psum];

def TensorTensor : Streaming<"tensor_tensor", 0x10, [VectorE, GpSimdE],
    [Operand<"dst", Out, OnChip>, Operand<"a", In, OnChip>, Operand<"b", In, OnChip>],
    [Field<"op", AluOpField, 0, 5>]> {
  let summary = "dst = a op b, elementwise";
  let rules = [
    SameShape<"dst", "a">, SameShape<"dst", "b">, OnePsum<"a", "b">, AluTypes<"op", "a", "b">];
  let constraints = "32-bit integers are exact on GpSimd only";
  let columns = "cost::tensorTensorColumns(m, i.dst(), i.a(), i.b(), i.op())";
  let source = "hardware notes 3.4: N with one PSUM input or bf16, else 2N on v2";
}

def TensorScalar : Streaming<"tensor_scalar", 0x11, [VectorE, GpSimdE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>,
     ScalarColumn<"scalar0", In, 1>, ScalarColumn<"scalar1", In, 1>],
    [Field<"op0", AluOpField, 0, 5>, Field<"op1", AluOpField, 5, 5>,
     Field<"reverse0", FlagField, 10, 1>, Field<"reverse1", FlagField, 11, 1>],
    [Imm<"imm0", "float", 0>, Imm<"imm1", "float", 1>]> {
  let summary = "dst = (src op0 s0) op1 s1; s0, s1 are columns of one value per partition when "
                "present, else the immediates; reverse swaps the sides of an operation; op1 "
                "bypass leaves it out";
  let rules = [
    SameShape<"dst", "src">, Column<"scalar0", "dst">, Column<"scalar1", "dst">,
    AluTypes<"op0", "dst", "src">, AluTypes<"op1", "dst", "src">];
  let columns = "cost::copyColumns(m, i.dst(), i.src())";
  let source = "hardware notes 3.4: max(64, N)";
}

def TensorScalarReduce : Streaming<"tensor_scalar_reduce", 0x12, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, ScalarColumn<"scalar0", In, 1>,
     ScalarColumn<"result", Out>],
    [Field<"op0", AluOpField, 0, 5>, Field<"reduceOp", AluOpField, 5, 5>,
     Field<"reverse0", FlagField, 10, 1>],
    [Imm<"imm0", "float", 0>]> {
  let summary = "dst = src op0 s0; result[p] = reduction of dst over all free dims";
  let rules = [
    SameShape<"dst", "src">, SameLanes<"dst", "result">, Column<"scalar0", "dst">,
    Rule<"rule::isArithmeticReduction(i.reduceOp())", "reduceOp is add, multiply, max or min">];
  let columns = "i.src().elements() + m.reduceReadCycles";
  let source = "hardware notes 3.4: max(64, N) + 64";
}

def ScalarTensorTensor : Streaming<"scalar_tensor_tensor", 0x13, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, ScalarColumn<"scalar0", In, 1>,
     Operand<"b", In, OnChip>],
    [Field<"op0", AluOpField, 0, 5>, Field<"op1", AluOpField, 5, 5>,
     Field<"reverse0", FlagField, 10, 1>, Field<"reverse1", FlagField, 11, 1>],
    [Imm<"imm0", "float", 0>]> {
  let summary = "dst = (src op0 s0) op1 b";
  let rules = [
    SameShape<"dst", "src">, SameShape<"dst", "b">, OnePsum<"src", "b">, Column<"scalar0", "dst">,
    AluTypes<"op0", "dst", "src">, AluTypes<"op1", "dst", "b">];
  let columns = "cost::scalarTensorTensorColumns(m, i.dst(), i.src(), i.b(), i.op0(), i.op1())";
  let source = "hardware notes 3.4: 2N, N for bf16 subtract-multiply";
}

def TensorTensorScan : Streaming<"tensor_tensor_scan", 0x14, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"a", In, OnChip>, Operand<"b", In, OnChip>,
     ScalarColumn<"initial", In, 1>],
    [Field<"op0", AluOpField, 0, 5>, Field<"op1", AluOpField, 5, 5>],
    [Imm<"imm0", "float", 0>]> {
  let summary = "r[i] = (a[i] op0 r[i-1]) op1 b[i]; dst = r; r[-1] = initial";
  let rules = [SameShape<"dst", "a">, SameShape<"dst", "b">, Column<"initial", "dst">];
  let columns = "2 * i.dst().elements()";
  let source = "hardware notes 3.4: max(64, 2N); evaluated serially";
}

def TensorReduce : Streaming<"tensor_reduce", 0x15, [VectorE, GpSimdE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>],
    [Field<"op", AluOpField, 0, 5>, Field<"axes", AxesField, 5, 3>,
     Field<"negate", FlagField, 8, 1>]> {
  let summary = "dst = reduction by op of src over its last `axes` dims; negate: dst = -dst";
  let rules = [
    SameLanes<"dst", "src">,
    Rule<"i.axes() >= 1 && i.axes() <= i.src().numDims", "axes is 1 to the dims of src">,
    Rule<"rule::isReducedBy(i.dst(), i.src(), i.axes())",
         "dst has the elements of src's other dims">,
    Reduction<"op">, AluTypes<"op", "dst", "src">];
  let columns = "cost::reduceColumns(m, i.dst(), i.src(), i.op())";
  let source = "hardware notes 3.4: N, N/2 for bf16 add and max";
}

def TensorCopy : Streaming<"tensor_copy", 0x16, [VectorE, GpSimdE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst = src, cast to dst's type; bit exact when the types are equal";
  let rules = [SameShape<"dst", "src">];
  let columns = "cost::copyColumns(m, i.dst(), i.src())";
  let source = "hardware notes 3.4: max(64, N)";
}

def TensorCopyPredicated : Streaming<"tensor_copy_predicated", 0x17, [VectorE],
    [Operand<"dst", InOut, OnChip>, Operand<"src", In, OnChip>,
     Operand<"predicate", In, OnChip>]> {
  let summary = "dst[i] = src[i] where predicate[i] is not zero, else kept";
  let rules = [
    SameShape<"dst", "src">, SameShape<"dst", "predicate">,
    Rule<"isInteger(i.predicate().dtype)", "predicate is of integers">];
  let columns = "cost::predicatedColumns(i.dst(), i.src(), i.predicate())";
  let source = "hardware notes 3.4: N with src and predicate in different memories, else 2N";
}

def Reciprocal : Streaming<"reciprocal", 0x18, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst = 1 / src, correctly rounded";
  let rules = [SameShape<"dst", "src">];
  let columns = "8 * i.dst().elements()";
  let source = "hardware notes 3.4: max(64, 8N)";
}

def Memset : Streaming<"memset", 0x19, [VectorE, GpSimdE], [Operand<"dst", Out, OnChip>], [],
    [Imm<"value", "float", 0>]> {
  let summary = "dst = value";
  let columns = "cost::memsetColumns(m, i.dst(), i.value())";
  let source = "hardware notes 3.4: N, N/2 for zero in 16 bits";
}

def BnStats : Streaming<"bn_stats", 0x1a, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst[p, 0..5] = (count, mean, variance * count) of the even, then of the odd elements";
  let rules = [
    SameLanes<"dst", "src">, Elements<"dst", 6>,
    Rule<"i.src().elements() <= 512", "src has at most 512 elements">];
  let columns = "i.src().elements()";
  let source = "hardware notes 3.4: max(64, N)";
}

def BnAggregate : Streaming<"bn_aggr", 0x1b, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst[p, 0..1] = mean and variance of the (count, mean, variance * count) triples in src";
  let rules = [
    SameLanes<"dst", "src">, Elements<"dst", 2>,
    Rule<"i.src().elements() % 3 == 0", "src has triples">];
  let columns = "13 * i.src().elements() / 3";
  let source = "hardware notes 3.4: max(64, 13 N/3)";
}

def Max8 : Streaming<"max8", 0x1c, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst[p, 0..7] = the 8 largest of src, descending";
  let rules = [
    SameLanes<"dst", "src">, Elements<"dst", 8>,
    Rule<"rule::isSearchable(i.src())", "src has 8 to 16384 elements">];
  let columns = "i.src().elements()";
  let source = "hardware notes 3.4: N";
}

def FindIndex8 : Streaming<"find_index8", 0x1d, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, Operand<"values", In, OnChip>]> {
  let summary = "dst[p, j] = position in src of values[p, j]; equal values get ascending "
                "positions; all ones when absent";
  let rules = [
    SameLanes<"dst", "src">, SameShape<"dst", "values">, Elements<"dst", 8>,
    Rule<"rule::isSearchable(i.src())", "src has 8 to 16384 elements">,
    Rule<"i.dst().dtype == DType::U32 || i.dst().dtype == DType::U16", "dst is u32 or u16">];
  let columns = "i.src().elements()";
  let source = "hardware notes 3.4: N";
}

def MatchReplace8 : Streaming<"match_replace8", 0x1e, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, Operand<"values", In, OnChip>], [],
    [Imm<"value", "float", 0>]> {
  let summary = "dst = src with the first occurrence of each of the 8 values replaced";
  let rules = [
    SameShape<"dst", "src">, SameLanes<"dst", "values">, Elements<"values", 8>,
    Rule<"rule::isSearchable(i.src())", "src has 8 to 16384 elements">];
  let columns = "i.src().elements()";
  let source = "hardware notes 3.4: max(64, N)";
}

def StreamShuffle : Streaming<"stream_shuffle", 0x1f, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, Operand<"mask", In, [Sbuf]>]> {
  let summary = "in every quadrant: dst[32 q + i] = src[32 q + mask[i]]; 255 leaves dst[i]";
  let rules = [
    SameShape<"dst", "src">, Elements<"mask", 32>,
    Rule<"i.mask().dtype == DType::U8", "mask is u8">,
    Rule<"i.dst().dtype == i.src().dtype", "dst and src have one dtype">];
  let constraints = "the mask lies in the first partition of its operand";
  let columns = "i.dst().elements()";
  let source = "hardware notes 3.4: max(64, N); the mask as an operand is our choice";
}

def Transpose32 : Streaming<"transpose32", 0x20, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>]> {
  let summary = "dst[j, i] = src[i, j] in blocks of at most 32 x 32 within a quadrant";
  let rules = [
    Rule<"rule::areBlocks(i.dst(), i.src())",
         "one block of at most 32 x 32 turned around, or whole blocks of 32 x 32 in equal shapes">,
    Rule<"i.dst().dtype == i.src().dtype", "dst and src have one dtype">];
  let columns = "i.src().elements()";
  let source = "hardware notes 3.4: max(64, N)";
}

def RangeSelect : Streaming<"range_select", 0x21, [VectorE],
    [Operand<"dst", Out, OnChip>, Operand<"src", In, OnChip>, ScalarColumn<"low", In>,
     ScalarColumn<"high", In>],
    [Field<"op0", AluOpField, 0, 5>, Field<"op1", AluOpField, 5, 5>],
    [Imm<"start", "float", 0>, Imm<"fill", "float", 1>]> {
  let summary = "dst[i] = src[i] where (start + i op0 low) and (start + i op1 high), else fill";
  let rules = [
    SameShape<"dst", "src">, Column<"low", "dst">, Column<"high", "dst">, Comparison<"op0">,
    Comparison<"op1">,
    Rule<"isFloat(i.src().dtype)", "src is of floats">];
  let minGeneration = 3;
  let columns = "i.dst().elements()";
  let source = "hardware notes 3.4: max(64, N), from generation 3";
}
