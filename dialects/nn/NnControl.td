// Control flow: equal layers of a model, run one after the other.
#ifndef NEURON_NN_CONTROL
#define NEURON_NN_CONTROL

include "dialects/nn/NnBase.td"

def Nn_RepeatOp : Nn_Op<"repeat", [AttrSizedOperandSegments,
                        DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a block `count` times, each time on the carried values of the time before";
  let description = [{
    The block takes the carried values, the invariant ones, and slice l of every sliced one in
    iteration l: its leading dim, which is then gone, counts the iterations. Its results are the
    next carried values, then what is collected. The op's results are the carried values after
    the last iteration, then the collected ones, stacked along a new dim 0. Weights and states
    of an iteration are read and written with `each` in the block.

    (C1) the block is a private func.func of one basic block, which no other op names.
    (C2) count is at least 2.
    (C3) the block's arguments have the types of carried, invariant and slices of sliced.
    (C4) the block's results are the carried types and the collected ones; the op's are the
         carried types, and the collected ones with count as a new dim 0.
    (C5) the block repeats and calls nothing.

    ```mlir
    nn.weight @w : tensor<2x4x4xf32> [#nn.blob<"m", 0, 64 : tensor<4x4xf32>>, #nn.blob<"m", 64, 64 : tensor<4x4xf32>>]
    func.func private @layer(%x: tensor<1x4xf32>, %bias: tensor<1x4xf32>) -> tensor<1x4xf32> {
      %w = nn.weight_value @w each : tensor<4x4xf32>
      %y = nn.matmul %x, %w : (tensor<1x4xf32>, tensor<4x4xf32>) -> tensor<1x4xf32>
      %z = nn.add %y, %bias : (tensor<1x4xf32>, tensor<1x4xf32>) -> tensor<1x4xf32>
      return %z : tensor<1x4xf32>
    }
    func.func @main(%x: tensor<1x4xf32>, %biases: tensor<2x1x4xf32>) -> tensor<1x4xf32> {
      %y = nn.repeat @layer, 2 carried(%x) sliced(%biases) : (tensor<1x4xf32>, tensor<2x1x4xf32>) -> tensor<1x4xf32>
      return %y : tensor<1x4xf32>
    }
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$block, Nn_IntAttr:$count, Variadic<Nn_Tensor>:$carried,
                       Variadic<Nn_Tensor>:$invariant, Variadic<Nn_Tensor>:$sliced);
  let results = (outs Variadic<Nn_Tensor>:$outputs);
  let assemblyFormat = [{
    $block `,` $count (`carried` `(` $carried^ `)`)? (`invariant` `(` $invariant^ `)`)?
    (`sliced` `(` $sliced^ `)`)? attr-dict `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// The results that are carried values, and those that are collected.
    ::mlir::ResultRange getLast() { return getOutputs().take_front(getCarried().size()); }
    ::mlir::ResultRange getCollected() { return getOutputs().drop_front(getCarried().size()); }
  }];
  let hasVerifier = 1;
}

#endif
