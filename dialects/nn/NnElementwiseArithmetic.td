// Rows: arithmetic, comparison, logic, bits, choice and conversion.

def Nn_AddOp : Nn_Binary<"add"> {
  let summary = "x + y";
  let onnx = [Onnx<"Add", 7>, Onnx<"Sum", 8>];
  let torch = ["aten::add"];
  let body = "add(x, y)";
  let reference = "x + y";
  let integerReference = "wrapAdd(x, y)";
}

def Nn_SubtractOp : Nn_Binary<"subtract"> {
  let summary = "x - y";
  let onnx = [Onnx<"Sub", 7>];
  let torch = ["aten::sub"];
  let body = "subtract(x, y)";
  let reference = "x - y";
  let integerReference = "wrapSubtract(x, y)";
}

def Nn_MultiplyOp : Nn_Binary<"multiply"> {
  let summary = "x * y";
  let onnx = [Onnx<"Mul", 7>];
  let torch = ["aten::mul"];
  let body = "multiply(x, y)";
  let reference = "x * y";
  let integerReference = "wrapMultiply(x, y)";
}

def Nn_DivideOp : Nn_Binary<"divide"> {
  let summary = "x / y; of integers towards zero";
  let onnx = [Onnx<"Div", 7>];
  let torch = ["aten::div"];
  let body = "multiply(x, reciprocal(y))";
  let integerBody = "quotient(x, y)";
  let reference = "x / y";
  let integerReference = "truncatedDivide(x, y)";
  let domain = "0.125 8";
}

def Nn_PowOp : Nn_Binary<"pow"> {
  let summary = "x to the power y";
  let onnx = [Onnx<"Pow", 12>];
  let torch = ["aten::pow"];
  let body = "power(x, y)";
  let reference = "std::pow(x, y)";
  let integerReference = "integerPower(x, y)";
  let domain = "0.125 4";
  let tolerance = "4e-6";
}

def Nn_ModOp : Nn_Binary<"mod"> {
  let summary = "x - floor(x / y) * y: the remainder with the sign of y";
  let onnx = [Onnx<"Mod", 10>];
  let torch = ["aten::remainder"];
  let body = "mod(x, y)";
  let reference = "flooredRemainder(x, y)";
  let integerReference = "flooredRemainder(x, y)";
}

def Nn_FmodOp : Nn_Binary<"fmod"> {
  let summary = "x - trunc(x / y) * y: the remainder with the sign of x";
  let torch = ["aten::fmod"];
  let body = "multiply(sign(x), mod(abs(x), abs(y)))";
  // The least integer has no magnitude.
  let integerBody = "multiply(subtract(x, multiply(quotient(x, y), y)), not_equal(y, 0.0))";
  let reference = "std::fmod(x, y)";
  let integerReference = "truncatedRemainder(x, y)";
}

def Nn_MaximumOp : Nn_Binary<"maximum"> {
  let summary = "the larger of x and y";
  let onnx = [Onnx<"Max", 8>];
  let torch = ["aten::maximum"];
  let body = "max(x, y)";
  let reference = "nanMaximum(x, y)";
  let integerReference = "x < y ? y : x";
}

def Nn_MinimumOp : Nn_Binary<"minimum"> {
  let summary = "the smaller of x and y";
  let onnx = [Onnx<"Min", 8>];
  let torch = ["aten::minimum"];
  let body = "min(x, y)";
  let reference = "nanMinimum(x, y)";
  let integerReference = "y < x ? y : x";
}

//===-- comparison ------------------------------------------------------------------------===//

def Nn_EqualOp : Nn_Compare<"equal"> {
  let summary = "x == y";
  let onnx = [Onnx<"Equal", 7>];
  let torch = ["aten::eq"];
  let body = "is_equal(x, y)";
  let reference = "x == y";
  let integerReference = "x == y";
}

def Nn_NotEqualOp : Nn_Compare<"not_equal"> {
  let summary = "x != y";
  let torch = ["aten::ne"];
  let body = "not_equal(x, y)";
  let reference = "x != y";
  let integerReference = "x != y";
}

def Nn_LessOp : Nn_Compare<"less"> {
  let summary = "x < y";
  let onnx = [Onnx<"Less", 7>];
  let torch = ["aten::lt"];
  let body = "is_less(x, y)";
  let reference = "x < y";
  let integerReference = "x < y";
}

def Nn_LessEqualOp : Nn_Compare<"less_equal"> {
  let summary = "x <= y";
  let onnx = [Onnx<"LessOrEqual", 12>];
  let torch = ["aten::le"];
  let body = "is_less_equal(x, y)";
  let reference = "x <= y";
  let integerReference = "x <= y";
}

def Nn_GreaterOp : Nn_Compare<"greater"> {
  let summary = "x > y";
  let onnx = [Onnx<"Greater", 7>];
  let torch = ["aten::gt"];
  let body = "is_greater(x, y)";
  let reference = "x > y";
  let integerReference = "x > y";
}

def Nn_GreaterEqualOp : Nn_Compare<"greater_equal"> {
  let summary = "x >= y";
  let onnx = [Onnx<"GreaterOrEqual", 12>];
  let torch = ["aten::ge"];
  let body = "is_greater_equal(x, y)";
  let reference = "x >= y";
  let integerReference = "x >= y";
}

def Nn_IsNanOp : Nn_Elementwise<"is_nan", ["x"], Nn_FloatTensor, "bool"> {
  let summary = "whether x is not a number";
  let onnx = [Onnx<"IsNaN", 9>];
  let torch = ["aten::isnan"];
  let body = "not_equal(x, x)";
  let reference = "x != x";
}

def Nn_IsInfOp : Nn_Elementwise<"is_inf", ["x"], Nn_FloatTensor, "bool",
                                [Scalar<"detect_negative", "1.0">,
                                 Scalar<"detect_positive", "1.0">]> {
  let summary = "whether x is an infinity of a sign that is detected";
  let onnx = [Onnx<"IsInf", 10>];
  let torch = ["aten::isinf"];
  let body = [{
    logical_or(logical_and(is_equal(x, inf), detect_positive),
               logical_and(is_equal(x, -inf), detect_negative))
  }];
  let reference = "std::isinf(x) && (x < 0 ? detect_negative : detect_positive) != 0";
}

//===-- logic and bits --------------------------------------------------------------------===//

def Nn_AndOp : Nn_Logical<"and"> {
  let summary = "x and y";
  let onnx = [Onnx<"And", 7>];
  let torch = ["aten::logical_and"];
  let body = "logical_and(x, y)";
  let reference = "x != 0 && y != 0";
  let integerReference = "x != 0 && y != 0";
}

def Nn_OrOp : Nn_Logical<"or"> {
  let summary = "x or y";
  let onnx = [Onnx<"Or", 7>];
  let torch = ["aten::logical_or"];
  let body = "logical_or(x, y)";
  let reference = "x != 0 || y != 0";
  let integerReference = "x != 0 || y != 0";
}

def Nn_XorOp : Nn_Logical<"xor"> {
  let summary = "x or y, not both";
  let onnx = [Onnx<"Xor", 7>];
  let torch = ["aten::logical_xor"];
  let body = "logical_xor(x, y)";
  let reference = "(x != 0) != (y != 0)";
  let integerReference = "(x != 0) != (y != 0)";
}

def Nn_NotOp : Nn_Elementwise<"not", ["x"], Nn_BoolTensor, "bool"> {
  let summary = "not x";
  let onnx = [Onnx<"Not">];
  let torch = ["aten::logical_not"];
  let body = "is_equal(x, 0.0)";
  let reference = "x == 0";
  let integerReference = "x == 0";
  let domain = "0 1";
}

class Nn_Bits<string mnemonic, string primitive, string expression>
    : Nn_Binary<mnemonic, Nn_IntegerTensor> {
  let body = primitive # "(x, y)";
  let reference = "double(" # expression # ")";
  let integerReference = expression;
  let domain = "0 7";
}

def Nn_BitwiseAndOp : Nn_Bits<"bitwise_and", "bitwise_and", "int64_t(x) & int64_t(y)"> {
  let summary = "bits of x and y";
  let onnx = [Onnx<"BitwiseAnd", 18>];
  let torch = ["aten::bitwise_and"];
}

def Nn_BitwiseOrOp : Nn_Bits<"bitwise_or", "bitwise_or", "int64_t(x) | int64_t(y)"> {
  let summary = "bits of x or y";
  let onnx = [Onnx<"BitwiseOr", 18>];
  let torch = ["aten::bitwise_or"];
}

def Nn_BitwiseXorOp : Nn_Bits<"bitwise_xor", "bitwise_xor", "int64_t(x) ^ int64_t(y)"> {
  let summary = "bits of x or y, not both";
  let onnx = [Onnx<"BitwiseXor", 18>];
  let torch = ["aten::bitwise_xor"];
}

def Nn_ShiftLeftOp : Nn_Bits<"shift_left", "shift_left", "shiftLeft(x, y)"> {
  let summary = "x moved y bits up; 0 where y is not in [0, 64)";
  let onnx = [Onnx<"BitShift", 11>];
}

def Nn_ShiftRightOp : Nn_Bits<"shift_right", "shift_right", "shiftRight(x, y)"> {
  let summary = "x moved y bits down, keeping the sign; as by 63 where y is not in [0, 64)";
}

def Nn_BitwiseNotOp : Nn_Unary<"bitwise_not", Nn_IntegerTensor> {
  let summary = "bits of x inverted";
  let onnx = [Onnx<"BitwiseNot", 18>];
  let torch = ["aten::bitwise_not"];
  let body = "bitwise_xor(x, -1.0)";
  let reference = "double(~int64_t(x))";
  let integerReference = "~x";
  let domain = "0 7";
}

//===-- choice and conversion -------------------------------------------------------------===//

def Nn_SelectOp : Nn_Elementwise<"select", ["p", "x", "y"], Nn_Tensor, "select"> {
  let summary = "x where p, otherwise y";
  let description = [{
    (C3) element types of x and y are equal.
    (C4) p has boolean elements.

    ```mlir
    %z = nn.select %p, %x, %y : (tensor<4x1xi1>, tensor<4x8xf32>, tensor<1x1xf32>) -> tensor<4x8xf32>
    ```
  }];
  let onnx = [Onnx<"Where", 9>];
  let torch = ["aten::where"];
  let body = "select(p, x, y)";
  let reference = "p != 0 ? x : y";
  let integerReference = "p != 0 ? x : y";
}
