// Liveness of registers per stream, and what follows from it.
#include "passes/isa/StreamProjection.h"

#include "passes/isa/RegisterUse.h"

#include <algorithm>

using namespace neuron;
using namespace neuron::isa;

StreamProjection::StreamProjection(const Sequence &sequence, Engine stream,
                                   const StreamParts &parts)
    : sequence(sequence), stream(stream), parts(parts) {
  size_t regions = sequence.regions.size();
  own.resize(regions);
  reads.resize(regions);
  writes.resize(regions);
  effects.resize(regions);
  arithmetic.resize(regions);
  keepLoop.resize(regions);
  updates.resize(regions);
  keepInst.resize(sequence.insts.size());
  for (size_t region = regions; region-- > 0;)
    summarise(static_cast<uint32_t>(region));
}

bool StreamProjection::isOwn(const Inst &inst) const {
  if (inst.opcode == Opcode::Barrier)
    return true; // everybody stands at it
  return inst.engine == stream && inst.opcode != Opcode::RegisterAlu;
}

void StreamProjection::summarise(uint32_t region) {
  const RegionNode &body = sequence.regions[region];
  for (const Child &child : body.children) {
    if (child.kind == Child::Call) {
      const StreamPart &callee = parts[child.index][static_cast<unsigned>(stream)];
      own[region] = own[region] || callee.content;
      reads[region] |= callee.liveIn;
      writes[region] |= callee.writes;
    } else if (child.kind == Child::Loop) {
      own[region] = own[region] || own[child.index];
      reads[region] |= reads[child.index];
      writes[region] |= writes[child.index];
      effects[region] |= effects[child.index];
      arithmetic[region].insert(arithmetic[region].end(), arithmetic[child.index].begin(),
                                arithmetic[child.index].end());
    } else {
      const Inst &inst = sequence.insts[child.index];
      effects[region] |= registersWritten(inst);
      writes[region] |= registersWritten(inst);
      if (isOwn(inst)) {
        own[region] = true;
        reads[region] |= registersRead(inst);
      } else if (inst.opcode == Opcode::RegisterAlu) {
        arithmetic[region].push_back(child.index);
      }
    }
  }
  for (const Update &update : body.updates) {
    writes[region] |= registerBit(update.reg);
    if (!returnsToEntry(update, body.count))
      effects[region] |= registerBit(update.reg);
  }
}

/// Registers that the stream may read in an iteration, given what is live after the loop.
uint64_t StreamProjection::usesInside(uint32_t region, uint64_t live) const {
  uint64_t uses = reads[region] | live;
  for (uint64_t before = ~uses; before != uses;) {
    before = uses;
    for (uint32_t index : arithmetic[region])
      if (registersWritten(sequence.insts[index]) & uses)
        uses |= registersRead(sequence.insts[index]);
  }
  return uses;
}

void StreamProjection::refuse(uint32_t region, uint32_t child, std::string what) {
  if (!failed)
    problem = {std::move(what), region, child};
  failed = true;
}

uint64_t StreamProjection::selectInst(uint32_t region, uint32_t child, uint64_t live) {
  uint32_t index = sequence.regions[region].children[child].index;
  const Inst &inst = sequence.insts[index];
  uint64_t written = registersWritten(inst);
  bool needed = isOwn(inst) || (inst.opcode == Opcode::RegisterAlu && (written & live));
  if (!needed && (written & live) && inst.opcode == Opcode::RegisterLoad)
    refuse(region, child, "loads a register that another stream uses");
  if (!needed)
    return live;
  keepInst[index] = true;
  return (live & ~written) | registersRead(inst);
}

/// Streams keep different parts of a function, so what it leaves in registers differs by stream.
uint64_t StreamProjection::selectCall(uint32_t region, uint32_t child, uint64_t live) {
  const StreamPart &callee =
      parts[sequence.regions[region].children[child].index][static_cast<unsigned>(stream)];
  if (uint64_t clobbered = live & callee.writes) {
    unsigned reg = 0;
    while (!(clobbered >> reg & 1))
      ++reg;
    refuse(region, child, "writes r" + std::to_string(reg) + ", which is used after the call");
  }
  return live | callee.liveIn;
}

uint64_t StreamProjection::selectLoop(uint32_t region, uint32_t child, uint64_t live) {
  uint32_t loop = sequence.regions[region].children[child].index;
  if (!own[loop] && !(effects[loop] & live))
    return live;
  keepLoop[loop] = true;
  uint64_t atEnd = usesInside(loop, live);
  for (const Update &update : sequence.regions[loop].updates)
    if (registerBit(update.reg) & atEnd)
      updates[loop].push_back(update);
  if (updates[loop].size() > kNumUpdates)
    refuse(region, child,
           "updates " + std::to_string(updates[loop].size()) +
               " registers in one stream, the machine's loops update 4");
  return selectRegion(loop, atEnd);
}

uint64_t StreamProjection::selectRegion(uint32_t region, uint64_t live) {
  const RegionNode &body = sequence.regions[region];
  for (uint32_t c = static_cast<uint32_t>(body.children.size()); c-- > 0;) {
    const Child &child = body.children[c];
    if (child.kind == Child::Instruction)
      live = selectInst(region, c, live);
    else if (child.kind == Child::Loop)
      live = selectLoop(region, c, live);
    else
      live = selectCall(region, c, live);
  }
  return live;
}

bool StreamProjection::select(ProjectionProblem &out) {
  if (own[0])
    liveIn = selectRegion(0, 0);
  if (failed)
    out = problem;
  return !failed;
}

Inst isa::loopInst(const RegionNode &region, Engine stream, const std::vector<Update> &updates) {
  Inst loop = Loop::make(stream);
  Loop::setCount(loop, static_cast<uint32_t>(region.count));
  for (size_t i = 0; i < std::min<size_t>(updates.size(), kNumUpdates); ++i)
    loop.update[i] = updates[i];
  return loop;
}

void StreamProjection::emitRegion(uint32_t region, std::vector<Inst> &code) const {
  for (const Child &child : sequence.regions[region].children) {
    switch (child.kind) {
    case Child::Instruction:
      if (keepInst[child.index]) {
        code.push_back(sequence.insts[child.index]);
        code.back().engine = stream;
      }
      break;
    case Child::Loop:
      if (keepLoop[child.index]) {
        code.push_back(loopInst(sequence.regions[child.index], stream, updates[child.index]));
        emitRegion(child.index, code);
        code.push_back(EndLoop::make(stream));
      }
      break;
    case Child::Call:
      if (parts[child.index][static_cast<unsigned>(stream)].content) {
        code.push_back(Call::make(stream));
        Call::setFunction(code.back(), static_cast<uint16_t>(child.index));
      }
      break;
    }
  }
}

void StreamProjection::emit(std::vector<Inst> &code) const {
  emitRegion(0, code);
  code.push_back(Return::make(stream));
}
