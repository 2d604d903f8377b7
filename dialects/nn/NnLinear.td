// Products and windows: matmul, gemm, convolution, pools, attention.
//
// Images are [batch, channel, spatial...]. Window attributes have one entry a spatial dim;
// an empty list means ones (strides, dilations) or zeros (pads).
#ifndef NEURON_NN_LINEAR
#define NEURON_NN_LINEAR

include "dialects/nn/NnBase.td"

def Nn_MatmulOp : Nn_InferredOp<"matmul"> {
  let summary = "result[b, m, n] = sum over k of lhs[b, m, k] * rhs[b, k, n]";
  let description = [{
    Leading dims are batch dims; one of size 1 repeats. Sums are formed in f32 (i64 for
    integers) and rounded once to the result.

    (C1) operands have the same rank, at least 2.
    (C2) batch dims are equal or 1.
    (C3) the last dim of lhs equals the second last of rhs.
    (C4) element types are equal.

    ```mlir
    %y = nn.matmul %x, %w : (tensor<8x128x768xf32>, tensor<1x768x3072xf32>) -> tensor<8x128x3072xf32>
    ```
  }];
  let onnx = [Onnx<"MatMul">];
  let torch = ["aten::matmul", "aten::bmm", "aten::mm"];
  let arguments = (ins Nn_NumberTensor:$lhs, Nn_NumberTensor:$rhs);
  let results = (outs Nn_NumberTensor:$result);
}

def Nn_GemmOp : Nn_InferredOp<"gemm"> {
  let summary = "result = alpha * lhs' * rhs' + beta * bias, ' a transposition if asked for";
  let description = [{
    (C1) lhs and rhs have rank 2.
    (C2) the contracted dims are equal.
    (C3) element types are equal.
    (C4) bias has rank 2 and broadcasts to the result.

    ```mlir
    %y = nn.gemm %x, %w, %b {trans_rhs = true} : (tensor<1x2048xf32>, tensor<1000x2048xf32>, tensor<1x1000xf32>) -> tensor<1x1000xf32>
    ```
  }];
  let onnx = [Onnx<"Gemm", 11>];
  let torch = ["aten::addmm", "aten::linear"];
  let arguments = (ins Nn_NumberTensor:$lhs, Nn_NumberTensor:$rhs,
                       Optional<Nn_NumberTensor>:$bias,
                       DefaultValuedAttr<F64Attr, "1.0">:$alpha,
                       DefaultValuedAttr<F64Attr, "1.0">:$beta,
                       DefaultValuedAttr<BoolAttr, "false">:$trans_lhs,
                       DefaultValuedAttr<BoolAttr, "false">:$trans_rhs);
  let results = (outs Nn_NumberTensor:$result);
}

def Nn_ConvOp : Nn_InferredOp<"conv"> {
  let summary = "convolution of images [n, c, spatial] with weights [o, c / groups, spatial]";
  let description = [{
    (C1) input and weight have the same rank, at least 3.
    (C2) window lists are empty or have one entry a spatial dim; strides and dilations are
         positive, pads are not negative.
    (C3) groups divides the channels of input and weight, and
         input channels = groups * weight channels.
    (C4) the window fits in the padded input.
    (C5) bias has rank 1 and one entry an output channel.
    (C6) element types are equal.

    ```mlir
    %y = nn.conv %x, %w, %b {pads_low = array<i64: 1, 1>, pads_high = array<i64: 1, 1>} : (tensor<1x3x8x8xf32>, tensor<16x3x3x3xf32>, tensor<16xf32>) -> tensor<1x16x8x8xf32>
    ```
  }];
  let onnx = [Onnx<"Conv">];
  let torch = ["aten::_convolution", "aten::conv2d"];
  let arguments = (ins Nn_NumberTensor:$input, Nn_NumberTensor:$weight,
                       Optional<Nn_NumberTensor>:$bias,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_low,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_high,
                       DefaultValuedAttr<Nn_IntAttr, "1">:$groups);
  let results = (outs Nn_NumberTensor:$result);
}

def Nn_ConvTransposeOp : Nn_InferredOp<"conv_transpose"> {
  let summary = "gradient of conv with respect to its input; weights [c, o / groups, spatial]";
  let description = [{
    Each input element adds weight * element to the window that conv would have read; then
    pads are cut off and `output_pads` rows appended.

    (C1)..(C6) as in conv; (C4): the result has no negative dim.
    (C7) output_pads is empty or has one entry a spatial dim, each in [0, max(stride, dilation)).

    ```mlir
    %y = nn.conv_transpose %x, %w {strides = array<i64: 2, 2>} : (tensor<1x4x4x4xf32>, tensor<4x2x2x2xf32>) -> tensor<1x2x8x8xf32>
    ```
  }];
  let onnx = [Onnx<"ConvTranspose">];
  let torch = ["aten::conv_transpose2d"];
  let arguments = (ins Nn_NumberTensor:$input, Nn_NumberTensor:$weight,
                       Optional<Nn_NumberTensor>:$bias,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$dilations,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_low,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_high,
                       DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$output_pads,
                       DefaultValuedAttr<Nn_IntAttr, "1">:$groups);
  let results = (outs Nn_NumberTensor:$result);
}

//===-- pools -----------------------------------------------------------------------------===//

defvar poolConstraints = [{
    (C1) input has rank 3 at least; kernel has one positive entry a spatial dim.
    (C2) window lists are empty or have one entry a spatial dim; strides and dilations are
         positive, pads are not negative and smaller than the window.
    (C4) the window fits in the padded input.
}];

class Nn_Pool<string mnemonic, dag extra> : Nn_InferredOp<mnemonic> {
  let arguments = !con((ins Nn_NumberTensor:$input,
                            DenseI64ArrayAttr:$kernel,
                            DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$strides,
                            DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$dilations,
                            DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_low,
                            DefaultValuedAttr<DenseI64ArrayAttr, "{}">:$pads_high,
                            DefaultValuedAttr<BoolAttr, "false">:$ceil_mode), extra);
  let results = (outs Nn_NumberTensor:$result);
}

def Nn_MaxPoolOp : Nn_Pool<"max_pool", (ins)> {
  let summary = "largest element of every window; padding never wins";
  let description = !strconcat(poolConstraints, [{
    ```mlir
    %y = nn.max_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x16x8x8xf32>) -> tensor<1x16x4x4xf32>
    ```
  }]);
  let onnx = [Onnx<"MaxPool", 8>];
  let torch = ["aten::max_pool2d"];
}

def Nn_AvgPoolOp : Nn_Pool<"avg_pool",
                           (ins DefaultValuedAttr<BoolAttr, "false">:$count_include_pad)> {
  let summary = "mean of every window; padding counts as zeros only where asked for";
  let description = !strconcat(poolConstraints, [{
    (C5) elements are floating-point.

    ```mlir
    %y = nn.avg_pool %x {kernel = array<i64: 2, 2>, strides = array<i64: 2, 2>} : (tensor<1x16x8x8xf32>) -> tensor<1x16x4x4xf32>
    ```
  }]);
  let onnx = [Onnx<"AveragePool", 7>];
  let torch = ["aten::avg_pool2d"];
}

class Nn_GlobalPool<string mnemonic> : Nn_InferredOp<mnemonic> {
  let arguments = (ins Nn_FloatTensor:$input);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_GlobalAvgPoolOp : Nn_GlobalPool<"global_avg_pool"> {
  let summary = "mean over all spatial dims, which stay as ones";
  let description = [{
    (C1) input has rank 3 at least.

    ```mlir
    %y = nn.global_avg_pool %x : (tensor<1x512x7x7xf32>) -> tensor<1x512x1x1xf32>
    ```
  }];
  let onnx = [Onnx<"GlobalAveragePool">];
  let torch = ["aten::adaptive_avg_pool2d"];
}

def Nn_GlobalMaxPoolOp : Nn_GlobalPool<"global_max_pool"> {
  let summary = "largest element over all spatial dims, which stay as ones";
  let description = [{
    (C1) input has rank 3 at least.

    ```mlir
    %y = nn.global_max_pool %x : (tensor<1x512x7x7xf32>) -> tensor<1x512x1x1xf32>
    ```
  }];
  let onnx = [Onnx<"GlobalMaxPool">];
  let torch = ["aten::adaptive_max_pool2d"];
}

//===-- attention -------------------------------------------------------------------------===//

def Nn_AttentionOp : Nn_InferredOp<"attention"> {
  let summary = "softmax(scale * query * key' + mask) * value, per batch and head";
  let description = [{
    query is [b, h, s, d], key [b, g, t, d], value [b, g, t, e]; head i of query reads head
    i / (h / g) of key and value. With `causal`, row i of query sees columns 0 .. i + t - s.

    (C1) query, key, value have rank 4, equal batch and element type.
    (C2) key and value have equal heads and lengths, query and key equal depth.
    (C3) the heads of query are a multiple of those of key.
    (C4) mask has rank 4 and broadcasts to [b, h, s, t].

    ```mlir
    %y = nn.attention %q, %k, %v {scale = 0.125 : f64} : (tensor<1x12x128x64xf32>, tensor<1x12x128x64xf32>, tensor<1x12x128x64xf32>) -> tensor<1x12x128x64xf32>
    ```
  }];
  let torch = ["aten::scaled_dot_product_attention"];
  let arguments = (ins Nn_FloatTensor:$query, Nn_FloatTensor:$key, Nn_FloatTensor:$value,
                       Optional<Nn_FloatTensor>:$mask, F64Attr:$scale,
                       DefaultValuedAttr<BoolAttr, "false">:$causal);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_RopeOp : Nn_InferredOp<"rope"> {
  let summary = "x * cos + rotated(x) * sin, rotated(x) being the halves of each row as [-second, first]";
  let description = [{
    Rotary position embedding: a row is the last dim of x, each pair (i, i + d / 2) of it is
    turned by an angle of which cos and sin hold the functions.

    (C1) x, cos and sin have one rank, at least 1, and one element type.
    (C2) the last dim of x is even.
    (C3) cos and sin have one shape, which broadcasts to that of x and has its last dim.

    ```mlir
    %y = nn.rope %x, %c, %s : (tensor<1x8x16x64xf32>, tensor<1x1x16x64xf32>, tensor<1x1x16x64xf32>) -> tensor<1x8x16x64xf32>
    ```
  }];
  let arguments = (ins Nn_FloatTensor:$x, Nn_FloatTensor:$cos, Nn_FloatTensor:$sin);
  let results = (outs Nn_FloatTensor:$result);
}

#endif
