//===- IsaControl.td - loops, calls, registers, semaphores -----------------------------------===//
include "dialects/isa/IsaBase.td"

class Control<string mnem, bits<8> number, list<Field> f = [], list<Imm> im = []>
    : Inst<mnem, number, AllEngines, [], f, im> {
  let isControl = 1;
}

def Nop : Control<"nop", 0x60> {
  let summary = "nothing; may wait and signal";
  let source = "hardware notes 3.7";
}

def Loop : Control<"loop", 0x61, [Field<"countRegister", RegisterField, 0, 6>,
                                  Field<"countFromRegister", FlagField, 6, 1>],
    [Imm<"count", "uint32_t", 0>]> {
  let hasUpdates = 1;
  let summary = "repeats the instructions up to its endloop; at the end of an iteration up to "
                "four registers are updated for free; zero iterations are legal";
  let source = "machine model, encoding";
}

def EndLoop : Control<"endloop", 0x62> {
  let summary = "ends the innermost loop's body";
  let source = "machine model: 4 cycles at base clock, assumed";
}

def Call : Control<"call", 0x63, [Field<"function", FunctionField, 0, 16>]> {
  let summary = "continues at the function's entry in this stream; depth at most 8, no recursion";
  let source = "machine model, encoding";
}

def Return : Control<"return", 0x64> {
  let summary = "continues after the call; in the outermost function ends the stream";
  let source = "machine model, encoding";
}

def Take : Control<"take", 0x65, [Field<"sem", SemaphoreField, 0, 8>],
    [Imm<"count", "uint32_t", 0>]> {
  let summary = "blocks until sem >= taken + count, then taken += count; taken is this stream's "
                "hidden count for sem";
  let source = "machine model, synchronisation: 9 ns";
}

def WaitGe : Control<"wait_ge", 0x66, [Field<"sem", SemaphoreField, 0, 8>],
    [Imm<"value", "uint32_t", 0>]> {
  let summary = "blocks until sem >= value; for hand-written assembly";
  let source = "machine model, synchronisation";
}

def SignalEvent : Control<"signal", 0x67> {
  let summary = "its signals fire when all earlier instructions of the stream's engine have read "
                "their inputs (read) or are complete (complete)";
  let source = "machine model, synchronisation: complete retires in order";
}

def RegisterAlu : Control<"reg", 0x68, [Field<"op", RegOpField, 0, 3>,
                                         Field<"dst", RegisterField, 3, 6>,
                                         Field<"a", RegisterField, 9, 6>],
    [Imm<"imm", "int32_t", 0>, Imm<"b", "uint32_t", 1>]> {
  let summary = "set: dst = imm; copy: dst = a; add, subtract, multiply, min, max: dst = a op "
                "imm; multiply_add: dst = a * imm + register b";
  let constraints = "b is below 64 and only multiply_add reads it";
  let source = "machine model: 1 cycle at base clock, assumed";
}

def Barrier : Control<"barrier", 0x69> {
  let summary = "waits until every stream stands at its barrier and all queues are drained, then "
                "resets semaphores to their initial values and the taken counts to zero";
  let source = "machine model, synchronisation";
}
