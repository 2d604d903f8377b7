// Normalisations.
#ifndef NEURON_NN_NORM
#define NEURON_NN_NORM

include "dialects/nn/NnBase.td"

class Nn_AxisNorm<string mnemonic> : Nn_InferredOp<mnemonic> {
  let arguments = (ins Nn_FloatTensor:$input, Nn_IntAttr:$axis);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_SoftmaxOp : Nn_AxisNorm<"softmax"> {
  let summary = "exp(x - max x) / sum of exp(x - max x), along axis";
  let description = [{
    (C1) axis is in [0, rank).

    ```mlir
    %y = nn.softmax %x {axis = 1 : i64} : (tensor<128x512xf32>) -> tensor<128x512xf32>
    ```
  }];
  let onnx = [Onnx<"Softmax", 13>];
  let torch = ["aten::softmax"];
}

def Nn_LogSoftmaxOp : Nn_AxisNorm<"log_softmax"> {
  let summary = "x - max x - log of sum of exp(x - max x), along axis";
  let description = [{
    (C1) axis is in [0, rank).

    ```mlir
    %y = nn.log_softmax %x {axis = 1 : i64} : (tensor<128x512xf32>) -> tensor<128x512xf32>
    ```
  }];
  let onnx = [Onnx<"LogSoftmax", 13>];
  let torch = ["aten::log_softmax"];
}

def Nn_LayerNormOp : Nn_InferredOp<"layer_norm"> {
  let summary = "(x - mean) / sqrt(variance + epsilon) * scale + bias, over dims axis..rank";
  let description = [{
    (C1) axis is in [0, rank).
    (C2) scale and bias have the shape of dims axis..rank of input.
    (C3) element types are equal.

    ```mlir
    %y = nn.layer_norm %x, %g, %b {axis = 2 : i64, epsilon = 1.0e-05 : f64} : (tensor<1x128x384xf32>, tensor<384xf32>, tensor<384xf32>) -> tensor<1x128x384xf32>
    ```
  }];
  let onnx = [Onnx<"LayerNormalization", 17>];
  let torch = ["aten::layer_norm"];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$scale,
                       Optional<Nn_FloatTensor>:$bias, Nn_IntAttr:$axis,
                       DefaultValuedAttr<F64Attr, "1e-5">:$epsilon);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_RmsNormOp : Nn_InferredOp<"rms_norm"> {
  let summary = "x / sqrt(mean of squares + epsilon) * scale, over dims axis..rank";
  let description = [{
    (C1) axis is in [0, rank).
    (C2) scale has the shape of dims axis..rank of input.
    (C3) element types are equal.

    ```mlir
    %y = nn.rms_norm %x, %g {axis = 2 : i64, epsilon = 1.0e-06 : f64} : (tensor<1x8x512xf32>, tensor<512xf32>) -> tensor<1x8x512xf32>
    ```
  }];
  let onnx = [Onnx<"RMSNormalization", 23>];
  let torch = ["aten::rms_norm"];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$scale, Nn_IntAttr:$axis,
                       DefaultValuedAttr<F64Attr, "1e-5">:$epsilon);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_BatchNormOp : Nn_InferredOp<"batch_norm"> {
  let summary = "(x - mean[c]) / sqrt(variance[c] + epsilon) * scale[c] + bias[c], c = dim 1";
  let description = [{
    (C1) input has rank 2 at least.
    (C2) scale, bias, mean and variance have rank 1 and one entry a channel.
    (C3) element types are equal.

    ```mlir
    %y = nn.batch_norm %x, %g, %b, %m, %v {epsilon = 1.0e-05 : f64} : (tensor<1x64x56x56xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<1x64x56x56xf32>
    ```
  }];
  let onnx = [Onnx<"BatchNormalization", 9>];
  let torch = ["aten::batch_norm"];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$scale, Nn_FloatTensor:$bias,
                       Nn_FloatTensor:$mean, Nn_FloatTensor:$variance,
                       DefaultValuedAttr<F64Attr, "1e-5">:$epsilon);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_GroupNormOp : Nn_InferredOp<"group_norm"> {
  let summary = "layer_norm of each group of channels without scale, then scale[c] and bias[c]";
  let description = [{
    With groups = channels this is instance normalisation.

    (C1) input has rank 3 at least.
    (C2) groups divides the channels.
    (C3) scale and bias have rank 1, one entry a channel and the element type of input.

    ```mlir
    %y = nn.group_norm %x, %g, %b {groups = 32 : i64} : (tensor<1x64x8x8xf32>, tensor<64xf32>, tensor<64xf32>) -> tensor<1x64x8x8xf32>
    ```
  }];
  let onnx = [Onnx<"GroupNormalization", 21>, Onnx<"InstanceNormalization", 6>];
  let torch = ["aten::group_norm", "aten::instance_norm"];
  let arguments = (ins Nn_FloatTensor:$input, Nn_FloatTensor:$scale, Nn_FloatTensor:$bias,
                       Nn_IntAttr:$groups, DefaultValuedAttr<F64Attr, "1e-5">:$epsilon);
  let results = (outs Nn_FloatTensor:$result);
}

def Nn_LrnOp : Nn_InferredOp<"lrn"> {
  let summary = "x / (bias + alpha / size * sum of squares over `size` channels)^beta";
  let description = [{
    The window of channel c is c - floor((size - 1) / 2) .. c + ceil((size - 1) / 2).

    (C1) input has rank 3 at least; size is positive.

    ```mlir
    %y = nn.lrn %x {size = 5 : i64} : (tensor<1x64x8x8xf32>) -> tensor<1x64x8x8xf32>
    ```
  }];
  let onnx = [Onnx<"LRN">];
  let arguments = (ins Nn_FloatTensor:$input, Nn_IntAttr:$size,
                       DefaultValuedAttr<F64Attr, "1e-4">:$alpha,
                       DefaultValuedAttr<F64Attr, "0.75">:$beta,
                       DefaultValuedAttr<F64Attr, "1.0">:$bias);
  let results = (outs Nn_FloatTensor:$result);
}

#endif
