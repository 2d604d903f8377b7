//===- IsaOps.td - the isa dialect: one sequential program of the machine -------------------===//
//
// Every instruction carries its engine; program order is the order before the split into
// streams. Registers, addresses and semaphores are the machine's own.
//
//===--------------------------------------------------------------------------------------===//

#ifndef NEURON_ISA_OPS
#define NEURON_ISA_OPS

include "dialects/isa/InstProperty.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Isa_Dialect : Dialect {
  let name = "isa";
  let cppNamespace = "::neuron::isa";
  let summary = "one sequential program of machine instructions";
}

class Isa_Op<string mnemonic, list<Trait> traits = []> : Op<Isa_Dialect, mnemonic, traits>;

def Isa_SegmentOp : Isa_Op<"segment", [Symbol]> {
  let summary = "a tensor in device memory; its device address is index << 40";
  let description = [{
    `kind` is one of input, output, state, weight, constant, scratch.

    * (C1) `bytes` is at least what the type's elements need.
    * (C2) `index` is below 2^22, and unique in the module (which `neuron-verify-isa` checks).
    * (C3) a weight names the `nn.weight` that fills it; other kinds name none.

    ```mlir
    isa.segment @x "input" 0 : tensor<128x512xbf16>, 131072
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$kind, I64Prop:$index, TypeAttr:$type,
                   I64Prop:$bytes, OptionalAttr<FlatSymbolRefAttr>:$weight,
                   OptionalAttr<FlatSymbolRefAttr>:$alias);
  let assemblyFormat = [{
    $sym_name $kind $index `:` $type `,` $bytes (`from` $weight^)? (`alias` $alias^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Isa_SemaphoreOp : Isa_Op<"semaphore"> {
  let summary = "a counter that one producer raises and declared streams take from";
  let description = [{
    The producer is `<engine>.read`, `<engine>.complete` or `queue.<number>`.

    Checked by the passes that read semaphores:

    * (C1) `index` is below 256 and unique in the module; `initial` is below 2^32.
    * (C2) the producer and the consumers are names of the machine.

    ```mlir
    isa.semaphore 3 initial 2 from "tensor.read" to ["sync"]
    ```
  }];
  let arguments = (ins I64Prop:$index, I64Prop:$initial, StrAttr:$producer,
                   StrArrayAttr:$consumers);
  let assemblyFormat = "$index `initial` $initial `from` $producer `to` $consumers attr-dict";
}

def Isa_FuncOp : Isa_Op<"func", [Symbol, IsolatedFromAbove, NoTerminator, SingleBlock]> {
  let summary = "a sequence of instructions, loops and calls";
  let arguments = (ins SymbolNameAttr:$sym_name);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name $body attr-dict";
}

def Isa_LoopOp : Isa_Op<"loop", [NoTerminator, SingleBlock]> {
  let summary = "a counted loop; `updates` are (register, step, wrap) triples applied after each iteration";
  let description = [{
    * (C1) the count is at least 1 and below 2^32.
    * (C2) `updates` is a list of triples with registers below 64, 16-bit steps and wraps below 2^32.

    ```mlir
    isa.loop 8 [16, 1, 8] {
    }
    ```
  }];
  let arguments = (ins I64Prop:$count, DenseI64ArrayAttr:$updates);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$count $updates $body attr-dict";
  let hasVerifier = 1;
}

def Isa_CallOp : Isa_Op<"call"> {
  let summary = "runs a function; every on-chip byte is free at its boundary";
  let arguments = (ins FlatSymbolRefAttr:$callee);
  let assemblyFormat = "$callee attr-dict";
}

def Isa_InstOp : Isa_Op<"inst"> {
  let summary = "one machine instruction, in the text of the assembler";
  let description = [{
    * (C1) the instruction passes the checks of its row for the machine: `neuron-verify-isa`
      checks them, and the text has already what no machine holds refused.

    ```mlir
    isa.inst "nop"
    ```
  }];
  let arguments = (ins InstProp:$inst);
  let assemblyFormat = "$inst attr-dict";
}

#endif
