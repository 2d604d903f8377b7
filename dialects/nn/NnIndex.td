// Movement of elements whose places are values: gather, scatter, and positions as values.
//
// Indices may count from the end (-1 is the last); one that is out of range after that is
// undefined in the model and clamped by every implementation here.
#ifndef NEURON_NN_INDEX
#define NEURON_NN_INDEX

include "dialects/nn/NnBase.td"

def Nn_GatherOp : Nn_InferredOp<"gather"> {
  let summary = "result[a, i, b] = data[a, indices[i], b], `a` being axis dims";
  let description = [{
    (C1) axis is in [0, rank of data), and that dim is not 0 unless there are no indices.

    ```mlir
    %y = nn.gather %table, %i {axis = 0 : i64} : (tensor<30522x384xf32>, tensor<1x128xi64>) -> tensor<1x128x384xf32>
    ```
  }];
  let onnx = [Onnx<"Gather">];
  let torch = ["aten::embedding", "aten::index_select"];
  let arguments = (ins Nn_Tensor:$data, Nn_IndexTensor:$indices, Nn_IntAttr:$axis);
  let results = (outs Nn_Tensor:$result);
}

def Nn_GatherElementsOp : Nn_InferredOp<"gather_elements"> {
  let summary = "result[i] = data[i with component axis replaced by indices[i]]";
  let description = [{
    (C1) axis is in [0, rank); ranks are equal.
    (C2) every dim of indices but axis is at most that of data, whose dim axis is not 0 unless
         there are no indices.

    ```mlir
    %y = nn.gather_elements %x, %i {axis = 1 : i64} : (tensor<4x8xf32>, tensor<4x2xi64>) -> tensor<4x2xf32>
    ```
  }];
  let onnx = [Onnx<"GatherElements", 11>];
  let torch = ["aten::gather"];
  let arguments = (ins Nn_Tensor:$data, Nn_IndexTensor:$indices, Nn_IntAttr:$axis);
  let results = (outs Nn_Tensor:$result);
}

def Nn_GatherNdOp : Nn_InferredOp<"gather_nd"> {
  let summary = "result[b, i] = data[b, indices[b, i]], an index being a row of indices";
  let description = [{
    (C1) batch_dims is below the rank of data and of indices; those dims are equal.
    (C2) the last dim of indices is in [1, rank of data - batch_dims]; no dim that they index is
         0 unless there are none.

    ```mlir
    %y = nn.gather_nd %x, %i : (tensor<4x8xf32>, tensor<3x1xi64>) -> tensor<3x8xf32>
    ```
  }];
  let onnx = [Onnx<"GatherND", 11>];
  let arguments = (ins Nn_Tensor:$data, Nn_IndexTensor:$indices,
                       DefaultValuedAttr<Nn_IntAttr, "0">:$batch_dims);
  let results = (outs Nn_Tensor:$result);
}

defvar reductionText = [{
    `reduction` combines an update with what is there: "none" replaces it (indices are then
    distinct), or "add", "mul", "max", "min".
}];

def Nn_ScatterNdOp : Nn_InferredOp<"scatter_nd"> {
  let summary = "data with data[indices[i]] replaced by updates[i], an index being a row of indices";
  let description = !strconcat(reductionText, [{
    (C1) the last dim of indices is in [1, rank of data]; no dim that they index is 0 unless
         there are none.
    (C2) updates has the shape indices.shape[:-1] + data.shape[last dim of indices:] and the
         element type of data.
    (C3) reduction is one of those listed.

    ```mlir
    %y = nn.scatter_nd %x, %i, %u : (tensor<4x8xf32>, tensor<3x1xi64>, tensor<3x8xf32>) -> tensor<4x8xf32>
    ```
  }]);
  let onnx = [Onnx<"ScatterND", 11>];
  let torch = ["aten::index_put"];
  let arguments = (ins Nn_Tensor:$data, Nn_IndexTensor:$indices, Nn_Tensor:$updates,
                       DefaultValuedAttr<StrAttr, "\"none\"">:$reduction);
  let results = (outs Nn_Tensor:$result);
}

def Nn_ScatterElementsOp : Nn_InferredOp<"scatter_elements"> {
  let summary = "data with element [i with component axis = indices[i]] replaced by updates[i]";
  let description = !strconcat(reductionText, [{
    (C1) axis is in [0, rank); ranks are equal; no dim of indices but axis exceeds data's,
         and dim axis of data is not 0 unless there are no indices.
    (C2) updates has the shape of indices and the element type of data.
    (C3) reduction is one of those listed.

    ```mlir
    %y = nn.scatter_elements %x, %i, %u {axis = 1 : i64} : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
    ```
  }]);
  let onnx = [Onnx<"ScatterElements", 11>, Onnx<"Scatter", 9>];
  let torch = ["aten::scatter", "aten::scatter_add"];
  let arguments = (ins Nn_Tensor:$data, Nn_IndexTensor:$indices, Nn_Tensor:$updates,
                       Nn_IntAttr:$axis, DefaultValuedAttr<StrAttr, "\"none\"">:$reduction);
  let results = (outs Nn_Tensor:$result);
}

def Nn_CacheUpdateOp : Nn_InferredOp<"cache_update"> {
  let summary = "cache with rows at position along axis replaced by update";
  let description = [{
    `position` is known at run time: the place of the first row, clamped so that update fits,
    or the place of every row, each clamped; they should differ. When cache
    is the value of an nn.state that is written back, only the new rows are written.

    (C1) axis is in [0, rank); ranks and element types are equal.
    (C2) dims of update equal those of cache, along axis they are at most those.
    (C3) position has one element, or one for each row of update.

    ```mlir
    %y = nn.cache_update %c, %u, %p {axis = 2 : i64} : (tensor<1x8x64x64xf32>, tensor<1x8x1x64xf32>, tensor<1xi64>) -> tensor<1x8x64x64xf32>
    ```
  }];
  let torch = ["aten::slice_scatter"];
  let arguments = (ins Nn_Tensor:$cache, Nn_Tensor:$update, Nn_IndexTensor:$position,
                       Nn_IntAttr:$axis);
  let results = (outs Nn_Tensor:$result);
}

def Nn_OneHotOp : Nn_InferredOp<"one_hot"> {
  let summary = "a new dim `axis` of size depth: values[1] where its index is indices[i], else values[0]";
  let description = [{
    A negative index counts from depth; one out of range matches nowhere.

    (C1) axis is in [0, rank]; depth is positive.
    (C2) values has shape [2].

    ```mlir
    %y = nn.one_hot %i, %v {axis = 1 : i64, depth = 10 : i64} : (tensor<4xi64>, tensor<2xf32>) -> tensor<4x10xf32>
    ```
  }];
  let onnx = [Onnx<"OneHot", 9>];
  let torch = ["aten::one_hot"];
  let arguments = (ins Nn_IndexTensor:$indices, Nn_Tensor:$values, Nn_IntAttr:$axis, Nn_IntAttr:$depth);
  let results = (outs Nn_Tensor:$result);
}

def Nn_IotaOp : Nn_Op<"iota", [Pure]> {
  let summary = "result[i] = component axis of i";
  let description = [{
    (C1) axis is in [0, rank).

    ```mlir
    %y = nn.iota {axis = 1 : i64} : tensor<4x8xi64>
    ```
  }];
  let onnx = [Onnx<"Range", 11>];
  let torch = ["aten::arange"];
  let arguments = (ins Nn_IntAttr:$axis);
  let results = (outs Nn_NumberTensor:$result);
  let assemblyFormat = "attr-dict `:` type($result)";
  let hasVerifier = 1;
}

#endif
