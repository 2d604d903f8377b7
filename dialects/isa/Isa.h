// The isa dialect: the sequential form of a program, before it is split into streams.
#pragma once

#include "runtime/isa/Isa.h"

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/Location.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace mlir {
class DialectBytecodeReader;
}

namespace neuron::isa {

/// The assembler's text of an instruction.
std::string instText(const Inst &inst);
llvm::hash_code hashInst(const Inst &inst);
mlir::Attribute instToAttribute(mlir::MLIRContext *context, const Inst &inst);
mlir::LogicalResult instFromAttribute(Inst &inst, mlir::Attribute attr,
                                      llvm::function_ref<mlir::InFlightDiagnostic()> emitError);
mlir::ParseResult parseInstText(mlir::AsmParser &parser, Inst &inst);
/// The innermost name of a location, the model's layer; null when there is none.
mlir::StringAttr layerOf(mlir::Location location);
mlir::LogicalResult readInst(mlir::DialectBytecodeReader &reader, Inst &inst);

} // namespace neuron::isa

#include "dialects/isa/IsaDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/isa/IsaOps.h.inc"
