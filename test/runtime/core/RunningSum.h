// A program that keeps a state: y = x + x, total += x, m = n.
//
// x, y and total are f32 [128, 4]; "sum" is an output that is the state. n and m are i64 [4] to
// the caller and i32 on the machine.
#pragma once

#include "runtime/isa/Text.h"
#include "runtime/program/Program.h"
#include "runtime/target/Machine.h"

#include <cstdio>
#include <cstdlib>

namespace neuron::testing {

inline void append(rt::Program &program, isa::Engine engine,
                   std::initializer_list<const char *> lines) {
  for (const char *line : lines) {
    isa::Inst inst;
    Status status = isa::parseInst(line, {}, engine, 1, 1, inst);
    if (!status.ok()) {
      std::fprintf(stderr, "%s: %s\n", line, status.message().c_str());
      std::abort();
    }
    program.stream[static_cast<unsigned>(engine)].push_back(inst);
  }
}

inline rt::Segment tensor(const char *name, rt::SegmentKind kind, DType dtype,
                          std::vector<uint64_t> shape) {
  rt::Segment segment;
  segment.name = name;
  segment.kind = kind;
  segment.dtype = dtype;
  segment.shape = std::move(shape);
  if (!rt::shapeBytes(dtype, segment.shape, segment.bytes))
    std::abort();
  return segment;
}

inline rt::Program runningSum() {
  rt::Program program;
  program.machine = "trn1";
  program.machineDigest = target::digest(*target::findMachine("trn1"));
  program.origin.compilerVersion = "0.1.0";
  program.segments = {tensor("x", rt::SegmentKind::Input, DType::F32, {128, 4}),
                      tensor("total", rt::SegmentKind::State, DType::F32, {128, 4}),
                      tensor("y", rt::SegmentKind::Output, DType::F32, {128, 4}),
                      tensor("sum", rt::SegmentKind::Output, DType::F32, {128, 4}),
                      tensor("n", rt::SegmentKind::Input, DType::I32, {4}),
                      tensor("m", rt::SegmentKind::Output, DType::I32, {4})};
  program.segments[3].alias = 1;
  program.segments[4].modelType = DType::I64;
  program.segments[5].modelType = DType::I64;
  append(program, isa::Engine::Sync,
         {"dma sbuf.f32[0:128]@0x0 {4}, hbm.f32@0:0x0 {128, 4} signal s1",
          "dma sbuf.f32[0:128]@0x40 {4}, hbm.f32@1:0x0 {128, 4} signal s1",
          "dma sbuf.i32[0:1]@0x100 {4}, hbm.i32@4:0x0 {1, 4} signal s1", "take s2 1",
          "dma hbm.f32@2:0x0 {128, 4}, sbuf.f32[0:128]@0x80 {4} queue=1 signal s3",
          "dma hbm.f32@1:0x0 {128, 4}, sbuf.f32[0:128]@0x40 {4} queue=1 signal s3",
          "dma hbm.i32@5:0x0 {1, 4}, sbuf.i32[0:1]@0x100 {4} queue=1 signal s3", "take s3 3",
          "return"});
  append(program, isa::Engine::Vector,
         {"take s1 3",
          "tensor_tensor sbuf.f32[0:128]@0x80 {4}, sbuf.f32[0:128]@0x0 {4}, "
          "sbuf.f32[0:128]@0x0 {4} op=add",
          "tensor_tensor sbuf.f32[0:128]@0x40 {4}, sbuf.f32[0:128]@0x40 {4}, "
          "sbuf.f32[0:128]@0x0 {4} op=add signal s2",
          "return"});
  program.semaphores[1] = {0, rt::Producer::Queue, 0, 1 << 1};
  program.semaphores[2] = {0, rt::Producer::Complete, 1, 1 << 4};
  program.semaphores[3] = {0, rt::Producer::Queue, 1, 1 << 4};
  rt::Function main;
  main.name = "main";
  main.entry[1] = 0;
  main.entry[4] = 0;
  program.functions = {main};
  return program;
}

} // namespace neuron::testing
