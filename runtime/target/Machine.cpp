// The rows of the machine table, their checks and digests.
#include "runtime/target/Machine.h"

#include <algorithm>

namespace neuron::target {
namespace {

struct RowValue {
  uint64_t value;
  ValueKind kind;
  const char *source;
};

struct MachineRow {
  const char *name;
  const char *summary;
  std::array<RowValue, kNumParams> values;
};

#define NEURON_MACHINE_ROWS
#include "runtime/target/Machines.inc"
#undef NEURON_MACHINE_ROWS

Machine fromRow(const MachineRow &row) {
  Machine machine;
  machine.name = row.name;
  for (unsigned p = 0; p < kNumParams; ++p) {
    machine.*kParams[p].field = row.values[p].value;
    machine.kind[p] = row.values[p].kind;
  }
  return machine;
}

std::array<Machine, kNumMachines> makeAll() {
  std::array<Machine, kNumMachines> all;
  for (unsigned m = 0; m < kNumMachines; ++m)
    all[m] = fromRow(kMachineRows[m]);
  return all;
}

} // namespace

Machine sharedBy(const Machine &machine, unsigned cores) {
  Machine shared = machine;
  if (cores == 0 || cores >= machine.coresPerChip)
    return shared;
  uint64_t atStack = std::min<uint64_t>(cores, machine.hbmStackCores);
  shared.hbmBytesPerUs = std::min(machine.hbmBytesPerUs * machine.hbmStackCores / atStack,
                                  machine.hbmChipBytesPerUs / cores);
  return shared;
}

const std::array<ParamFacts, kNumParams> &params() { return kParams; }

const Machine *findMachine(std::string_view name) {
  static const std::array<Machine, kNumMachines> all = makeAll();
  for (const Machine &machine : all)
    if (machine.name == name)
      return &machine;
  return nullptr;
}

std::string machineNames() {
  std::string names;
  for (const MachineRow &row : kMachineRows)
    names += std::string(names.empty() ? "" : ", ") + row.name;
  return names;
}

const char *sourceOf(std::string_view machine, unsigned param) {
  for (const MachineRow &row : kMachineRows)
    if (row.name == machine && param < kNumParams)
      return row.values[param].source;
  return nullptr;
}

Status check(const Machine &machine) {
  for (const ParamFacts &param : kParams) {
    uint64_t value = machine.*param.field;
    if (value < param.least || value > param.most)
      return Status::error(ErrorCode::InvalidArgument, "%s is %llu, legal are %llu to %llu (%s)",
                           param.name, static_cast<unsigned long long>(value),
                           static_cast<unsigned long long>(param.least),
                           static_cast<unsigned long long>(param.most), param.unit);
  }
  if ((machine.dmaEngines & (machine.dmaEngines - 1)) != 0)
    return Status::error(ErrorCode::InvalidArgument, "dmaEngines is %llu, not a power of two",
                         static_cast<unsigned long long>(machine.dmaEngines));
  if (machine.rowTileMin % 32 != 0)
    return Status::error(ErrorCode::InvalidArgument, "rowTileMin is %llu, not a multiple of 32",
                         static_cast<unsigned long long>(machine.rowTileMin));
  if (machine.psumBankBytes % 64 != 0)
    return Status::error(ErrorCode::InvalidArgument, "psumBankBytes is %llu, not a multiple of 64",
                         static_cast<unsigned long long>(machine.psumBankBytes));
  return Status::success();
}

Machine withoutAssumedCosts(const Machine &machine) {
  Machine result = machine;
  for (unsigned p = 0; p < kNumParams; ++p)
    if (kParams[p].isCost && machine.kind[p] == ValueKind::Assumed)
      result.*kParams[p].field = 0;
  return result;
}

uint64_t digest(const Machine &machine) {
  // FNV-1a over "name=value;" of every parameter: independent of their order in memory only.
  uint64_t hash = 0xcbf29ce484222325;
  for (const ParamFacts &param : kParams) {
    std::string text =
        formatText("%s=%llu;", param.name, static_cast<unsigned long long>(machine.*param.field));
    for (char c : text)
      hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  }
  return hash;
}

} // namespace neuron::target
