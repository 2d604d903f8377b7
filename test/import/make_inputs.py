#!/usr/bin/env python3
"""Writes the small models of test/import/Inputs with the standard library alone.

Run it in its folder after a change; the files are committed, so that tests need no Python. A
message is a list of encoded fields; field numbers are those of onnx.proto.
"""
import os
import struct

FLOAT, INT64, BOOL, FLOAT16 = 1, 7, 9, 10


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, dims, raw=None, typed=b"", external=None):
    out = b"".join(number(1, d) for d in dims) + number(2, kind) + data(8, name)
    if raw is not None:
        out += data(9, raw)
    if external:
        out += b"".join(data(13, data(1, k) + data(2, v)) for k, v in external) + number(14, 1)
    return out + typed


def floats(name, dims, values):
    return tensor(name, FLOAT, dims, struct.pack("<%df" % len(values), *values))


def ints(name, values, dims=None):
    dims = [len(values)] if dims is None else dims
    return tensor(name, INT64, dims, struct.pack("<%dq" % len(values), *values))


def info(name, kind, dims):
    shape = b"".join(data(1, data(2, d) if isinstance(d, str) else number(1, d)) for d in dims)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, shape)))


def attribute(name, value):
    out = data(1, name)
    if isinstance(value, int):
        return out + number(3, value) + number(20, 2)
    if isinstance(value, float):
        return out + varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    if isinstance(value, str):
        return out + data(4, value) + number(20, 3)
    if isinstance(value, bytes):
        return out + data(5, value) + number(20, 4)
    return out + b"".join(number(8, v) for v in value) + number(20, 7)


def branch(name, graph_bytes):
    return data(1, name) + data(6, graph_bytes) + number(20, 5)


def node(op, inputs, outputs, attributes=(), name=None):
    out = b"".join(data(1, i) for i in inputs) + b"".join(data(2, o) for o in outputs)
    out += data(3, name or op.lower()) + data(4, op)
    for entry in attributes:
        out += data(5, entry if isinstance(entry, bytes) else attribute(*entry))
    return out


def graph(nodes, inputs, outputs, initializers=()):
    return (b"".join(data(1, n) for n in nodes) + data(2, "g")
            + b"".join(data(5, t) for t in initializers)
            + b"".join(data(11, i) for i in inputs) + b"".join(data(12, o) for o in outputs))


def write(name, body, opset=17):
    model = number(1, 8) + data(8, data(1, "") + number(2, opset)) + data(7, body)
    with open(os.path.join("Inputs", name), "wb") as out:
        out.write(model)


def nested(depth):
    """A graph in which `If`s nest `depth` levels deep."""
    body = graph([node("Relu", ["x"], ["t"])], [], [data(1, "t")])
    for _ in range(depth):
        body = graph([node("If", ["p"], ["t"], [branch("then_branch", body),
                                                branch("else_branch", body[:0])])], [], [data(1, "t")])
    return body


def write_codes():
    """One model a diagnostic, named by it."""
    os.makedirs("Inputs/codes", exist_ok=True)
    x, y = info("x", FLOAT, [2, 6]), data(1, "y")

    def one(code, nodes, inputs=(x,), outputs=(y,), weights=(), opset=17):
        write("codes/NC%d.onnx" % code, graph(nodes, inputs, outputs, weights), opset)

    relu = [node("Relu", ["x"], ["y"])]
    one(1001, relu)
    with open("Inputs/codes/NC1001.onnx", "r+b") as out:
        out.truncate(os.path.getsize(out.name) - 3)
    with open("Inputs/codes/NC1002.onnx", "wb") as out:
        out.write(b"\x0f\x0f\x0f\x0f")
    add = [node("Add", ["x", "w"], ["y"])]
    one(1003, add, weights=[tensor("w", FLOAT, [6], b"\0" * 20)])
    with open("Inputs/codes/NC1004.onnx", "wb") as out:
        out.write(number(1, 8) + data(8, data(1, "") + number(2, 17)))
    one(1005, [node("Add", ["x", "nowhere"], ["y"])])
    one(1006, relu + [node("Neg", ["x"], ["y"])])
    one(1008, [node("Add", ["x"], ["y"])])
    one(1010, add, weights=[tensor("w", FLOAT, [6], external=[("location", "../../beside.bin")])])
    one(1011, add, weights=[tensor("w", FLOAT, [6], external=[
        ("location", "NC1011.onnx"), ("offset", "100000"), ("length", "24")])])
    one(1012, relu, outputs=[info("y", FLOAT, [2, 7])])
    one(2002, add, weights=[tensor("w", FLOAT, [6], external=[("location", "absent.bin")])])
    one(3002, relu, opset=7)
    one(3003, [node("Identity", ["x"], ["y"])], inputs=[info("x", 8, [2])])
    one(3006, [node("MaxPool", ["x"], ["y", "i"], [("kernel_shape", [2, 2])])],
        inputs=[info("x", FLOAT, [1, 1, 4, 4])], outputs=[y, data(1, "i")])
    one(3007, add, weights=[tensor("w", FLOAT, [6], typed=data(3, number(1, 0) + number(2, 3)))])
    write("codes/NC4001.onnx", nested(40))
    one(4002, relu, inputs=[info("x", FLOAT, [1 << 41])])


def main():
    os.makedirs("Inputs", exist_ok=True)
    write_codes()
    x = info("x", FLOAT, [2, 6])
    any_y = data(1, "y")

    # A shape that the model computes from its input's shape.
    write("shape_arithmetic.onnx", graph(
        [node("Shape", ["x"], ["s"]), node("Gather", ["s", "zero"], ["n"]),
         node("Unsqueeze", ["n", "zero1"], ["n1"]),
         node("Concat", ["n1", "rest"], ["t"], [("axis", 0)]),
         node("Reshape", ["x", "t"], ["y"])],
        [x], [any_y], [ints("zero", [0], []), ints("zero1", [0]), ints("rest", [3, -1])]))

    # Axes and bounds as attributes, and as operands.
    old = [node("Unsqueeze", ["x"], ["u"], [("axes", [0, -1])]),
           node("Squeeze", ["u"], ["q"], [("axes", [0])]),
           node("ReduceSum", ["q"], ["r"], [("axes", [1]), ("keepdims", 0)]),
           node("Softmax", ["r"], ["y"], [("axis", 0)])]
    write("axes_attributes.onnx", graph(old, [x], [any_y]), 11)
    new = [node("Unsqueeze", ["x", "a"], ["u"]), node("Squeeze", ["u", "b"], ["q"]),
           node("ReduceSum", ["q", "c"], ["r"], [("keepdims", 0)]),
           node("Softmax", ["r"], ["y"], [("axis", 0)])]
    write("axes_operands.onnx", graph(
        new, [x], [any_y], [ints("a", [0, -1]), ints("b", [0]), ints("c", [1])]), 13)

    # Weights in every form of storage, one of them in a file beside the model.
    half = b"".join(varint(v) for v in [0x3C00, 0x4000, 0xC000])
    with open("Inputs/beside.bin", "wb") as out:
        out.write(b"\0" * 8 + struct.pack("<12f", *range(12)))
    write("storage.onnx", graph(
        [node("Add", ["x", "raw"], ["p"]), node("MatMul", ["p", "outside"], ["m"]),
         node("Cast", ["varints"], ["h"], [("to", FLOAT)]),
         node("Slice", ["h", "start", "end"], ["two"]), node("Add", ["m", "two"], ["y"])],
        [x], [any_y],
        [floats("raw", [6], [1, 2, 3, 4, 5, 6]),
         tensor("outside", FLOAT, [6, 2],
                external=[("location", "beside.bin"), ("offset", "8"), ("length", "48")]),
         tensor("varints", FLOAT16, [3], typed=data(5, half)), ints("start", [0]),
         ints("end", [2])]))

    write("symbolic.onnx", graph(
        [node("Add", ["ids", "mask"], ["y"])],
        [info("ids", FLOAT, ["batch", "seq"]), info("mask", FLOAT, ["batch", "seq"])], [any_y]))

    write("unsupported.onnx", graph(
        [node("Frobnicate", ["x"], ["a"], name="first"), node("Relu", ["a"], ["b"]),
         node("Frobnicate", ["b"], ["c"], name="second"), node("Gelu", ["c"], ["d"], name="act"),
         node("Relu", ["d"], ["y"])], [x], [any_y]))

    then = graph([node("Relu", ["x"], ["t"])], [], [data(1, "t")])
    otherwise = graph([node("Neg", ["x"], ["e"])], [], [data(1, "e")])
    known = [node("Shape", ["x"], ["s"]), node("Size", ["s"], ["rank"]),
             node("Equal", ["rank", "two"], ["is2"]),
             node("If", ["is2"], ["y"], [branch("then_branch", then),
                                         branch("else_branch", otherwise)])]
    write("if_known.onnx", graph(known, [x], [any_y], [ints("two", [2], [])]))
    write("if_unknown.onnx", graph(
        known[3:], [x, info("is2", BOOL, [])], [any_y]))

    write("unordered.onnx", graph(
        [node("Relu", ["b"], ["y"], name="last"), node("Frobnicate", ["x"], ["dead"]),
         node("Neg", ["x"], ["b"], name="first")], [x], [any_y]))
    write("cycle.onnx", graph(
        [node("Add", ["x", "b"], ["a"], name="one"), node("Relu", ["a"], ["b"], name="two")],
        [x], [data(1, "b")]))
    write("mismatch.onnx", graph(
        [node("MatMul", ["x", "w"], ["y"], name="layer/product")], [x], [any_y],
        [floats("w", [5, 2], [0.0] * 10)]))


if __name__ == "__main__":
    main()
