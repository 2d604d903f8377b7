// Reductions and scans.
#ifndef NEURON_NN_REDUCE
#define NEURON_NN_REDUCE

include "dialects/nn/NnBase.td"

// Constraints of every reduction:
//   (C1) axes are in [0, rank), rising.
class Nn_Reduce<string mnemonic, TypeConstraint kind, string formula> : Nn_InferredOp<mnemonic> {
  let summary = formula # ", over axes";
  let description = [{
    Reduced dims stay as ones with `keep_dims`, otherwise they go. No axes: input unchanged
    in shape, each element reduced alone.

    (C1) axes are in [0, rank), rising.

    ```mlir
    %y = nn.}] # mnemonic # [{ %x {axes = array<i64: 1>, keep_dims = true} : (tensor<4x8xf32>) -> tensor<4x1xf32>
    ```
  }];
  let arguments = (ins kind:$input, DenseI64ArrayAttr:$axes,
                       DefaultValuedAttr<BoolAttr, "false">:$keep_dims);
  let results = (outs kind:$result);
}

def Nn_ReduceSumOp : Nn_Reduce<"reduce_sum", Nn_NumberTensor, "sum of x"> {
  let onnx = [Onnx<"ReduceSum">];
  let torch = ["aten::sum"];
}
def Nn_ReduceMeanOp : Nn_Reduce<"reduce_mean", Nn_NumberTensor, "mean of x"> {
  let onnx = [Onnx<"ReduceMean">];
  let torch = ["aten::mean"];
}
def Nn_ReduceMaxOp : Nn_Reduce<"reduce_max", Nn_Tensor, "largest x"> {
  let onnx = [Onnx<"ReduceMax">];
  let torch = ["aten::amax"];
}
def Nn_ReduceMinOp : Nn_Reduce<"reduce_min", Nn_Tensor, "smallest x"> {
  let onnx = [Onnx<"ReduceMin">];
  let torch = ["aten::amin"];
}
def Nn_ReduceProdOp : Nn_Reduce<"reduce_prod", Nn_NumberTensor, "product of x"> {
  let onnx = [Onnx<"ReduceProd">];
  let torch = ["aten::prod"];
}
def Nn_ReduceL1Op : Nn_Reduce<"reduce_l1", Nn_NumberTensor, "sum of |x|"> {
  let onnx = [Onnx<"ReduceL1">];
}
def Nn_ReduceL2Op : Nn_Reduce<"reduce_l2", Nn_NumberTensor, "square root of the sum of x * x"> {
  let onnx = [Onnx<"ReduceL2">];
}
def Nn_ReduceSumSquareOp : Nn_Reduce<"reduce_sum_square", Nn_NumberTensor, "sum of x * x"> {
  let onnx = [Onnx<"ReduceSumSquare">];
}
def Nn_ReduceLogSumOp : Nn_Reduce<"reduce_log_sum", Nn_FloatTensor, "logarithm of the sum of x"> {
  let onnx = [Onnx<"ReduceLogSum">];
}
def Nn_ReduceLogSumExpOp
    : Nn_Reduce<"reduce_log_sum_exp", Nn_FloatTensor, "logarithm of the sum of exp(x)"> {
  let onnx = [Onnx<"ReduceLogSumExp">];
  let torch = ["aten::logsumexp"];
}

//===-- positions -------------------------------------------------------------------------===//

class Nn_ArgReduce<string mnemonic, string which> : Nn_InferredOp<mnemonic> {
  let summary = "position along axis of the " # which # " element, the first or the last of equals";
  let description = [{
    (C1) axis is in [0, rank), and that dim is not 0.

    ```mlir
    %y = nn.}] # mnemonic # [{ %x {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4xi64>
    ```
  }];
  let arguments = (ins Nn_NumberTensor:$input, Nn_IntAttr:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$keep_dims,
                       DefaultValuedAttr<BoolAttr, "false">:$select_last);
  let results = (outs Nn_IndexTensor:$result);
}
def Nn_ArgMaxOp : Nn_ArgReduce<"arg_max", "largest"> {
  let onnx = [Onnx<"ArgMax">];
  let torch = ["aten::argmax"];
}
def Nn_ArgMinOp : Nn_ArgReduce<"arg_min", "smallest"> {
  let onnx = [Onnx<"ArgMin">];
  let torch = ["aten::argmin"];
}

def Nn_TopkOp : Nn_InferredOp<"topk"> {
  let summary = "the k largest (or smallest) elements along axis, in order, and their positions";
  let description = [{
    Of equal elements the one at the lower position comes first.

    (C1) axis is in [0, rank).
    (C2) k is in [0, dim].

    ```mlir
    %v, %i = nn.topk %x {axis = 1 : i64, k = 3 : i64} : (tensor<4x8xf32>) -> (tensor<4x3xf32>, tensor<4x3xi64>)
    ```
  }];
  let onnx = [Onnx<"TopK", 11>];
  let torch = ["aten::topk", "aten::sort"];
  let arguments = (ins Nn_NumberTensor:$input, Nn_IntAttr:$axis, Nn_IntAttr:$k,
                       DefaultValuedAttr<BoolAttr, "true">:$largest);
  let results = (outs Nn_NumberTensor:$values, Nn_IndexTensor:$indices);
}

def Nn_CumsumOp : Nn_InferredOp<"cumsum"> {
  let summary = "running sum along axis";
  let description = [{
    `exclusive` leaves the own element out; `reverse` runs from the end.

    (C1) axis is in [0, rank).

    ```mlir
    %y = nn.cumsum %x {axis = 1 : i64} : (tensor<4x8xf32>) -> tensor<4x8xf32>
    ```
  }];
  let onnx = [Onnx<"CumSum", 11>];
  let torch = ["aten::cumsum"];
  let arguments = (ins Nn_NumberTensor:$input, Nn_IntAttr:$axis,
                       DefaultValuedAttr<BoolAttr, "false">:$exclusive,
                       DefaultValuedAttr<BoolAttr, "false">:$reverse);
  let results = (outs Nn_NumberTensor:$result);
}

#endif
