// A program and its contents into one file.
#include "compiler/emit/EmitProgram.h"

using namespace neuron;

Status emit::writeProgram(const rt::Program &program, const Contents &contents,
                          const WeightStore &store, const std::string &path) {
  auto source = [&](uint32_t index, rt::ContentSink &sink) {
    return contents.deliver(index, program.segments[index].bytes, store, sink);
  };
  return rt::save(program, path, source);
}
