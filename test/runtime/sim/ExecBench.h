// One core and instructions as text: put values in, execute, look at what came out.
//
// Every instruction is checked against the machine first and audited afterwards: the bytes that
// it touched have to be the ones that its row of the table declares.
#pragma once

#include "runtime/base/Numbers.h"
#include "runtime/isa/Check.h"
#include "runtime/isa/Text.h"
#include "runtime/sim/Audit.h"
#include "runtime/sim/Exec.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <memory>
#include <string>

namespace neuron::sim::testing {

struct ExecBench {
  Core core;
  Audit audit;
  std::vector<std::unique_ptr<uint8_t[]>> segments;

  explicit ExecBench(const char *machine = "trn1") : core(*target::findMachine(machine)) {
    MemoryShape shape{core.machine.sbufPartitionBytes, core.machine.psumBanks,
                      core.machine.psumBankBytes};
    REQUIRE(core.memory.configure(shape).ok());
  }

  isa::Operand operand(const std::string &text) {
    isa::Inst inst;
    Status status = isa::parseInst("vector.memset " + text, inst);
    INFO(text << ": " << status.message());
    REQUIRE(status.ok());
    return inst.operand[0];
  }

  /// Writes value(row, i) into every element of an operand like "sbuf.f32[0:4]@0 {8}".
  void put(const std::string &text, const std::function<double(unsigned, uint64_t)> &value) {
    Runs runs;
    REQUIRE(core.memory.makeRuns(operand(text), Steps::Elements, runs).none());
    std::vector<uint8_t> row(runs.rowBytes());
    for (unsigned r = 0; r < runs.rows; ++r) {
      for (uint64_t i = 0; i < runs.elements; ++i)
        store(runs.dtype, value(r, i), row.data() + i * runs.bytes);
      core.memory.commitRow(runs, r, row.data());
    }
  }
  void put(const std::string &text, const std::vector<double> &rowMajor) {
    Runs runs;
    REQUIRE(core.memory.makeRuns(operand(text), Steps::Elements, runs).none());
    REQUIRE(rowMajor.size() == runs.total());
    uint64_t columns = runs.elements;
    put(text, [&](unsigned r, uint64_t i) { return rowMajor[r * columns + i]; });
  }

  /// The elements of an operand, row-major.
  std::vector<double> get(const std::string &text) {
    Runs runs;
    REQUIRE(core.memory.makeRuns(operand(text), Steps::Elements, runs).none());
    std::vector<double> out;
    std::vector<uint8_t> buffer(runs.rowBytes());
    for (unsigned r = 0; r < runs.rows; ++r) {
      const uint8_t *row = core.memory.readRow(runs, r, buffer.data());
      REQUIRE(row);
      for (uint64_t i = 0; i < runs.elements; ++i)
        out.push_back(load(runs.dtype, row + i * runs.bytes));
    }
    return out;
  }

  /// A segment of `bytes` bytes, each written as its offset modulo 251 when `filled`.
  uint8_t *segment(uint32_t index, uint64_t bytes, bool filled = true, bool writable = true) {
    segments.emplace_back(new uint8_t[bytes]);
    uint8_t *data = segments.back().get();
    for (uint64_t i = 0; i < bytes; ++i)
      data[i] = static_cast<uint8_t>(i % 251);
    core.memory.bind(index, data, bytes, writable, filled ? Content::Written : Content::Unwritten);
    return data;
  }

  /// Executes one instruction; a failure of the audit fails the test.
  Status run(const std::string &text) {
    isa::Inst inst;
    Status status = isa::parseInst(text, inst);
    INFO(text << ": " << status.message());
    REQUIRE(status.ok());
    status = isa::check(inst, core.machine);
    INFO(status.message());
    REQUIRE(status.ok());
    return execute(inst);
  }
  Status execute(const isa::Inst &inst) {
    Issue issue;
    issue.inst = &inst;
    issue.stream = inst.engine;
    issue.accumulates = inst.accumulate == isa::Cond::Always;
    core.memory.recorder = &audit;
    Status status = executeInst(core, issue, inst);
    core.memory.recorder = nullptr;
    INFO(audit.verdict().message());
    REQUIRE(audit.verdict().ok());
    return status;
  }
  void good(const std::string &text) {
    Status status = run(text);
    INFO(text << ": " << status.message());
    REQUIRE(status.ok());
  }
  /// Executes an instruction that has to fault.
  Fault bad(const std::string &text) {
    core.fault() = {};
    Status status = run(text);
    INFO(text);
    CHECK_FALSE(status.ok());
    return core.fault();
  }
};

} // namespace neuron::sim::testing
