// Rows: activations of neural networks.

def Nn_ReluOp : Nn_Unary<"relu", Nn_NumberTensor> {
  let summary = "max(x, 0)";
  let onnx = [Onnx<"Relu", 6>];
  let torch = ["aten::relu"];
  let body = "relu(x)";
  let reference = "x < 0 ? 0.0 : x";
  let integerReference = "x < 0 ? 0 : x";
}

def Nn_LeakyReluOp : Nn_Unary<"leaky_relu", Nn_FloatTensor, [Scalar<"alpha", "0.01">]> {
  let summary = "x where x >= 0, otherwise alpha * x";
  let onnx = [Onnx<"LeakyRelu", 6>];
  let torch = ["aten::leaky_relu"];
  let body = "select(is_less(x, 0.0), multiply(x, alpha), x)";
  let reference = "x < 0 ? alpha * x : x";
}

def Nn_PreluOp : Nn_Elementwise<"prelu", ["x", "y"], Nn_NumberTensor, "same"> {
  let summary = "x where x >= 0, otherwise y * x";
  let onnx = [Onnx<"PRelu", 9>];
  let torch = ["aten::prelu"];
  let body = "select(is_less(x, 0.0), multiply(x, y), x)";
  let reference = "x < 0 ? y * x : x";
  let integerReference = "x < 0 ? wrapMultiply(y, x) : x";
}

def Nn_ThresholdedReluOp
    : Nn_Unary<"thresholded_relu", Nn_FloatTensor, [Scalar<"alpha", "1.0">]> {
  let summary = "x where x > alpha, otherwise 0";
  let onnx = [Onnx<"ThresholdedRelu", 10>];
  let body = "select(is_greater(x, alpha), x, 0.0)";
  let reference = "x > alpha ? x : 0.0";
}

def Nn_EluOp : Nn_Unary<"elu", Nn_FloatTensor, [Scalar<"alpha", "1.0">]> {
  let summary = "x where x >= 0, otherwise alpha * (exp(x) - 1)";
  let onnx = [Onnx<"Elu", 6>];
  let torch = ["aten::elu"];
  let body = [{
    select(is_less(x, 0.0), multiply(alpha, subtract(exp(min(x, 0.0)), 1.0)), x)
  }];
  let reference = "x < 0 ? alpha * std::expm1(x) : x";
}

def Nn_SeluOp : Nn_Unary<"selu", Nn_FloatTensor,
                         [Scalar<"alpha", "1.67326319217681884765625">,
                          Scalar<"gamma", "1.05070102214813232421875">]> {
  let summary = "gamma * x where x > 0, otherwise gamma * alpha * (exp(x) - 1)";
  let onnx = [Onnx<"Selu", 6>];
  let torch = ["aten::selu"];
  let body = [{
    multiply(gamma, select(is_less(x, 0.0),
                           multiply(alpha, subtract(exp(min(x, 0.0)), 1.0)), x))
  }];
  let reference = "gamma * (x < 0 ? alpha * std::expm1(x) : x)";
}

def Nn_CeluOp : Nn_Unary<"celu", Nn_FloatTensor, [Scalar<"alpha", "1.0">]> {
  let summary = "x where x >= 0, otherwise alpha * (exp(x / alpha) - 1)";
  let onnx = [Onnx<"Celu", 12>];
  let torch = ["aten::celu"];
  let body = [{
    e = exp(multiply(min(x, 0.0), reciprocal(alpha)));
    select(is_less(x, 0.0), multiply(alpha, subtract(e, 1.0)), x)
  }];
  let reference = "x < 0 ? alpha * std::expm1(x / alpha) : x";
}

def Nn_SigmoidOp : Nn_Unary<"sigmoid"> {
  let summary = "1 / (1 + exp(-x))";
  let onnx = [Onnx<"Sigmoid", 6>];
  let torch = ["aten::sigmoid"];
  let body = "sigmoid(x)";
  let reference = "1.0 / (1.0 + std::exp(-x))";
}

def Nn_HardSigmoidOp : Nn_Unary<"hard_sigmoid", Nn_FloatTensor,
                                [Scalar<"alpha", "0.2">, Scalar<"beta", "0.5">]> {
  let summary = "alpha * x + beta, kept within [0, 1]";
  let onnx = [Onnx<"HardSigmoid", 6>];
  let torch = ["aten::hardsigmoid"];
  let body = "max(0.0, min(1.0, add(multiply(alpha, x), beta)))";
  let reference = "nanMaximum(0.0, nanMinimum(1.0, alpha * x + beta))";
}

def Nn_HardSwishOp : Nn_Unary<"hard_swish"> {
  let summary = "x * (x / 6 + 1/2, kept within [0, 1])";
  let onnx = [Onnx<"HardSwish", 14>];
  let torch = ["aten::hardswish"];
  let body = "multiply(x, max(0.0, min(1.0, add(multiply(x, 0.16666666667), 0.5))))";
  let reference = "x * nanMaximum(0.0, nanMinimum(1.0, x / 6.0 + 0.5))";
}

def Nn_SoftplusOp : Nn_Unary<"softplus"> {
  let summary = "log(1 + exp(x))";
  let onnx = [Onnx<"Softplus">];
  let torch = ["aten::softplus"];
  let body = "softplus(x)";
  let reference = "x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x))";
}

def Nn_SoftsignOp : Nn_Unary<"softsign"> {
  let summary = "x / (1 + |x|)";
  let onnx = [Onnx<"Softsign">];
  let torch = ["aten::softsign"];
  let body = "multiply(x, reciprocal(add(1.0, abs(x))))";
  let reference = "x / (1.0 + std::fabs(x))";
}

def Nn_MishOp : Nn_Unary<"mish"> {
  let summary = "x * tanh(log(1 + exp(x)))";
  let onnx = [Onnx<"Mish", 18>];
  let torch = ["aten::mish"];
  let body = "mish(x)";
  let reference = "x * std::tanh(x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)))";
}

def Nn_SiluOp : Nn_Unary<"silu"> {
  let summary = "x / (1 + exp(-x))";
  let torch = ["aten::silu"];
  let body = "silu(x)";
  let reference = "x / (1.0 + std::exp(-x))";
}

def Nn_SwishOp : Nn_Unary<"swish", Nn_FloatTensor, [Scalar<"alpha", "1.0">]> {
  let summary = "x / (1 + exp(-alpha * x))";
  let onnx = [Onnx<"Swish", 24>];
  let body = "multiply(x, sigmoid(multiply(x, alpha)))";
  let reference = "x / (1.0 + std::exp(-alpha * x))";
}

def Nn_GeluOp : Nn_Unary<"gelu"> {
  let summary = "x * (1 + erf(x / sqrt 2)) / 2";
  let onnx = [Onnx<"Gelu", 20>];
  let torch = ["aten::gelu"];
  let body = "gelu(x)";
  let reference = "0.5 * x * std::erfc(-x * 0.70710678118654752440)";
}

def Nn_GeluTanhOp : Nn_Unary<"gelu_tanh"> {
  let summary = "x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2";
  let body = "gelu_tanh(x)";
  let reference = "0.5 * x * (1.0 + std::tanh(0.79788456080286535588 * (x + 0.044715 * x * x * x)))";
}

def Nn_ShrinkOp : Nn_Unary<"shrink", Nn_FloatTensor,
                           [Scalar<"lambd", "0.5">, Scalar<"bias", "0.0">]> {
  let summary = "x + bias below -lambd, x - bias above lambd, otherwise 0";
  let onnx = [Onnx<"Shrink", 9>];
  let torch = ["aten::hardshrink"];
  let body = [{
    low = select(is_less(x, multiply(lambd, -1.0)), add(x, bias), 0.0);
    select(is_greater(x, lambd), subtract(x, bias), low)
  }];
  let reference = "x < -lambd ? x + bias : x > lambd ? x - bias : 0.0";
}

def Nn_ClipOp : Nn_Unary<"clip", Nn_NumberTensor,
                         [Scalar<"low", "-std::numeric_limits<double>::infinity()">,
                          Scalar<"high", "std::numeric_limits<double>::infinity()">]> {
  let summary = "x, kept within [low, high]; high where the two cross";
  let onnx = [Onnx<"Clip", 11>];
  let torch = ["aten::clamp"];
  let body = "min(max(x, low), high)";
  let reference = "nanMinimum(nanMaximum(x, low), high)";
  let integerReference = "clampInteger(x, low, high)";
}
