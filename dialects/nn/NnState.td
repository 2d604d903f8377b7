// What outlives one value: constants, weights, states.
//
// A weight is a symbol whose elements stay in the model's files: blobs (file, offset, size,
// type as stored) and a list of transforms. No element passes through the IR.
#ifndef NEURON_NN_STATE
#define NEURON_NN_STATE

include "dialects/nn/NnBase.td"

//===-- expressions of weights ------------------------------------------------------------===//

// A list of numbers, one a dim; empty for rank 0.
def Nn_Dims : OptionalArrayRefParameter<"int64_t">;

class Nn_Attr<string name, string mnemonicText> : AttrDef<NnDialect, name> {
  let mnemonic = mnemonicText;
}

def Nn_BlobAttr : Nn_Attr<"FileBlob", "blob"> {
  let summary = "bytes of a file that hold a little-endian row-major tensor";
  let description = [{
    `#nn.blob<"model.onnx", 4096, 1024 : tensor<16x16xf32>>`: file, byte offset, byte size,
    type as stored; booleans one byte each. With `varint` after the size each element is a
    protobuf varint.
  }];
  let parameters = (ins "::mlir::StringAttr":$file, "int64_t":$offset, "int64_t":$size,
                        DefaultValuedParameter<"bool", "false">:$varint,
                        "::mlir::RankedTensorType":$type);
  let assemblyFormat = "`<` $file `,` $offset `,` $size (`varint` $varint^)? `:` $type `>`";
}

def Nn_PermuteAttr : Nn_Attr<"Permute", "permute"> {
  let summary = "transform: dim i of the result is dim perm[i]";
  let parameters = (ins Nn_Dims:$perm);
  let assemblyFormat = "`<` `[` (`]`) : ($perm^ `]`)? `>`";
}

def Nn_ShapeAttr : Nn_Attr<"Shape", "shape"> {
  let summary = "transform: the same elements under another shape";
  let parameters = (ins Nn_Dims:$shape);
  let assemblyFormat = "`<` `[` (`]`) : ($shape^ `]`)? `>`";
}

def Nn_WindowAttr : Nn_Attr<"Window", "window"> {
  let summary = "transform: elements starts + i * steps, sizes of each dim";
  let parameters = (ins Nn_Dims:$starts, Nn_Dims:$sizes,
                        Nn_Dims:$steps);
  let assemblyFormat = "`<` `[` (`]`) : ($starts^ `]`)? `,` `[` (`]`) : ($sizes^ `]`)? `,` "
                       "`[` (`]`) : ($steps^ `]`)? `>`";
}

def Nn_FillAttr : Nn_Attr<"Fill", "fill"> {
  let summary = "transform: `low` zeros before and `high` after each dim";
  let parameters = (ins Nn_Dims:$low, Nn_Dims:$high);
  let assemblyFormat = "`<` `[` (`]`) : ($low^ `]`)? `,` `[` (`]`) : ($high^ `]`)? `>`";
}

def Nn_ConvertAttr : Nn_Attr<"Convert", "convert"> {
  let summary = "transform: another element type, as nn.cast does it";
  let parameters = (ins "::mlir::Type":$element);
  let assemblyFormat = "`<` $element `>`";
}

def Nn_WeightOp : Nn_Op<"weight", [Symbol]> {
  let summary = "a named tensor whose elements are in the model's files";
  let description = [{
    The value is the transforms, first to last, of the blob; of several blobs each is
    transformed, then they are stacked along a new dim 0.

    (C1) there is a blob, and all blobs have one type.
    (C2) offset and size of a blob are not negative, its size is that of its type, or between
         one and ten bytes an element with `varint`.
    (C3) every transform applies to the type that precedes it.
    (C4) the last type, stacked, is the weight's.

    ```mlir
    nn.weight @w : tensor<16x8xf32> [#nn.blob<"model.onnx", 64, 512 : tensor<8x16xf32>>] [#nn.permute<[1, 0]>]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Nn_Tensor>:$type,
                       TypedArrayAttrBase<Nn_BlobAttr, "blobs">:$blobs,
                       DefaultValuedAttr<ArrayAttr, "{}">:$transforms);
  let assemblyFormat = "$sym_name `:` $type $blobs ($transforms^)? attr-dict";
  let hasVerifier = 1;
}

def Nn_WeightValueOp : Nn_Op<"weight_value", [Pure,
                             DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a weight";
  let description = [{
    With `each` the value of iteration l of the nn.repeat that runs this block: slice l of the
    weight's leading dim, without that dim.

    (C1) the symbol is an nn.weight of the result's type; with `each`, of that type with the
         iterations as a new dim 0.
    (C2) `each` stands in the block of an nn.repeat only.

    ```mlir
    %w = nn.weight_value @w : tensor<16x8xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$weight, UnitAttr:$each);
  let results = (outs Nn_Tensor:$result);
  let assemblyFormat = "$weight (`each` $each^)? attr-dict `:` type($result)";
}

def Nn_ConstantOp : Nn_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a small tensor known while compiling";
  let description = [{
    The result has the type of value, by its trait.

    (C1) value has at most 65,536 bytes unless all its elements are equal.

    ```mlir
    %c = nn.constant dense<[0.0, 1.0]> : tensor<2xf32>
    ```
  }];
  let onnx = [Onnx<"Constant">, Onnx<"ConstantOfShape", 9>, Onnx<"EyeLike", 9>];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Nn_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasVerifier = 1;
  let hasFolder = 1;
}

//===-- states ----------------------------------------------------------------------------===//

def Nn_StateOp : Nn_Op<"state", [Symbol, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a named tensor that keeps its value from one execution to the next";
  let description = [{
    It starts as zeros, or as the weight `initial`.

    (C1) `initial` is an nn.weight of the state's type.

    ```mlir
    nn.state @kv : tensor<1x8x64x64xf32>
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<Nn_Tensor>:$type,
                       OptionalAttr<FlatSymbolRefAttr>:$initial);
  let assemblyFormat = "$sym_name `:` $type (`initial` $initial^)? attr-dict";
}

def Nn_StateReadOp : Nn_Op<"state_read", [MemoryEffects<[MemRead]>,
                           DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "the value of a state now";
  let description = [{
    With `each` slice l of the state's leading dim in iteration l of an nn.repeat.

    (C1) the symbol is an nn.state of the result's type; with `each`, of that type with the
         iterations as a new dim 0.
    (C2) `each` stands in the block of an nn.repeat only.

    ```mlir
    %c = nn.state_read @kv : tensor<1x8x64x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$state, UnitAttr:$each);
  let results = (outs Nn_Tensor:$result);
  let assemblyFormat = "$state (`each` $each^)? attr-dict `:` type($result)";
}

def Nn_StateWriteOp : Nn_Op<"state_write", [MemoryEffects<[MemWrite]>,
                            DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "gives a state a new value";
  let description = [{
    With `each` it gives slice l of the state's leading dim a new value in iteration l of an
    nn.repeat; the other slices keep theirs.

    (C1) the symbol is an nn.state of the value's type; with `each`, of that type with the
         iterations as a new dim 0.
    (C2) `each` stands in the block of an nn.repeat only.

    ```mlir
    nn.state_write @kv, %c : tensor<1x8x64x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$state, Nn_Tensor:$value, UnitAttr:$each);
  let assemblyFormat = "$state (`each` $each^)? `,` $value attr-dict `:` type($value)";
}

#endif
