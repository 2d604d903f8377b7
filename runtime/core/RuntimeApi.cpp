// The instance-based C interface over Model.
#include "runtime/core/ApiError.h"
#include "runtime/core/HostTypes.h"
#include "runtime/core/Model.h"
#include "runtime/include/neuron/runtime.h"
#include "runtime/sim/Report.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>

using namespace neuron;
using namespace neuron::rt;

struct neuron_device {
  std::string machine;
  uint64_t memoryLimit = 0;
  std::atomic<uint64_t> models{0};
};

namespace {

struct FreeBytes {
  void operator()(uint8_t *bytes) const { std::free(bytes); }
};

NRT_STATUS nullArgument(const char *name) {
  return fail(NRT_INVALID, std::string(name) + " is null");
}

/// True if a struct that begins with its size is long enough to have the field.
#define NEURON_HAS(object, field)                                                                  \
  ((object)->struct_size >=                                                                        \
   offsetof(std::remove_reference_t<decltype(*(object))>, field) + sizeof((object)->field))

nrt_dtype_t nrtType(DType type) {
  switch (type) {
  case DType::F32:
    return NRT_DTYPE_FLOAT32;
  case DType::Tf32:
    return NRT_DTYPE_FP32R;
  case DType::Bf16:
    return NRT_DTYPE_BFLOAT16;
  case DType::F16:
    return NRT_DTYPE_FLOAT16;
  case DType::F8E3M4:
    return NRT_DTYPE_FP8_E3;
  case DType::F8E4M3:
    return NRT_DTYPE_FP8_E4;
  case DType::F8E5M2:
    return NRT_DTYPE_FP8_E5;
  case DType::I8:
    return NRT_DTYPE_INT8;
  case DType::I16:
    return NRT_DTYPE_INT16;
  case DType::I32:
    return NRT_DTYPE_INT32;
  case DType::I64:
    return NRT_DTYPE_INT64;
  case DType::U8:
  case DType::Bool:
    return NRT_DTYPE_UINT8;
  case DType::U16:
    return NRT_DTYPE_UINT16;
  case DType::U32:
    return NRT_DTYPE_UINT32;
  case DType::U64:
    return NRT_DTYPE_UINT64;
  default:
    return NRT_DTYPE_UNKNOWN;
  }
}

neuron_tensor_kind_t kindOf(SegmentKind kind) {
  return kind == SegmentKind::Input    ? NEURON_TENSOR_INPUT
         : kind == SegmentKind::Output ? NEURON_TENSOR_OUTPUT
                                       : NEURON_TENSOR_STATE;
}

} // namespace

struct neuron_model {
  std::unique_ptr<uint8_t, FreeBytes> bytes; ///< of a program loaded from memory
  std::unique_ptr<Model> model;
  neuron_device *device = nullptr;
  std::vector<uint32_t> tensors; ///< segments, in the order of the program
  std::mutex running;
  sim::Bindings bindings;
  /// By segment: the machine's form of tensors whose type the caller sees differently.
  std::vector<std::unique_ptr<uint8_t[]>> converted;
  sim::Report report;
};

namespace {

NRT_STATUS loadProgram(neuron_device *device, Result<Program> program,
                       std::unique_ptr<uint8_t, FreeBytes> bytes, neuron_model **out) {
  if (!program)
    return failLoad(program.status());
  if (!device->machine.empty() && device->machine != program->machine)
    return fail(NRT_UNSUPPORTED_NEFF_VERSION, "program for machine '" + program->machine +
                                                  "', the device is a '" + device->machine + "'");
  Result<std::unique_ptr<Model>> model = Model::create(*std::move(program), device->memoryLimit);
  if (!model)
    return failLoad(model.status());
  std::unique_ptr<neuron_model> loaded = std::make_unique<neuron_model>();
  loaded->bytes = std::move(bytes);
  loaded->model = *std::move(model);
  loaded->device = device;
  const std::vector<Segment> &segments = loaded->model->program().segments;
  for (uint32_t i = 0; i < segments.size(); ++i)
    if (segments[i].isInterface())
      loaded->tensors.push_back(i);
  loaded->bindings.reserve(segments.size());
  loaded->converted.resize(segments.size());
  ++device->models;
  *out = loaded.release();
  return NRT_SUCCESS;
}

/// The buffer that the simulator uses instead of the caller's, filled if it is read.
NRT_STATUS convertIn(neuron_model &model, uint32_t index, const neuron_binding_t &binding) {
  const Segment &segment = model.model->program().segments[index];
  if (!binding.data || binding.size != hostBytes(segment))
    return fail(NRT_EXEC_BAD_INPUT,
                formatText("%s '%s': %zu bytes given, expected %llu", toText(segment.kind),
                           segment.name.c_str(), binding.data ? binding.size : 0,
                           static_cast<unsigned long long>(hostBytes(segment))));
  std::unique_ptr<uint8_t[]> &buffer = model.converted[index];
  if (!buffer)
    buffer.reset(new (std::nothrow) uint8_t[segment.bytes]);
  if (!buffer)
    return fail(NRT_FAIL_HOST_MEM_ALLOC, "no memory to convert '" + segment.name + "'");
  model.bindings.push_back({index, buffer.get(), segment.bytes});
  if (segment.kind == SegmentKind::Output)
    return NRT_SUCCESS;
  Status status =
      toMachine(segment, binding.data, buffer.get(), segment.bytes / byteSize(segment.dtype));
  return status.ok() ? NRT_SUCCESS : fail(NRT_EXEC_BAD_INPUT, status.message());
}

NRT_STATUS collect(neuron_model &model, const neuron_binding_t *bindings, size_t count) {
  model.bindings.clear();
  for (size_t i = 0; i < count; ++i) {
    const neuron_binding_t &binding = bindings[i];
    uint32_t index = binding.name ? model.model->find(binding.name) : kNoSegment;
    if (index == kNoSegment)
      return fail(NRT_EXEC_BAD_INPUT, formatText("the program has no tensor '%s'",
                                                 binding.name ? binding.name : "(null)"));
    if (needsConversion(model.model->program().segments[index])) {
      if (NRT_STATUS status = convertIn(model, index, binding); status != NRT_SUCCESS)
        return status;
    } else {
      model.bindings.push_back({index, static_cast<uint8_t *>(binding.data), binding.size});
    }
  }
  return NRT_SUCCESS;
}

/// Brings outputs and states whose type was converted back to the caller.
void convertOut(neuron_model &model, const neuron_binding_t *bindings) {
  for (size_t i = 0; i < model.bindings.size(); ++i) {
    const Segment &segment = model.model->program().segments[model.bindings[i].segment];
    if (needsConversion(segment) && segment.kind != SegmentKind::Input)
      toHost(segment, model.bindings[i].data, bindings[i].data,
             segment.bytes / byteSize(segment.dtype));
  }
}

NRT_STATUS readOptions(const neuron_execute_options_t *options, sim::RunOptions &run) {
  if (!options)
    return NRT_SUCCESS;
  if (NEURON_HAS(options, mode)) {
    int mode;
    std::memcpy(&mode, &options->mode, sizeof(mode));
    if (mode < NEURON_MODE_VALUES_AND_TIME || mode > NEURON_MODE_VALUES)
      return fail(NRT_INVALID, formatText("unknown mode %d", mode));
    run.mode = mode == NEURON_MODE_TIME     ? sim::Mode::Time
               : mode == NEURON_MODE_VALUES ? sim::Mode::Values
                                            : sim::Mode::ValuesAndTime;
  }
  if (NEURON_HAS(options, max_cycles))
    run.maxCycles = options->max_cycles;
  return NRT_SUCCESS;
}

/// What of the report the caller's struct has room for.
void describeTime(const sim::Report &report, neuron_execute_result_t &result) {
  if (NEURON_HAS(&result, latency_us))
    result.latency_us = static_cast<double>(report.time.end) * 1e-9;
  if (NEURON_HAS(&result, latency_femtoseconds))
    result.latency_femtoseconds = report.time.end;
  if (NEURON_HAS(&result, launch_us))
    result.launch_us = static_cast<double>(report.time.launch) * 1e-9;
}

/// Elements of a state that the model holds.
struct StateRange {
  const Segment *segment = nullptr;
  uint8_t *bytes = nullptr;
  uint64_t count = 0;
};

/// Finds the bytes [offset, offset + size) of a state, as the caller counts them.
NRT_STATUS findState(neuron_model *model, const char *name, size_t offset, size_t size,
                     StateRange &range) {
  uint32_t index = name ? model->model->find(name) : kNoSegment;
  uint8_t *bytes = index == kNoSegment ? nullptr : model->model->state(index);
  if (!bytes)
    return fail(NRT_INVALID, formatText("the program has no state '%s'", name ? name : "(null)"));
  const Segment &segment = model->model->program().segments[index];
  uint64_t total = hostBytes(segment), element = byteSize(hostType(segment));
  if (offset > total || size > total - offset || offset % element || size % element)
    return fail(NRT_INVALID, formatText("state '%s' has %llu bytes in elements of %llu, asked for "
                                        "%zu at %zu",
                                        name, static_cast<unsigned long long>(total),
                                        static_cast<unsigned long long>(element), size, offset));
  range = {&segment, bytes + offset / element * byteSize(segment.dtype), size / element};
  return NRT_SUCCESS;
}

} // namespace

extern "C" {

NRT_STATUS neuron_device_create(const neuron_device_options_t *options, neuron_device_t **device) {
  if (!device)
    return nullArgument("device");
  std::unique_ptr<neuron_device> made = std::make_unique<neuron_device>();
  if (options && NEURON_HAS(options, machine) && options->machine) {
    if (!target::findMachine(options->machine))
      return fail(NRT_INVALID, std::string("no machine '") + options->machine + "', there are " +
                                   target::machineNames());
    made->machine = options->machine;
  }
  if (options && NEURON_HAS(options, memory_limit))
    made->memoryLimit = options->memory_limit;
  *device = made.release();
  return NRT_SUCCESS;
}

NRT_STATUS neuron_device_destroy(neuron_device_t *device) {
  if (device && device->models != 0)
    return fail(NRT_EXEC_NC_BUSY, "models are still loaded on the device");
  delete device;
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_load_file(neuron_device_t *device, const char *path,
                                  neuron_model_t **model) {
  if (!device || !path || !model)
    return nullArgument(!device ? "device" : !path ? "path" : "model");
  return loadProgram(device, load(path), nullptr, model);
}

NRT_STATUS neuron_model_load_bytes(neuron_device_t *device, const void *bytes, size_t size,
                                   neuron_model_t **model) {
  if (!device || !bytes || !model)
    return nullArgument(!device ? "device" : !bytes ? "bytes" : "model");
  if (size > SIZE_MAX - 64)
    return fail(NRT_INVALID, "more bytes than memory");
  std::unique_ptr<uint8_t, FreeBytes> copy(
      static_cast<uint8_t *>(std::aligned_alloc(64, alignUp(size + 1, 64))));
  if (!copy)
    return fail(NRT_FAIL_HOST_MEM_ALLOC, formatText("no memory for %zu bytes", size));
  std::memcpy(copy.get(), bytes, size);
  Result<Program> program = parse({copy.get(), size}, "program in memory");
  return loadProgram(device, std::move(program), std::move(copy), model);
}

NRT_STATUS neuron_model_unload(neuron_model_t *model) {
  if (!model)
    return nullArgument("model");
  --model->device->models;
  delete model;
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_tensor_count(neuron_model_t *model, size_t *count) {
  if (!model || !count)
    return nullArgument(!model ? "model" : "count");
  *count = model->tensors.size();
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_tensor_info(neuron_model_t *model, size_t index,
                                    neuron_tensor_info_t *info) {
  if (!model || !info)
    return nullArgument(!model ? "model" : "info");
  if (index >= model->tensors.size())
    return fail(NRT_INVALID, formatText("tensor %zu of %zu", index, model->tensors.size()));
  const std::vector<Segment> &segments = model->model->program().segments;
  const Segment &segment = segments[model->tensors[index]];
  neuron_tensor_info_t full{};
  full.struct_size = std::min(info->struct_size, sizeof(full));
  full.name = segment.name.c_str();
  full.dtype = neuron::toText(hostType(segment));
  full.bytes = hostBytes(segment);
  full.kind = kindOf(segment.kind);
  full.nrt_dtype = nrtType(hostType(segment));
  full.state = segment.alias == kNoSegment ? nullptr : segments[segment.alias].name.c_str();
  full.rank = static_cast<uint32_t>(segment.shape.size());
  std::copy(segment.shape.begin(), segment.shape.end(), full.shape);
  std::memcpy(info, &full, full.struct_size);
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_machine(neuron_model_t *model, const char **machine) {
  if (!model || !machine)
    return nullArgument(!model ? "model" : "machine");
  *machine = model->model->program().machine.c_str();
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_execute(neuron_model_t *model, const neuron_binding_t *bindings,
                                size_t binding_count, const neuron_execute_options_t *options,
                                neuron_execute_result_t *result) {
  if (!model || (!bindings && binding_count))
    return nullArgument(!model ? "model" : "bindings");
  sim::RunOptions run;
  if (NRT_STATUS status = readOptions(options, run); status != NRT_SUCCESS)
    return status;
  std::lock_guard<std::mutex> lock(model->running);
  bool hasValues = run.mode != sim::Mode::Time;
  if (NRT_STATUS status = collect(*model, bindings, hasValues ? binding_count : 0);
      status != NRT_SUCCESS)
    return status;
  Status status = model->model->execute(run, model->bindings, &model->report);
  bool hasRun =
      status.ok() || status.code() == ErrorCode::Fault || status.code() == ErrorCode::Timeout;
  if (hasValues && hasRun)
    convertOut(*model, bindings);
  if (!status.ok())
    return failExecute(status, model->model->fault().kind);
  if (result)
    describeTime(model->report, *result);
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_report(neuron_model_t *model, char *buffer, size_t size, size_t *needed) {
  if (!model || (!buffer && size))
    return nullArgument(!model ? "model" : "buffer");
  std::lock_guard<std::mutex> lock(model->running);
  std::string text = sim::toJson(model->report);
  if (needed)
    *needed = text.size() + 1;
  if (size == 0)
    return NRT_SUCCESS;
  size_t copied = std::min(size - 1, text.size());
  std::memcpy(buffer, text.data(), copied);
  buffer[copied] = 0;
  return copied == text.size() ? NRT_SUCCESS
                               : fail(NRT_INVALID, formatText("the report has %zu bytes, the "
                                                              "buffer %zu",
                                                              text.size() + 1, size));
}

NRT_STATUS neuron_model_reset(neuron_model_t *model) {
  if (!model)
    return nullArgument("model");
  std::lock_guard<std::mutex> lock(model->running);
  model->model->resetStates();
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_read_state(neuron_model_t *model, const char *name, void *buffer,
                                   size_t offset, size_t size) {
  if (!model || (!buffer && size))
    return nullArgument(!model ? "model" : "buffer");
  std::lock_guard<std::mutex> lock(model->running);
  StateRange range;
  if (NRT_STATUS status = findState(model, name, offset, size, range); status != NRT_SUCCESS)
    return status;
  toHost(*range.segment, range.bytes, buffer, range.count);
  return NRT_SUCCESS;
}

NRT_STATUS neuron_model_write_state(neuron_model_t *model, const char *name, const void *buffer,
                                    size_t offset, size_t size) {
  if (!model || (!buffer && size))
    return nullArgument(!model ? "model" : "buffer");
  std::lock_guard<std::mutex> lock(model->running);
  StateRange range;
  if (NRT_STATUS status = findState(model, name, offset, size, range); status != NRT_SUCCESS)
    return status;
  Status status = toMachine(*range.segment, buffer, range.bytes, range.count);
  return status.ok() ? NRT_SUCCESS : fail(NRT_INVALID, status.message());
}

} // extern "C"
