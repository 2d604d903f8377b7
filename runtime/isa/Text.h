// Instructions as text, both ways: what the assembler reads and the disassembler prints.
//
//   matmul psum.f32[0:128]@b2 {512}, sbuf.bf16[0:128]@0x400+r3*1024 {512} accumulate if r1 != 0
//
// docs/assembly.md is the reference. An operand is space.dtype[partitions]@address {dims}, dims
// outermost first as count or count:step, the step left out when the dim is dense. The text of
// a legal instruction parses to the same instruction. Names of semaphores, tensors and functions
// come from the file around the instruction; alone, an instruction says s3, 2:0x400 and f1.
#pragma once

#include "runtime/base/Status.h"
#include "runtime/isa/Isa.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace neuron::isa {

/// What numbers are called in the file around an instruction. An empty name is none.
struct Names {
  std::vector<std::string> semaphores, segments, functions;
  std::map<std::string, int64_t, std::less<>> constants; ///< only read
};

/// The engine's name: tensor, vector, scalar, gpsimd, sync.
const char *toText(Engine engine);
/// hbm, sbuf, psum.
const char *toText(Space space);

/// One line without indentation. The engine is a prefix when the mnemonic runs on several,
/// unless it is `section`, the engine in whose section the line stands.
std::string toText(const Inst &inst, const Names &names, std::optional<Engine> section);
std::string toText(const Inst &inst);

/// Reads one instruction and checks its form; `section` is the engine of an instruction without
/// prefix. `line` and `column` are where the text stands in its file.
/// Errors: InvalidArgument, "line:column: what".
Status parseInst(std::string_view text, const Names &names, std::optional<Engine> section,
                 unsigned line, unsigned column, Inst &inst);
Status parseInst(std::string_view text, Inst &inst);

/// One operand, as in an instruction. `dmaSide`: steps count bytes.
std::string toText(const Operand &operand, bool dmaSide, const Names &names = {});

} // namespace neuron::isa
