// Rows: functions of one number.
//
// Where a device function is good on part of the line only (sin, arctan), the body brings the
// operand there first. 12582912 = 1.5 * 2^23: adding and subtracting it rounds a number below
// 2^22 in magnitude to the nearest integer, ties to even.

def Nn_AbsOp : Nn_Unary<"abs", Nn_NumberTensor> {
  let summary = "|x|";
  let onnx = [Onnx<"Abs", 6>];
  let torch = ["aten::abs"];
  let body = "abs(x)";
  let reference = "std::fabs(x)";
  let integerReference = "x < 0 ? wrapSubtract(0, x) : x";
}

def Nn_NegateOp : Nn_Unary<"negate", Nn_NumberTensor> {
  let summary = "-x";
  let onnx = [Onnx<"Neg", 6>];
  let torch = ["aten::neg"];
  let body = "multiply(x, -1.0)";
  let reference = "-x";
  let integerReference = "wrapSubtract(0, x)";
}

def Nn_SignOp : Nn_Unary<"sign", Nn_NumberTensor> {
  let summary = "-1, 0 or 1 as x is negative, zero or positive";
  let onnx = [Onnx<"Sign", 9>];
  let torch = ["aten::sign"];
  let body = "sign(x)";
  let reference = "x > 0 ? 1.0 : x < 0 ? -1.0 : x";
  let integerReference = "int64_t(x > 0) - int64_t(x < 0)";
}

def Nn_SquareOp : Nn_Unary<"square", Nn_NumberTensor> {
  let summary = "x * x";
  let torch = ["aten::square"];
  let body = "square(x)";
  let reference = "x * x";
  let integerReference = "wrapMultiply(x, x)";
}

def Nn_ExpOp : Nn_Unary<"exp"> {
  let summary = "e to the power x";
  let onnx = [Onnx<"Exp", 6>];
  let torch = ["aten::exp"];
  let body = "exp(x)";
  let reference = "std::exp(x)";
}

def Nn_LogOp : Nn_Unary<"log"> {
  let summary = "natural logarithm of x";
  let onnx = [Onnx<"Log", 6>];
  let torch = ["aten::log"];
  let body = "log(x)";
  let reference = "std::log(x)";
  let domain = "0.01 64";
}

def Nn_SqrtOp : Nn_Unary<"sqrt"> {
  let summary = "square root of x";
  let onnx = [Onnx<"Sqrt", 6>];
  let torch = ["aten::sqrt"];
  let body = "sqrt(x)";
  let reference = "std::sqrt(x)";
  let domain = "0 64";
}

def Nn_RsqrtOp : Nn_Unary<"rsqrt"> {
  let summary = "1 / square root of x";
  let torch = ["aten::rsqrt"];
  let body = "rsqrt(x)";
  let reference = "1.0 / std::sqrt(x)";
  let domain = "0.01 64";
}

def Nn_ReciprocalOp : Nn_Unary<"reciprocal"> {
  let summary = "1 / x";
  let onnx = [Onnx<"Reciprocal", 6>];
  let torch = ["aten::reciprocal"];
  let body = "reciprocal(x)";
  let reference = "1.0 / x";
  let domain = "0.1 64";
}

def Nn_ErfOp : Nn_Unary<"erf"> {
  let summary = "error function of x";
  let onnx = [Onnx<"Erf", 9>];
  let torch = ["aten::erf"];
  let body = "erf(x)";
  let reference = "std::erf(x)";
}

//===-- rounding --------------------------------------------------------------------------===//

def Nn_FloorOp : Nn_Unary<"floor"> {
  let summary = "largest integer that is not above x";
  let onnx = [Onnx<"Floor", 6>];
  let torch = ["aten::floor"];
  let body = "select(is_less(abs(x), 8388608.0), subtract(x, mod(x, 1.0)), x)";
  let reference = "std::floor(x)";
}

def Nn_CeilOp : Nn_Unary<"ceil"> {
  let summary = "smallest integer that is not below x";
  let onnx = [Onnx<"Ceil", 6>];
  let torch = ["aten::ceil"];
  let body = [{
    n = multiply(x, -1.0);
    select(is_less(abs(x), 8388608.0), multiply(subtract(n, mod(n, 1.0)), -1.0), x)
  }];
  let reference = "std::ceil(x)";
}

def Nn_RoundOp : Nn_Unary<"round"> {
  let summary = "nearest integer to x, ties to even";
  let onnx = [Onnx<"Round", 11>];
  let torch = ["aten::round"];
  let body = [{
    a = abs(x);
    r = subtract(add(a, 8388608.0), 8388608.0);
    select(is_less(a, 8388608.0), multiply(r, sign(x)), x)
  }];
  let reference = "std::nearbyint(x)";
}

//===-- trigonometric ---------------------------------------------------------------------===//

// x - k * 2 pi with k = round(x / 2 pi); 2 pi is split in three, the first two short enough
// for exact products.
defvar reduceTurn = [{
  k = subtract(add(multiply(v, 0.15915494309), 12582912.0), 12582912.0);
  r0 = subtract(v, multiply(k, 6.28125));
  r1 = subtract(r0, multiply(k, 0.00193500518798828125));
  r = subtract(r1, multiply(k, 3.0199159819573860e-7));
}];

def Nn_SinOp : Nn_Unary<"sin"> {
  let summary = "sine of x";
  let onnx = [Onnx<"Sin", 7>];
  let torch = ["aten::sin"];
  let body = !strconcat("v = copy(x);", reduceTurn, "sin(min(max(r, -3.14159265), 3.14159265))");
  let reference = "std::sin(x)";
  let domain = "-512 512";
}

def Nn_CosOp : Nn_Unary<"cos"> {
  let summary = "cosine of x";
  let onnx = [Onnx<"Cos", 7>];
  let torch = ["aten::cos"];
  // cos(x) = sin(pi/2 - |r|), and pi/2 - |r| is within [-pi/2, pi/2].
  let body = !strconcat("v = copy(x);", reduceTurn, "sin(subtract(1.57079632679, abs(r)))");
  let reference = "std::cos(x)";
  let domain = "-512 512";
}

def Nn_TanOp : Nn_Unary<"tan"> {
  let summary = "tangent of x";
  let onnx = [Onnx<"Tan", 7>];
  let torch = ["aten::tan"];
  let body = !strconcat("v = copy(x);", reduceTurn, [{
    multiply(sin(min(max(r, -3.14159265), 3.14159265)),
             reciprocal(sin(subtract(1.57079632679, abs(r)))))
  }]);
  let reference = "std::tan(x)";
  let domain = "-1.4 1.4";
  let tolerance = "4e-6";
}

// arctan(|v|) is taken of the smaller of |v| and 1 / |v|.
defvar arctanOfV = [{
  a = abs(v);
  big = is_greater(a, 1.0);
  t = arctan(select(big, reciprocal(a), a));
  w = multiply(select(big, subtract(1.57079632679, t), t), sign(v));
}];

def Nn_AtanOp : Nn_Unary<"atan"> {
  let summary = "arc tangent of x";
  let onnx = [Onnx<"Atan", 7>];
  let torch = ["aten::atan"];
  let body = !strconcat("v = copy(x);", arctanOfV, "copy(w)");
  let reference = "std::atan(x)";
}

def Nn_AsinOp : Nn_Unary<"asin"> {
  let summary = "arc sine of x";
  let onnx = [Onnx<"Asin", 7>];
  let torch = ["aten::asin"];
  let body = !strconcat("v = multiply(x, rsqrt(multiply(subtract(1.0, x), add(1.0, x))));",
                        arctanOfV, "copy(w)");
  let reference = "std::asin(x)";
  let domain = "-0.999 0.999";
}

def Nn_AcosOp : Nn_Unary<"acos"> {
  let summary = "arc cosine of x";
  let onnx = [Onnx<"Acos", 7>];
  let torch = ["aten::acos"];
  let body = !strconcat("v = multiply(x, rsqrt(multiply(subtract(1.0, x), add(1.0, x))));",
                        arctanOfV, "subtract(1.57079632679, w)");
  let reference = "std::acos(x)";
  let domain = "-0.999 0.999";
}

//===-- hyperbolic ------------------------------------------------------------------------===//

def Nn_SinhOp : Nn_Unary<"sinh"> {
  let summary = "hyperbolic sine of x";
  let onnx = [Onnx<"Sinh", 9>];
  let torch = ["aten::sinh"];
  // Below one half the exponentials would cancel: the series there.
  let body = [{
    s = square(x);
    p = add(1.0, multiply(s, add(0.16666666667, multiply(s, add(0.00833333333,
        multiply(s, 0.000198412698))))));
    e = multiply(0.5, subtract(exp(x), exp(multiply(x, -1.0))));
    select(is_less(abs(x), 0.5), multiply(x, p), e)
  }];
  let reference = "std::sinh(x)";
}

def Nn_CoshOp : Nn_Unary<"cosh"> {
  let summary = "hyperbolic cosine of x";
  let onnx = [Onnx<"Cosh", 9>];
  let torch = ["aten::cosh"];
  let body = "multiply(0.5, add(exp(x), exp(multiply(x, -1.0))))";
  let reference = "std::cosh(x)";
}

def Nn_TanhOp : Nn_Unary<"tanh"> {
  let summary = "hyperbolic tangent of x";
  let onnx = [Onnx<"Tanh", 6>];
  let torch = ["aten::tanh"];
  let body = "tanh(x)";
  let reference = "std::tanh(x)";
}

def Nn_AsinhOp : Nn_Unary<"asinh"> {
  let summary = "inverse hyperbolic sine of x";
  let onnx = [Onnx<"Asinh", 9>];
  let torch = ["aten::asinh"];
  // Series below 0.25, where the logarithm is of a number close to 1.
  let body = [{
    a = abs(x);
    s = square(x);
    p = subtract(1.0, multiply(s, subtract(0.16666666667, multiply(s, subtract(0.075,
        multiply(s, subtract(0.04464285714, multiply(s, 0.03038194444))))))));
    l = log(select(is_less(a, 65536.0), add(a, sqrt(add(s, 1.0))), multiply(a, 2.0)));
    select(is_less(a, 0.25), multiply(x, p), multiply(sign(x), l))
  }];
  let reference = "std::asinh(x)";
}

def Nn_AcoshOp : Nn_Unary<"acosh"> {
  let summary = "inverse hyperbolic cosine of x";
  let onnx = [Onnx<"Acosh", 9>];
  let torch = ["aten::acosh"];
  let body = "log(add(x, sqrt(multiply(subtract(x, 1.0), add(x, 1.0)))))";
  let reference = "std::acosh(x)";
  let domain = "1 64";
}

def Nn_AtanhOp : Nn_Unary<"atanh"> {
  let summary = "inverse hyperbolic tangent of x";
  let onnx = [Onnx<"Atanh", 9>];
  let torch = ["aten::atanh"];
  let body = "multiply(0.5, log(multiply(add(1.0, x), reciprocal(subtract(1.0, x)))))";
  let reference = "std::atanh(x)";
  let domain = "-0.99 0.99";
}
