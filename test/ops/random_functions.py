"""Random functions of nn ops, for ops_on_device.

usage: random_functions.py SEED COUNT

Chains of one to four ops on constants of all types that the machine holds in full, with the ends of
every type among them; dims of size 1 that repeat, odd sizes, and dims of size 0 that a reduction
removes. 64-bit integers are left out: the reference computes them in 64 bits, the machine in 32.
"""
import random
import sys

RANGES = {"i8": (-(2**7), 2**7 - 1), "i16": (-(2**15), 2**15 - 1), "i32": (-(2**31), 2**31 - 1),
          "ui8": (0, 2**8 - 1), "ui16": (0, 2**16 - 1), "ui32": (0, 2**32 - 1)}


class Function:
    def __init__(self, rand, name):
        self.rand, self.name = rand, name
        self.type = rand.choice([*RANGES, "i32", "f32", "f32"])
        self.lines, self.count = [], 0
        self.shape = [rand.choice([1, 2, 3, 5, 7]) for _ in range(rand.choice([1, 2, 3]))]
        if rand.random() < 0.1:
            self.shape[-1] = rand.choice([129, 260])
        self.value = self.constant(self.shape)

    def tensor(self, shape, element=None):
        return "tensor<" + "".join(f"{d}x" for d in shape) + (element or self.type) + ">"

    def number(self):
        if self.type == "f32":
            return "%.6e" % self.rand.uniform(-3, 3)
        low, high = RANGES[self.type]
        near = self.rand.randint(max(low, -9), min(high, 9))
        return str(self.rand.choice([low, high, 0, 1, self.rand.randint(low, high), near]))

    def numbers(self, shape):
        if not shape:
            return self.number()
        return "[" + ", ".join(self.numbers(shape[1:]) for _ in range(shape[0])) + "]"

    def line(self, text):
        self.lines.append(f"  %v{self.count} = {text}")
        self.count += 1
        return f"%v{self.count - 1}"

    def constant(self, shape):
        return self.line(f"nn.constant dense<{self.numbers(shape)}> : {self.tensor(shape)}")

    def apply(self, op, attributes="", more=(), shape=None):
        """Replaces the value by op(value, more...); `more` has pairs of value and shape."""
        shape = self.shape if shape is None else shape
        names = ", ".join([self.value, *(name for name, _ in more)])
        types = ", ".join([self.tensor(self.shape), *(self.tensor(other) for _, other in more)])
        self.value = self.line(f"nn.{op} {names} {attributes}: ({types}) -> {self.tensor(shape)}")
        self.shape = shape

    def binary(self):
        ops = ["add", "subtract", "multiply", "maximum", "minimum"]
        if self.type != "f32":
            ops += ["divide", "mod", "fmod", "bitwise_and", "bitwise_xor"]
        shape = [d if self.rand.random() < 0.7 else 1 for d in self.shape]
        self.apply(self.rand.choice(ops), more=[(self.constant(shape), shape)])

    def unary(self):
        floats = ["abs", "relu", "tanh", "sigmoid", "sin"]
        self.apply(self.rand.choice(floats if self.type == "f32" else ["abs", "sign", "relu", "square"]))

    def reduce(self):
        axis = self.rand.randrange(len(self.shape))
        shape = list(self.shape)
        if self.type == "f32" and self.rand.random() < 0.2:
            shape[axis] = 0
            text = [", ".join(map(str, x)) for x in ([0] * len(shape), shape, [1] * len(shape))]
            self.apply("slice", "{starts = array<i64: %s>, sizes = array<i64: %s>, "
                                "steps = array<i64: %s>} " % tuple(text), shape=shape)
        shape = list(shape)
        shape[axis] = 1
        op = self.rand.choice(["sum", "max", "min", "prod", "mean"])
        self.apply(f"reduce_{op}", f"{{axes = array<i64: {axis}>, keep_dims = true}} ", shape=shape)

    def cumsum(self):
        how = self.rand.choice(["", "exclusive = true, ", "reverse = true, "])
        self.apply("cumsum", f"{{{how}axis = {self.rand.randrange(len(self.shape))} : i64}} ")

    def transpose(self):
        perm = list(range(len(self.shape)))
        self.rand.shuffle(perm)
        self.apply("transpose", f"{{perm = array<i64: {', '.join(map(str, perm))}>}} ",
                   shape=[self.shape[d] for d in perm])

    def select(self):
        other, values, truths = self.constant(self.shape), self.tensor(self.shape), self.tensor(self.shape, "i1")
        less = self.line(f"nn.less {self.value}, {other} : ({values}, {values}) -> {truths}")
        self.value = self.line(f"nn.select {less}, {self.value}, {other} : "
                               f"({truths}, {values}, {values}) -> {values}")

    def clip(self):
        low, high = RANGES.get(self.type, (-200, 200))
        low, high = sorted(float(self.rand.randint(low, high)) for _ in range(2))
        self.apply("clip", f"{{low = {low:.17e} : f64, high = {high:.17e} : f64}} ")

    def matmul(self):
        if len(self.shape) < 2:
            return
        columns = self.rand.choice([1, 3, 6])
        shape = [1] * (len(self.shape) - 2) + [self.shape[-1], columns]
        self.apply("matmul", more=[(self.constant(shape), shape)], shape=self.shape[:-1] + [columns])

    def text(self):
        kinds = [self.binary, self.binary, self.unary, self.reduce, self.cumsum, self.transpose,
                 self.select, self.clip, self.matmul]
        for _ in range(self.rand.randint(1, 4)):
            self.rand.choice(kinds)()
        result = self.tensor(self.shape)
        return "\n".join([f"func.func @{self.name}() -> {result} {{", *self.lines,
                          f"  return {self.value} : {result}", "}"])


def main():
    rand = random.Random(int(sys.argv[1]))
    functions = (Function(rand, f"f{i}").text() for i in range(int(sys.argv[2])))
    print("\n// -----\n".join(functions))


main()
