// The committed kernels, with one piece of synchronisation taken away at a time.
#include "runtime/base/File.h"
#include "runtime/sim/AsmImage.h"
#include "runtime/sim/Races.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::sim;

namespace {

isa::AsmFile fileOf(const std::string &name) {
  std::string path = std::string(NEURON_SOURCE) + "/models/kernels/" + name;
  auto mapped = MappedFile::open(path);
  REQUIRE(mapped.status().message() == "");
  std::string text(reinterpret_cast<const char *>(mapped->bytes().data),
                   static_cast<size_t>(mapped->bytes().size));
  auto file = isa::parseAsm(text, name);
  REQUIRE(file.status().message() == "");
  return std::move(*file);
}

Fault verdict(const isa::AsmFile &file) {
  auto image = AsmImage::create(file, "");
  REQUIRE(image.status().message() == "");
  RaceResult result;
  REQUIRE(checkRaces((*image)->image(), {}, result).message() == "");
  return result.fault;
}

/// Takes the wait away that is the `w`-th of an instruction (2: a take instruction itself).
bool dropWait(isa::Inst &inst, unsigned w) {
  if (w == 2) {
    if (inst.opcode != isa::Opcode::Take)
      return false;
    inst = isa::Nop::make(inst.engine);
    return true;
  }
  if (!inst.wait[w].count)
    return false;
  if (w == 0)
    inst.wait[0] = inst.wait[1];
  inst.wait[1] = {};
  return true;
}

/// Credits of the hoisted kernel's rhs already keep Sync less than a set of lhsT ahead, so that
/// its wait for a free set never decides anything.
bool isImplied(const std::string &kernel, const isa::AsmFile &file, const isa::Inst &inst,
               unsigned w) {
  return kernel == "matmul_hoisted.s" && w < 2 && file.semaphores[inst.wait[w].sem].name == "freeL";
}

} // namespace

TEST_CASE("every take of the kernels is needed") {
  for (const char *name : {"worked_example.s", "matmul_tiled.s", "matmul_hoisted.s"}) {
    isa::AsmFile file = fileOf(name);
    CHECK(toText(verdict(file).kind) == std::string(toText(FaultKind::None)));
    unsigned dropped = 0;
    for (unsigned s = 0; s < isa::kNumEngines; ++s)
      for (size_t pc = 0; pc < file.stream[s].size(); ++pc)
        for (unsigned w = 0; w < 3; ++w) {
          isa::AsmFile mutant = file;
          if (!dropWait(mutant.stream[s][pc], w))
            continue;
          INFO(name << ", stream " << s << ", instruction " << pc << ", wait " << w);
          Fault fault = verdict(mutant);
          bool refused = fault.kind == FaultKind::Race || fault.kind == FaultKind::Deadlock;
          CHECK(refused != isImplied(name, file, file.stream[s][pc], w));
          ++dropped;
        }
    CHECK(dropped >= 5);
  }
}

TEST_CASE("every signal of the kernels is needed") {
  for (const char *name : {"worked_example.s", "matmul_tiled.s", "matmul_hoisted.s"}) {
    isa::AsmFile file = fileOf(name);
    for (unsigned s = 0; s < isa::kNumEngines; ++s)
      for (size_t pc = 0; pc < file.stream[s].size(); ++pc)
        for (unsigned k = 0; k < 2; ++k) {
          isa::AsmFile mutant = file;
          isa::Inst &inst = mutant.stream[s][pc];
          if (inst.signal[k].cond == isa::Cond::Never)
            continue;
          inst.signal[k] = inst.signal[1];
          inst.signal[1] = {};
          INFO(name << ", stream " << s << ", instruction " << pc << ", signal " << k);
          CHECK(verdict(mutant).raised());
        }
  }
}
