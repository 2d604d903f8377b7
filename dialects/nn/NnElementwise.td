// Elementwise ops: one row each.
//
// result[i] = body(operands[i]); operands have one rank, and a dim of 1 repeats along the
// result's. `body` is an expression over the device's primitives (dialects/nn/ScalarBody.h)
// in the operand names x, y, z, the row's scalars, numbers, and earlier `name = expression;`
// bindings; it is what templates lower and the portable evaluator executes. `reference` is
// C++ over double and what the reference evaluator executes; `integerReference` is C++ over
// int64_t and what both execute on integers. A test compares body and reference on a grid.
#ifndef NEURON_NN_ELEMENTWISE
#define NEURON_NN_ELEMENTWISE

include "dialects/nn/NnBase.td"

// A scalar parameter of a row: an f64 attribute with ONNX's default.
class Scalar<string scalarName, string defaultValue> {
  string name = scalarName;
  string value = defaultValue;
}

class Nn_Elementwise<string mnemonic, list<string> operandNames, TypeConstraint kind,
                     string resultRule, list<Scalar> scalarList = []>
    : Nn_Op<mnemonic, [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  list<string> names = operandNames;
  list<Scalar> scalars = scalarList;
  string rule = resultRule;
  string body = ?;
  string integerBody = "";
  string reference = ?;
  string integerReference = "";
  // Where the grid test samples operands: "low high" for each.
  string domain = "-8 8";
  // Largest |body - reference| over max(1, |reference|) on the domain.
  string tolerance = "1e-6";

  let description = [{
    (C1) operands have one rank.
    (C2) every dim of an operand is 1 or the result's.
    (C3) element types are equal.
  }];
  let arguments = !con(
      !dag(ins, !foreach(n, operandNames, kind), operandNames),
      !dag(ins, !foreach(s, scalarList, DefaultValuedAttr<F64Attr, s.value>),
           !foreach(s, scalarList, s.name)));
  let results = (outs Nn_Tensor:$result);
  let assemblyFormat = "operands attr-dict `:` functional-type(operands, results)";
  let extraClassDefinition = [{
    ::llvm::LogicalResult $cppClass::inferReturnTypes(
        ::mlir::MLIRContext *context, std::optional<::mlir::Location> location,
        ::mlir::ValueRange operands, ::mlir::DictionaryAttr, ::mlir::OpaqueProperties,
        ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &inferred) {
      return ::neuron::nn::inferElementwise(location, getOperationName(), operands, "}] # resultRule # [{", inferred);
    }
  }];
}

class Nn_Unary<string mnemonic, TypeConstraint kind = Nn_FloatTensor, list<Scalar> scalarList = []>
    : Nn_Elementwise<mnemonic, ["x"], kind, "same", scalarList>;
class Nn_Binary<string mnemonic, TypeConstraint kind = Nn_NumberTensor>
    : Nn_Elementwise<mnemonic, ["x", "y"], kind, "same">;
class Nn_Compare<string mnemonic, TypeConstraint kind = Nn_Tensor>
    : Nn_Elementwise<mnemonic, ["x", "y"], kind, "bool">;
class Nn_Logical<string mnemonic> : Nn_Elementwise<mnemonic, ["x", "y"], Nn_BoolTensor, "bool"> {
  let domain = "0 1";
}

include "dialects/nn/NnElementwiseArithmetic.td"
include "dialects/nn/NnElementwiseFunctions.td"
include "dialects/nn/NnElementwiseActivations.td"

#endif
