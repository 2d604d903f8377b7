//===- InstProperty.td - the runtime's instruction as a property ------------------------------===//
//
// Ops of the tile and isa dialects carry isa::Inst itself, not attributes: one struct for
// compiler and simulator, and no context-owned memory per instruction. Its text is the
// assembler's.
//
//===--------------------------------------------------------------------------------------===//

#ifndef NEURON_INST_PROPERTY
#define NEURON_INST_PROPERTY

include "mlir/IR/Properties.td"

def InstProp : Property<"::neuron::isa::Inst", "an instruction", "const ::neuron::isa::Inst &"> {
  let convertToAttribute = "return ::neuron::isa::instToAttribute($_ctxt, $_storage);";
  let convertFromAttribute =
      "return ::neuron::isa::instFromAttribute($_storage, $_attr, $_diag);";
  let hashProperty = "::neuron::isa::hashInst($_storage)";
  let parser = [{
    if (::mlir::failed(::neuron::isa::parseInstText($_parser, $_storage)))
      return ::mlir::failure();
  }];
  let printer = "$_printer.printString(::neuron::isa::instText($_storage))";
  let writeToMlirBytecode =
      "$_writer.writeOwnedString(::neuron::isa::instText($_storage));";
  let readFromMlirBytecode = [{
    if (::mlir::failed(::neuron::isa::readInst($_reader, $_storage)))
      return ::mlir::failure();
  }];
}

#endif
