// Movement of elements whose places are known while compiling, and conversion.
#ifndef NEURON_NN_SHAPE
#define NEURON_NN_SHAPE

include "dialects/nn/NnBase.td"

def Nn_ReshapeOp : Nn_TypedOp<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = [{
    (C1) element counts and types are equal.

    ```mlir
    %y = nn.reshape %x : (tensor<1x16x4x4xf32>) -> tensor<1x256xf32>
    ```
  }];
  let onnx = [Onnx<"Reshape", 5>, Onnx<"Flatten">, Onnx<"Squeeze">, Onnx<"Unsqueeze">];
  let torch = ["aten::reshape", "aten::view", "aten::flatten", "aten::squeeze", "aten::unsqueeze"];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_BroadcastOp : Nn_TypedOp<"broadcast"> {
  let summary = "dims of size 1 repeated to the result's";
  let description = [{
    (C1) ranks and element types are equal.
    (C2) every dim of input is 1 or the result's.

    ```mlir
    %y = nn.broadcast %x : (tensor<1x8xf32>) -> tensor<4x8xf32>
    ```
  }];
  let onnx = [Onnx<"Expand", 8>];
  let torch = ["aten::expand"];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_CastOp : Nn_TypedOp<"cast"> {
  let summary = "x as another element type";
  let description = [{
    To a narrower float: nearest, ties to even. Float to integer: towards zero; a value out
    of range goes to the nearest end of the range, not-a-number to 0. To boolean: x != 0.
    Integer to integer: modulo two to the width.

    (C1) shapes are equal.

    ```mlir
    %y = nn.cast %x : (tensor<4x8xi64>) -> tensor<4x8xf32>
    ```
  }];
  let onnx = [Onnx<"Cast", 6>, Onnx<"CastLike", 15>];
  let torch = ["aten::to"];
  let arguments = (ins Nn_Tensor:$input);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_TransposeOp : Nn_InferredOp<"transpose"> {
  let summary = "dim i of the result is dim perm[i] of input";
  let description = [{
    (C1) perm is a permutation of 0..rank.

    ```mlir
    %y = nn.transpose %x {perm = array<i64: 0, 2, 1>} : (tensor<1x128x64xf32>) -> tensor<1x64x128xf32>
    ```
  }];
  let onnx = [Onnx<"Transpose">];
  let torch = ["aten::permute", "aten::transpose", "aten::t"];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_SliceOp : Nn_InferredOp<"slice"> {
  let summary = "result[i] = input[starts + i * steps], sizes elements of each dim";
  let description = [{
    (C1) starts, sizes and steps have one entry a dim; steps are not 0, sizes not negative.
    (C2) first and last element read are within the dim.

    ```mlir
    %y = nn.slice %x {starts = array<i64: 0, 0>, sizes = array<i64: 4, 1>, steps = array<i64: 1, 1>} : (tensor<4x8xf32>) -> tensor<4x1xf32>
    ```
  }];
  let onnx = [Onnx<"Slice", 10>, Onnx<"Split">];
  let torch = ["aten::slice", "aten::select", "aten::split", "aten::chunk"];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$starts, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$steps);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_ConcatOp : Nn_InferredOp<"concat"> {
  let summary = "inputs one after the other along axis";
  let description = [{
    (C1) there is an input, axis is in [0, rank).
    (C2) element types, ranks and all dims but axis are equal.

    ```mlir
    %z = nn.concat %x, %y {axis = 1 : i64} : (tensor<4x8xf32>, tensor<4x2xf32>) -> tensor<4x10xf32>
    ```
  }];
  let onnx = [Onnx<"Concat", 4>];
  let torch = ["aten::cat"];
  let arguments = (ins Variadic<Nn_Tensor>:$inputs, Nn_IntAttr:$axis);
  let results = (outs Nn_Tensor:$result);
  let hasFolder = 1;
}

def Nn_PadOp : Nn_InferredOp<"pad"> {
  let summary = "input with `low` elements before and `high` after each dim, `interior` between";
  let description = [{
    `mode` says what is put there: "constant" the number `value`; "edge" the nearest element;
    "reflect" and "wrap" the element found by mirroring at the border element or going round.
    Negative low or high cut off.

    (C1) low and high have one entry a dim, interior none or one a dim; interior is not negative.
    (C2) no dim of the result is negative.
    (C3) mode is "constant", "edge", "reflect" or "wrap"; only "constant" goes with interior;
         the others need elements to take from, reflect dims above 1 where it pads.

    ```mlir
    %y = nn.pad %x {low = array<i64: 0, 1>, high = array<i64: 0, 1>} : (tensor<4x8xf32>) -> tensor<4x10xf32>
    ```
  }];
  let onnx = [Onnx<"Pad", 11>];
  let torch = ["aten::pad"];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$interior,
                       DefaultValuedAttr<F64Attr, "0.0">:$value,
                       DefaultValuedAttr<StrAttr, "\"constant\"">:$mode);
  let results = (outs Nn_Tensor:$result);
}

def Nn_TileOp : Nn_InferredOp<"tile"> {
  let summary = "input repeated repeats[i] times along dim i";
  let description = [{
    (C1) repeats has one entry a dim, none negative.

    ```mlir
    %y = nn.tile %x {repeats = array<i64: 1, 2>} : (tensor<4x8xf32>) -> tensor<4x16xf32>
    ```
  }];
  let onnx = [Onnx<"Tile", 6>];
  let torch = ["aten::repeat"];
  let arguments = (ins Nn_Tensor:$input, DenseI64ArrayAttr:$repeats);
  let results = (outs Nn_Tensor:$result);
}

def Nn_DepthToSpaceOp : Nn_InferredOp<"depth_to_space"> {
  let summary = "channels into blocks of rows and columns";
  let description = [{
    Channel index is (row, column, c) in mode "DCR", (c, row, column) in mode "CRD".

    (C1) input has rank 4; block is positive and its square divides the channels.
    (C2) mode is "DCR" or "CRD".

    ```mlir
    %y = nn.depth_to_space %x {block = 2 : i64} : (tensor<1x8x3x4xf32>) -> tensor<1x2x6x8xf32>
    ```
  }];
  let onnx = [Onnx<"DepthToSpace", 11>];
  let torch = ["aten::pixel_shuffle"];
  let arguments = (ins Nn_Tensor:$input, Nn_IntAttr:$block,
                       DefaultValuedAttr<StrAttr, "\"DCR\"">:$mode);
  let results = (outs Nn_Tensor:$result);
}

def Nn_SpaceToDepthOp : Nn_InferredOp<"space_to_depth"> {
  let summary = "blocks of rows and columns into channels (row, column, c)";
  let description = [{
    (C1) input has rank 4; block is positive and divides rows and columns.

    ```mlir
    %y = nn.space_to_depth %x {block = 2 : i64} : (tensor<1x2x6x8xf32>) -> tensor<1x8x3x4xf32>
    ```
  }];
  let onnx = [Onnx<"SpaceToDepth">];
  let torch = ["aten::pixel_unshuffle"];
  let arguments = (ins Nn_Tensor:$input, Nn_IntAttr:$block);
  let results = (outs Nn_Tensor:$result);
}

def Nn_ResizeOp : Nn_TypedOp<"resize"> {
  let summary = "input sampled at another density along every dim whose size or scale changes";
  let description = [{
    `scales[i]` is output per input. `coordinates` maps an output position to an input one:
    "half_pixel", "half_pixel_symmetric", "pytorch_half_pixel", "align_corners", "asymmetric".
    `mode`: "nearest" (with `rounding` "round_prefer_floor", "round_prefer_ceil", "floor",
    "ceil"), "linear", "cubic" (with `cubic_a`; positions outside count as the edge, or not at
    all with `exclude_outside`).

    (C1) scales has one positive entry a dim; ranks and element types are equal.
    (C2) mode, coordinates and rounding are among those listed.
    (C3) linear and cubic need floating-point elements; an input without elements has such a result.

    ```mlir
    %y = nn.resize %x {scales = array<f64: 1.0, 1.0, 2.0, 2.0>} : (tensor<1x2x4x4xf32>) -> tensor<1x2x8x8xf32>
    ```
  }];
  let onnx = [Onnx<"Resize", 11>];
  let torch = ["aten::upsample_nearest2d", "aten::upsample_bilinear2d"];
  let arguments = (ins Nn_Tensor:$input, DenseF64ArrayAttr:$scales,
                       DefaultValuedAttr<StrAttr, "\"nearest\"">:$mode,
                       DefaultValuedAttr<StrAttr, "\"half_pixel\"">:$coordinates,
                       DefaultValuedAttr<StrAttr, "\"round_prefer_floor\"">:$rounding,
                       DefaultValuedAttr<F64Attr, "-0.75">:$cubic_a,
                       DefaultValuedAttr<BoolAttr, "false">:$exclude_outside);
  let results = (outs Nn_Tensor:$result);
}

def Nn_TriluOp : Nn_InferredOp<"trilu"> {
  let summary = "upper (column - row >= k) or lower (<= k) triangle of the last two dims, else 0";
  let description = [{
    (C1) input has rank 2 at least.

    ```mlir
    %y = nn.trilu %x {upper = false} : (tensor<8x8xf32>) -> tensor<8x8xf32>
    ```
  }];
  let onnx = [Onnx<"Trilu", 14>];
  let torch = ["aten::tril", "aten::triu"];
  let arguments = (ins Nn_Tensor:$input, DefaultValuedAttr<BoolAttr, "true">:$upper,
                       DefaultValuedAttr<Nn_IntAttr, "0">:$k);
  let results = (outs Nn_Tensor:$result);
}

#endif
