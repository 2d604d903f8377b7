// Life cycle, models and execution of the libnrt form.
#include "runtime/core/NrtSession.h"

#include <vector>

using namespace neuron;
using namespace neuron::rt;

namespace {

/// Appends the tensors of a set to the bindings of an execute.
NRT_STATUS bindSet(Session &session, const TensorSet &set, bool outputs, neuron_model_t *model,
                   std::vector<neuron_binding_t> &bindings) {
  size_t count = 0, used = 0;
  (void)neuron_model_tensor_count(model, &count);
  for (size_t i = 0; i < count; ++i) {
    neuron_tensor_info_t info;
    info.struct_size = sizeof(info);
    (void)neuron_model_tensor_info(model, i, &info);
    if ((info.kind == NEURON_TENSOR_OUTPUT) != outputs)
      continue;
    auto entry = set.find(std::string_view(info.name));
    if (entry == set.end())
      continue;
    if (!session.isTensor(entry->second))
      return noHandle("tensor");
    bindings.push_back({info.name, entry->second->data, entry->second->size});
    ++used;
  }
  if (used != set.size())
    return fail(NRT_EXEC_BAD_INPUT,
                formatText("%zu of the %zu tensors in the %s set belong to no %s of the model",
                           set.size() - used, set.size(), outputs ? "output" : "input",
                           outputs ? "output" : "input or state"));
  return NRT_SUCCESS;
}

NRT_STATUS describe(neuron_model_t *model, size_t index, nrt_tensor_info_t &into) {
  neuron_tensor_info_t info;
  info.struct_size = sizeof(info);
  if (NRT_STATUS status = neuron_model_tensor_info(model, index, &info); status != NRT_SUCCESS)
    return status;
  std::strncpy(into.name, info.name, NRT_TENSOR_NAME_MAX - 1);
  into.usage = info.kind == NEURON_TENSOR_OUTPUT ? NRT_TENSOR_USAGE_OUTPUT : NRT_TENSOR_USAGE_INPUT;
  into.size = info.bytes;
  into.dtype = info.nrt_dtype;
  into.ndim = info.rank;
  into.shape = static_cast<uint32_t *>(std::calloc(info.rank + 1, sizeof(uint32_t)));
  if (!into.shape)
    return fail(NRT_FAIL_HOST_MEM_ALLOC, "no memory for a shape");
  for (uint32_t d = 0; d < info.rank; ++d) {
    if (info.shape[d] > UINT32_MAX)
      return fail(NRT_INVALID,
                  formatText("tensor '%s': a dim above 2^32 has no nrt_tensor_info", info.name));
    into.shape[d] = static_cast<uint32_t>(info.shape[d]);
  }
  return NRT_SUCCESS;
}

} // namespace

extern "C" {

NRT_STATUS nrt_init(nrt_framework_type_t framework, const char *, const char *) {
  int number = numberOf(framework);
  if (number < NRT_FRAMEWORK_TYPE_NO_FW || number > NRT_FRAMEWORK_TYPE_MXNET)
    return fail(NRT_INVALID, formatText("unknown framework %d", number));
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (session.phase == Session::Phase::Open)
    return fail(NRT_FAILURE, "nrt_init was called before");
  if (NRT_STATUS status = neuron_device_create(nullptr, &session.device); status != NRT_SUCCESS)
    return status;
  session.phase = Session::Phase::Open;
  return NRT_SUCCESS;
}

void nrt_close(void) {
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (session.phase != Session::Phase::Open)
    return;
  session.models.clear();
  session.destroyBuffers();
  // A device that an execute of another thread still uses outlives the session.
  (void)neuron_device_destroy(session.device);
  session.device = nullptr;
  session.phase = Session::Phase::Closed;
}

NRT_STATUS nrt_load(const void *neff_bytes, size_t size, int32_t vnc, int32_t vnc_count,
                    nrt_model_t **model) {
  if (!neff_bytes || !model)
    return nullArgument(!neff_bytes ? "neff_bytes" : "model");
  if (NRT_STATUS status = requireCore(vnc); status != NRT_SUCCESS)
    return status;
  if (vnc_count != -1 && vnc_count != 1)
    return fail(NRT_LOAD_NOT_ENOUGH_NC, formatText("%d cores, there is one", vnc_count));
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
    return status;
  neuron_model_t *loaded = nullptr;
  if (NRT_STATUS status = neuron_model_load_bytes(session.device, neff_bytes, size, &loaded);
      status != NRT_SUCCESS)
    return status;
  std::shared_ptr<nrt_model> holder = std::make_shared<nrt_model>();
  holder->model = loaded;
  *model = holder.get();
  session.models.emplace(holder.get(), holder);
  return NRT_SUCCESS;
}

NRT_STATUS nrt_unload(nrt_model_t *model) {
  std::shared_ptr<nrt_model> last;
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
    return status;
  auto found = session.models.find(model);
  if (found == session.models.end())
    return noHandle("model");
  last = std::move(found->second);
  session.models.erase(found);
  return NRT_SUCCESS;
}

NRT_STATUS nrt_get_model_tensor_info(nrt_model_t *model, nrt_tensor_info_array_t **tensor_info) {
  if (!tensor_info)
    return nullArgument("tensor_info");
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
    return status;
  if (session.models.find(model) == session.models.end())
    return noHandle("model");
  size_t count = 0;
  (void)neuron_model_tensor_count(model->model, &count);
  auto *array = static_cast<nrt_tensor_info_array_t *>(
      std::calloc(1, sizeof(nrt_tensor_info_array_t) + count * sizeof(nrt_tensor_info_t)));
  if (!array)
    return fail(NRT_FAIL_HOST_MEM_ALLOC, "no memory for tensor descriptions");
  array->tensor_count = count;
  for (size_t i = 0; i < count; ++i)
    if (NRT_STATUS status = describe(model->model, i, array->tensor_array[i]);
        status != NRT_SUCCESS) {
      (void)nrt_free_model_tensor_info(array);
      return status;
    }
  *tensor_info = array;
  return NRT_SUCCESS;
}

NRT_STATUS nrt_free_model_tensor_info(nrt_tensor_info_array_t *tensor_info) {
  if (!tensor_info)
    return nullArgument("tensor_info");
  for (uint64_t i = 0; i < tensor_info->tensor_count; ++i)
    std::free(tensor_info->tensor_array[i].shape);
  std::free(tensor_info);
  return NRT_SUCCESS;
}

NRT_STATUS nrt_execute(nrt_model_t *model, const nrt_tensor_set_t *input_set,
                       nrt_tensor_set_t *output_set) {
  return nrt_execute_repeat(model, input_set, output_set, 1);
}

NRT_STATUS nrt_execute_repeat(nrt_model_t *model, const nrt_tensor_set_t *input_set,
                              nrt_tensor_set_t *output_set, int repeat_count) {
  if (repeat_count < 1)
    return fail(NRT_INVALID, formatText("%d repeats", repeat_count));
  thread_local std::vector<neuron_binding_t> bindings;
  std::shared_ptr<nrt_model> running;
  {
    Session &session = Session::get();
    Lock lock(session.mutex);
    if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
      return status;
    auto found = session.models.find(model);
    const TensorSet *inputs = session.findSet(input_set);
    const TensorSet *outputs = session.findSet(output_set);
    if (found == session.models.end() || !inputs || !outputs)
      return noHandle(found == session.models.end() ? "model" : "tensor set");
    running = found->second;
    bindings.clear();
    if (NRT_STATUS status = bindSet(session, *inputs, false, running->model, bindings);
        status != NRT_SUCCESS)
      return status;
    if (NRT_STATUS status = bindSet(session, *outputs, true, running->model, bindings);
        status != NRT_SUCCESS)
      return status;
  }
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  options.mode = NEURON_MODE_VALUES;
  for (int i = 0; i < repeat_count; ++i)
    if (NRT_STATUS status = neuron_model_execute(running->model, bindings.data(), bindings.size(),
                                                 &options, nullptr);
        status != NRT_SUCCESS)
      return status;
  return NRT_SUCCESS;
}

} // extern "C"
