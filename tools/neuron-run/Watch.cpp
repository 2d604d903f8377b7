// One observer that hands on to those that were asked for.
#include "tools/neuron-run/Watch.h"

#include "runtime/base/File.h"

#include <cstdio>

namespace neuron::run {

Watch::Watch(const Options &options, const rt::Model &model) : options(options) {
  const rt::Program &program = model.program();
  auto layerOf = [&program](uint32_t opId) {
    return program.ops.contains(opId) ? program.ops.at(opId).layer->c_str() : nullptr;
  };
  if (!options.traceFile.empty())
    trace.emplace(model.machine(), layerOf, options.trace);
  if (options.layers)
    layers.emplace(model.machine(), layerOf);
}

void Watch::instruction(const sim::Issue &issue, uint64_t start, uint64_t intervalEnd,
                        uint64_t complete) {
  if (trace)
    trace->instruction(issue, start, intervalEnd, complete);
  if (layers)
    layers->instruction(issue, start, intervalEnd, complete);
}

void Watch::control(const sim::Issue &issue, uint64_t complete) {
  if (trace)
    trace->control(issue, complete);
  if (layers)
    layers->control(issue, complete);
}

void Watch::transfer(const sim::Place &trigger, const sim::DmaCompletion &completion) {
  if (trace)
    trace->transfer(trigger, completion);
  if (layers)
    layers->transfer(trigger, completion);
}

void Watch::wait(const sim::Issue &issue, uint64_t begin, uint64_t end) {
  if (trace)
    trace->wait(issue, begin, end);
}

Status Watch::finish(sim::Report &report) {
  if (layers)
    report.layers = layers->finish();
  if (!trace)
    return Status::success();
  const std::string &bytes = trace->finish();
  if (trace->isTruncated())
    std::fprintf(stderr,
                 "neuron-run: the trace is cut at %llu MiB; --trace-window chooses a part\n",
                 static_cast<unsigned long long>(options.trace.maxBytes >> 20));
  return writeFile(options.traceFile,
                   {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
}

} // namespace neuron::run
