//===- TileOps.td - the tile dialect: loops over buffers, instructions without addresses -----===//
//
// Between planning and the machine: `scf.for` loops with constant bounds from 0 by 1, buffers
// with a space and a number of slots, and machine instructions whose operands name buffers
// instead of addresses. There are no tensors and no strided memrefs here. An engine-level op is
// `tile.inst` with the instruction of the table itself, so a new instruction needs no tile op.
//
//===--------------------------------------------------------------------------------------===//

#ifndef NEURON_TILE_OPS
#define NEURON_TILE_OPS

include "dialects/isa/InstProperty.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Tile_Dialect : Dialect {
  let name = "tile";
  let cppNamespace = "::neuron::tile";
  let summary = "loops over on-chip buffers";
  let useDefaultTypePrinterParser = 1;
}

def Tile_BufferType : TypeDef<Tile_Dialect, "Buffer"> {
  let mnemonic = "buffer";
  let summary = "partitions x bytes in sbuf or psum, or bytes in hbm";
  let parameters = (ins StringRefParameter<"hbm, sbuf or psum">:$space, "int64_t":$partitions,
                    "int64_t":$bytes);
  let assemblyFormat = "`<` $space `,` $partitions `x` $bytes `>`";
  let genVerifyDecl = 1;
}

class Tile_Op<string mnemonic, list<Trait> traits = []> : Op<Tile_Dialect, mnemonic, traits>;

def Tile_AllocOp : Tile_Op<"alloc"> {
  let summary = "an on-chip buffer that lives for one iteration of the loop around it";
  let description = [{
    With `slots` n > 1, iteration i uses slot i mod n, so that n iterations are in flight.
    `address` is the byte offset in every partition, -1 until memory is planned.

    * (C1) the buffer is in sbuf or psum.
    * (C2) slots is at least 1; more than one needs a loop.
  }];
  let arguments = (ins I64Prop:$slots, I64Prop:$address);
  let results = (outs Tile_BufferType:$buffer);
  let assemblyFormat = "`slots` $slots `at` $address attr-dict `:` type($buffer)";
  let hasVerifier = 1;
}

def Tile_SegmentOp : Tile_Op<"segment", [Pure]> {
  let summary = "a tensor in device memory, declared by `isa.segment`";
  let arguments = (ins FlatSymbolRefAttr:$name);
  let results = (outs Tile_BufferType:$buffer);
  let assemblyFormat = "$name attr-dict `:` type($buffer)";
}

def Tile_RepeatOp : Tile_Op<"repeat"> {
  let summary = "runs a function `count` times; it may use every on-chip byte";
  let description = [{
    The function has two index arguments: the iteration, 0 .. count - 1, and its parity.

    * (C1) count is at least 1 and below 2^32; no loop is around it.

    ```mlir
    tile.repeat @layer, 12
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, I64Prop:$count);
  let assemblyFormat = "$callee `,` $count attr-dict";
  let hasVerifier = 1;
}

def Tile_InstOp : Tile_Op<"inst", [AttrSizedOperandSegments]> {
  let summary = "one machine instruction on buffers";
  let description = [{
    `buffers` are those of the instruction's present operands, in order;
    an address is an offset in its buffer. `terms` is a list of
    triples (target, iv, stride): the address of operand `target` (0 to 4) moves by `stride`
    bytes per step of the loop counter `ivs[iv]`; targets 8 and 9 make that counter the
    register of predicate 0 or 1.

    * (C1) as many buffers as present operands, in the same space.
    * (C2) terms are triples with targets and counters that exist.
    * (C3) no register is named in an address and no semaphore is used.
  }];
  let arguments = (ins InstProp:$inst, Variadic<Tile_BufferType>:$buffers,
                   Variadic<Index>:$ivs, DenseI64ArrayAttr:$terms);
  let assemblyFormat = [{
    $inst `(` $buffers `)` `[` $ivs `]` $terms attr-dict `:` type($buffers)
  }];
  let hasVerifier = 1;
}

#endif
