//===- IsaBase.td - the schema of the instruction table -----------------------------------===//
//
// An instruction is one record: operands, fields, engines, cost, faults, source of the numbers.
// neuron-tblgen checks every record (overlapping fields, duplicate opcodes, more operands than
// the struct has) and makes from it the typed view, field checks, encoder, decoder, text form,
// simulator dispatch, access sets and the manual.
//
//===--------------------------------------------------------------------------------------===//

#ifndef NEURON_ISA_BASE
#define NEURON_ISA_BASE

// --- Streams ---------------------------------------------------------------------------------
class Engine<string cpp> { string cppName = cpp; }
def TensorE : Engine<"Tensor">;
def VectorE : Engine<"Vector">;
def ScalarE : Engine<"Scalar">;
def GpSimdE : Engine<"GpSimd">;
def SyncE   : Engine<"Sync">;
defvar AllEngines = [TensorE, VectorE, ScalarE, GpSimdE, SyncE];

// --- Operands --------------------------------------------------------------------------------
class Space<string cpp> { string cppName = cpp; }
def Sbuf : Space<"Sbuf">;
def Psum : Space<"Psum">;
def Hbm  : Space<"Hbm">;

class Role<string cpp> { string cppName = cpp; }
def In    : Role<"Read">;
def Out   : Role<"Write">;
def InOut : Role<"ReadWrite">;

/// One operand of an instruction, in encoding order.
class Operand<string n, Role r, list<Space> s, bit opt = 0> {
  string name = n;
  Role role = r;
  list<Space> spaces = s;
  bit optional = opt;          // space None when absent
  bit scalarColumn = 0;        // [P, 1]: one fp32 value per partition
  bit dmaSide = 0;             // two records, byte steps, HBM allowed
}
class ScalarColumn<string n, Role r = In, bit opt = 0> : Operand<n, r, [Sbuf, Psum], opt> {
  let scalarColumn = 1;
}
class DmaSide<string n, Role r, list<Space> s> : Operand<n, r, s> { let dmaSide = 1; }

// --- Fields ----------------------------------------------------------------------------------
class FieldType<string cpp, int count> {
  string cppType = cpp;
  int values = count;          // legal values are 0 .. count - 1
}
def FlagField      : FieldType<"bool", 2>;
def RegisterField  : FieldType<"uint8_t", 64>;
def QueueField     : FieldType<"uint8_t", 16>;
def SemaphoreField : FieldType<"uint8_t", 256>;
def AxesField      : FieldType<"uint8_t", 5>;
def FunctionField  : FieldType<"uint16_t", 65536>;

/// The C++ enum and its text come from the names, in the order of their codes, which never
/// change their meaning: `is_equal` becomes AluOp::IsEqual.
class EnumField<string cpp, list<string> n> : FieldType<cpp, !size(n)> {
  list<string> names = n;
}
def AluOpField : EnumField<"AluOp", [
    "bypass", "add", "subtract", "multiply", "max", "min", "is_equal", "not_equal", "is_greater",
    "is_greater_equal", "is_less", "is_less_equal", "logical_and", "logical_or", "logical_xor",
    "abs_max", "abs_min", "bitwise_and", "bitwise_or", "bitwise_xor", "shift_left",
    "shift_right", "power", "mod"]>;
def ActivationField : EnumField<"Activation", [
    "copy", "square", "sigmoid", "relu", "gelu", "gelu_tanh", "silu", "tanh", "softplus", "mish",
    "erf", "exp", "sign", "abs", "log", "sin", "arctan", "sqrt", "rsqrt", "reciprocal"]>;
def RegOpField : EnumField<"RegOp", [
    "set", "copy", "add", "subtract", "multiply", "multiply_add", "min", "max"]>;
/// What an instruction does with its engine's per-partition reduce registers.
def ReduceCmdField : EnumField<"ReduceCmd", ["idle", "reset", "reduce", "reset_reduce"]>;

/// Bits [shift, shift + width) of the 16-bit `sub`.
class Field<string n, FieldType t, int s, int w> {
  string name = n;
  FieldType type = t;
  int shift = s;
  int width = w;
}

/// One of the two 32-bit immediates.
class Imm<string n, string cpp, int i> {
  string name = n;
  string cppType = cpp;        // float, uint32_t or int32_t
  int index = i;
}

// --- Rules -----------------------------------------------------------------------------------
/// What an instruction must keep beyond the types of its operands and fields: C++ over the view
/// `i` and the machine `m` (helpers in runtime/isa/Rules.h), and the sentence of the error.
class Rule<string c, string t> {
  string condition = c;
  string text = t;
}
class SameShape<string a, string b>
    : Rule<"rule::sameShape(i." # a # "(), i." # b # "())",
           a # " and " # b # " have equal partitions and elements">;
class SameLanes<string a, string b>
    : Rule<"rule::sameLanes(i." # a # "(), i." # b # "())",
           a # " and " # b # " have equal partitions">;
class Column<string c, string o>
    : Rule<"rule::isColumn(i." # c # "(), i." # o # "())",
           c # " has a value for every partition of " # o>;
class Elements<string o, int n>
    : Rule<"i." # o # "().elements() == " # n, o # " has " # n # " elements">;
class OnePsum<string a, string b>
    : Rule<"i." # a # "().space != Space::Psum || i." # b # "().space != Space::Psum",
           "at most one of " # a # " and " # b # " is in PSUM">;
class Comparison<string o>
    : Rule<"rule::isComparison(i." # o # "())", o # " is a comparison">;
class Reduction<string o>
    : Rule<"rule::isReduction(i." # o # "())",
           o # " is add, multiply, max, min, abs_max, bitwise_and, bitwise_or or bitwise_xor">;
/// Bitwise operations see bits, power exists on GpSimd only.
class AluTypes<string o, string a, string b>
    : Rule<"rule::aluTypes(i.inst(), i." # o # "(), i." # a # "(), i." # b # "())",
           o # ": bitwise operations and shifts need integers of one size, power needs GpSimd">;

// --- Instructions ----------------------------------------------------------------------------
/// interval, latency, columns: cycles of the executing engine, as C++ over the view `i` and the
/// machine `m` (helpers in runtime/isa/Cost.h). interval = earliest distance to the next
/// instruction on the engine; latency = start to the last write; columns = time in which the
/// engine's memory ports are held, at full rate.
class Inst<string mnem, bits<8> number, list<Engine> e, list<Operand> ops = [],
           list<Field> f = [], list<Imm> im = []> {
  string mnemonic = mnem;
  bits<8> opcode = number;
  list<Engine> engines = e;
  list<Operand> operands = ops;
  list<Field> fields = f;
  list<Imm> imms = im;
  bit hasAccumulate = 0;       // the `accumulate` condition of the header is meaningful
  bit hasUpdates = 0;          // followed by the record of loop updates
  bit isControl = 0;           // executed by the sequencer; never enters an engine's queue
  bit isDma = 0;               // executed by a DMA queue; signals on completion of the transfer
  int minGeneration = 1;       // first NeuronCore generation that has it
  string columns = "0";
  string interval = "0";
  string latency = "0";
  string summary = ?;          // a formula or a sentence
  list<Rule> rules = [];       // refused statically
  string constraints = "";     // what only a run can tell, one sentence each
  list<string> faults = [];    // what the simulator refuses dynamically
  string source = ?;           // where semantics and cost come from
}

/// Streaming instructions of Vector, Scalar and GpSimd: the cost is a count of columns (C of
/// the machine model: elements streamed per partition).
class Streaming<string mnem, bits<8> number, list<Engine> e, list<Operand> ops,
                list<Field> f = [], list<Imm> im = []> : Inst<mnem, number, e, ops, f, im> {
  let columns = "i.dst().elements()";
  let interval = "cost::interval(m, i.inst(), columns(i.inst(), m))";
  let latency = "cost::latency(m, i.inst(), columns(i.inst(), m))";
}

#endif
