// --gen-machines: runtime/target/Machines.inc. --gen-machines-doc: docs/generated/machines.md.
#include "IsaModel.h"
#include "MachineModel.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/TableGen/TableGenBackend.h"

using namespace llvm;

namespace neuron::tblgen {
namespace {

void emitMachines(const RecordKeeper &records, raw_ostream &os) {
  MachineTable table = readMachines(records);
  os << "// Generated from dialects/target/Machines.td by tools/dev/regenerate.sh; do not edit.\n"
     << "// clang-format off\n\n";
  os << "#ifdef NEURON_MACHINE_FIELDS\n";
  for (const ParamRow &param : table.params)
    os << formatv("uint64_t {0} = 0; ///< {1}: {2}\n", param.name, param.unit, param.doc);
  os << "#endif // NEURON_MACHINE_FIELDS\n\n";
  os << "#ifdef NEURON_MACHINE_TABLE\n";
  os << formatv("inline constexpr unsigned kNumParams = {0};\n", table.params.size());
  os << formatv("inline constexpr unsigned kNumMachines = {0};\n", table.machines.size());
  os << "#endif // NEURON_MACHINE_TABLE\n\n";
  os << "#ifdef NEURON_MACHINE_ROWS\n";
  os << "const std::array<ParamFacts, kNumParams> kParams = {{\n";
  for (const ParamRow &param : table.params)
    os << formatv("  {{{0}, {1}, {2}, {3}, {5}ull, {6}ull, &Machine::{4}},\n", quoted(param.name),
                  quoted(param.unit), quoted(param.doc), param.isCost ? "true" : "false",
                  param.name, param.least, param.most);
  os << "}};\n\nconst MachineRow kMachineRows[kNumMachines] = {\n";
  for (const MachineRow &machine : table.machines) {
    os << formatv("  {{{0}, {1}, {{{{\n", quoted(machine.name), quoted(machine.summary));
    for (size_t i = 0; i < table.params.size(); ++i) {
      const ValueRow &value = machine.values[i];
      os << formatv("    {{{0}ull, ValueKind::{1}, {2}}, // {3}\n", value.value, value.kind,
                    quoted(value.source), table.params[i].name);
    }
    os << "  }}},\n";
  }
  os << "};\n#endif // NEURON_MACHINE_ROWS\n";
}

void emitDoc(const RecordKeeper &records, raw_ostream &os) {
  MachineTable table = readMachines(records);
  os << "# Machines\n\nGenerated from `dialects/target/Machines.td` by "
        "`tools/dev/regenerate.sh`.\n\nDocumented, measured and fitted (to published timings) "
        "numbers have a public source; an assumed number\nhas none, and reports state how much "
        "of a time rests on those. A machine file (`docs/adding-a-machine.md`)\nreplaces any of "
        "them.\n\n";
  for (const MachineRow &machine : table.machines)
    os << "* `" << machine.name << "`: " << machine.summary << "\n";
  os << "\n## Values\n\n| parameter | unit |";
  for (const MachineRow &machine : table.machines)
    os << " " << machine.name << " |";
  os << "\n|---|---|";
  for (size_t i = 0; i < table.machines.size(); ++i)
    os << "---|";
  for (size_t p = 0; p < table.params.size(); ++p) {
    os << "\n| `" << table.params[p].name << "` | " << table.params[p].unit << " |";
    for (const MachineRow &machine : table.machines)
      os << " " << machine.values[p].value << " |";
  }
  os << "\n\n## Meaning and sources\n";
  for (size_t p = 0; p < table.params.size(); ++p) {
    os << "\n### " << table.params[p].name << "\n\n"
       << table.params[p].doc << ", in " << table.params[p].unit << ".\n\n";
    for (const MachineRow &machine : table.machines)
      os << "* " << machine.name << ": " << machine.values[p].value << ", "
         << StringRef(machine.values[p].kind).lower() << "; " << machine.values[p].source << "\n";
  }
}

TableGen::Emitter::Opt machines("gen-machines", emitMachines,
                                "Generate runtime/target/Machines.inc");
TableGen::Emitter::Opt doc("gen-machines-doc", emitDoc, "Generate docs/generated/machines.md");

} // namespace
} // namespace neuron::tblgen
