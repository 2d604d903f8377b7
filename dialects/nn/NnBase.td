// Base of the nn tables: the dialect, the tensor kinds, and the classes that a row fills in.
//
// A row of any table may name the framework operators that it imports (`onnx`, `torch`); the
// generator collects them into the import table and docs/generated/supported-ops.md. Every
// op with a type rule infers its result from operands and attributes and reports broken
// constraints (C1).. at its location, so importer and verifier say the same.
#ifndef NEURON_NN_BASE
#define NEURON_NN_BASE

include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/CommonAttrConstraints.td"
include "mlir/IR/CommonTypeConstraints.td"
include "mlir/IR/OpBase.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def NnDialect : Dialect {
  let name = "nn";
  let cppNamespace = "::neuron::nn";
  let summary = "operations of a model with their whole meaning, on values of static shape";
  let useDefaultAttributePrinterParser = 1;
  let hasConstantMaterializer = 1;
}

//===-- element kinds ---------------------------------------------------------------------===//

def Nn_Float : AnyTypeOf<[F16, BF16, F32, F64], "floating-point number">;
def Nn_Integer : AnyTypeOf<[I8, I16, I32, I64, UI8, UI16, UI32, UI64], "integer">;
def Nn_Number : AnyTypeOf<[Nn_Float, Nn_Integer], "number">;
def Nn_Element : AnyTypeOf<[Nn_Number, I1], "number or boolean">;
def Nn_Index : AnyTypeOf<[I32, I64], "32- or 64-bit integer">;

def Nn_FloatTensor : StaticShapeTensorOf<[Nn_Float]>;
def Nn_IntegerTensor : StaticShapeTensorOf<[Nn_Integer]>;
def Nn_NumberTensor : StaticShapeTensorOf<[Nn_Number]>;
def Nn_BoolTensor : StaticShapeTensorOf<[I1]>;
def Nn_Tensor : StaticShapeTensorOf<[Nn_Element]>;
def Nn_IndexTensor : StaticShapeTensorOf<[Nn_Index]>;

// A signed number; the accessor gives int64_t.
def Nn_IntAttr : TypedSignlessIntegerAttrBase<I64, "int64_t", "64-bit integer attribute"> {
  let convertFromStorage = "$_self.getInt()";
}

//===-- framework spellings ---------------------------------------------------------------===//

// The operator `name` of ONNX, with the meaning it has from opset `since` on.
class Onnx<string spelling, int opset = 1> {
  string name = spelling;
  int since = opset;
}

//===-- op classes ------------------------------------------------------------------------===//

class Nn_Op<string mnemonic, list<Trait> traits = []> : Op<NnDialect, mnemonic, traits> {
  list<Onnx> onnx = [];
  list<string> torch = [];
}

// An op without effects whose result types follow from operands and attributes.
class Nn_InferredOp<string mnemonic, list<Trait> traits = []>
    : Nn_Op<mnemonic, !listconcat([Pure, InferTypeOpAdaptor], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
}

// An op without effects whose result type is stated.
class Nn_TypedOp<string mnemonic, list<Trait> traits = []>
    : Nn_Op<mnemonic, !listconcat([Pure], traits)> {
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif
