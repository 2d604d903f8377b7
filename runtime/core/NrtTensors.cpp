// Tensors and tensor sets of the libnrt form.
#include "runtime/core/NrtSession.h"

using namespace neuron;
using namespace neuron::rt;

namespace {

NRT_STATUS requireRange(const nrt_tensor &tensor, size_t offset, size_t size) {
  if (offset <= tensor.size && size <= tensor.size - offset)
    return NRT_SUCCESS;
  return fail(NRT_INVALID, formatText("tensor '%s' has %zu bytes, asked for %zu at %zu",
                                      tensor.name.c_str(), tensor.size, size, offset));
}

NRT_STATUS addTensor(std::unique_ptr<nrt_tensor> made, const char *name, nrt_tensor_t **tensor) {
  made->name = name ? name : "";
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
    return status;
  session.tensors.insert(made.get());
  *tensor = made.release();
  return NRT_SUCCESS;
}

} // namespace

extern "C" {

NRT_STATUS nrt_tensor_allocate(nrt_tensor_placement_t tensor_placement, int vnc, size_t size,
                               const char *name, nrt_tensor_t **tensor) {
  if (!tensor)
    return nullArgument("tensor");
  int placement = numberOf(tensor_placement);
  if (placement < NRT_TENSOR_PLACEMENT_DEVICE || placement > NRT_TENSOR_PLACEMENT_VIRTUAL)
    return fail(NRT_INVALID, formatText("unknown placement %d", placement));
  if (NRT_STATUS status = requireCore(vnc); status != NRT_SUCCESS)
    return status;
  if (size == 0)
    return fail(NRT_INVALID, "a tensor of 0 bytes");
  std::unique_ptr<nrt_tensor> made = std::make_unique<nrt_tensor>();
  made->data = static_cast<uint8_t *>(std::calloc(size, 1));
  if (!made->data)
    return fail(NRT_FAIL_HOST_MEM_ALLOC, formatText("no memory for %zu bytes", size));
  made->size = size;
  made->owned = true;
  return addTensor(std::move(made), name, tensor);
}

NRT_STATUS nrt_tensor_allocate_empty(const char *name, nrt_tensor_t **tensor) {
  if (!tensor)
    return nullArgument("tensor");
  return addTensor(std::make_unique<nrt_tensor>(), name, tensor);
}

NRT_STATUS nrt_tensor_attach_buffer(nrt_tensor_t *tensor, void *buffer, size_t size) {
  if (!buffer || size == 0)
    return nullArgument("buffer");
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (!session.isTensor(tensor))
    return noHandle("tensor");
  tensor->release();
  tensor->data = static_cast<uint8_t *>(buffer);
  tensor->size = size;
  return NRT_SUCCESS;
}

void nrt_tensor_free(nrt_tensor_t **tensor) {
  if (!tensor || !*tensor)
    return;
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (session.tensors.erase(*tensor))
    delete *tensor;
  *tensor = nullptr;
}

NRT_STATUS nrt_tensor_read(const nrt_tensor_t *tensor, void *buf, size_t offset, size_t size) {
  if (!buf && size)
    return nullArgument("buf");
  {
    Session &session = Session::get();
    Lock lock(session.mutex);
    if (!session.isTensor(tensor))
      return noHandle("tensor");
    if (NRT_STATUS status = requireRange(*tensor, offset, size); status != NRT_SUCCESS)
      return status;
  }
  if (size)
    std::memcpy(buf, tensor->data + offset, size);
  return NRT_SUCCESS;
}

NRT_STATUS nrt_tensor_write(nrt_tensor_t *tensor, const void *buf, size_t offset, size_t size) {
  if (!buf && size)
    return nullArgument("buf");
  {
    Session &session = Session::get();
    Lock lock(session.mutex);
    if (!session.isTensor(tensor))
      return noHandle("tensor");
    if (NRT_STATUS status = requireRange(*tensor, offset, size); status != NRT_SUCCESS)
      return status;
  }
  if (size)
    std::memcpy(tensor->data + offset, buf, size);
  return NRT_SUCCESS;
}

size_t nrt_tensor_get_size(const nrt_tensor_t *tensor) {
  Session &session = Session::get();
  Lock lock(session.mutex);
  return session.isTensor(tensor) ? tensor->size : 0;
}

void *nrt_tensor_get_va(const nrt_tensor_t *tensor) {
  Session &session = Session::get();
  Lock lock(session.mutex);
  return session.isTensor(tensor) ? tensor->data : nullptr;
}

NRT_STATUS nrt_allocate_tensor_set(nrt_tensor_set_t **result) {
  if (!result)
    return nullArgument("result");
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (NRT_STATUS status = requireOpen(session); status != NRT_SUCCESS)
    return status;
  TensorSet *set = new TensorSet;
  session.sets.insert(set);
  *result = set;
  return NRT_SUCCESS;
}

void nrt_destroy_tensor_set(nrt_tensor_set_t **tensor_set) {
  if (!tensor_set || !*tensor_set)
    return;
  Session &session = Session::get();
  Lock lock(session.mutex);
  if (TensorSet *set = session.findSet(*tensor_set)) {
    session.sets.erase(set);
    delete set;
  }
  *tensor_set = nullptr;
}

NRT_STATUS nrt_add_tensor_to_tensor_set(nrt_tensor_set_t *tensor_set, const char *tensor_name,
                                        nrt_tensor_t *tensor) {
  if (!tensor_name)
    return nullArgument("tensor_name");
  Session &session = Session::get();
  Lock lock(session.mutex);
  TensorSet *set = session.findSet(tensor_set);
  if (!set || !session.isTensor(tensor))
    return noHandle(set ? "tensor" : "tensor set");
  (*set)[tensor_name] = tensor;
  return NRT_SUCCESS;
}

NRT_STATUS nrt_get_tensor_from_tensor_set(nrt_tensor_set_t *tensor_set, const char *tensor_name,
                                          nrt_tensor_t **tensor) {
  if (!tensor_name || !tensor)
    return nullArgument(!tensor_name ? "tensor_name" : "tensor");
  Session &session = Session::get();
  Lock lock(session.mutex);
  TensorSet *set = session.findSet(tensor_set);
  if (!set)
    return noHandle("tensor set");
  auto found = set->find(std::string_view(tensor_name));
  if (found == set->end())
    return fail(NRT_INVALID, std::string("the set has no tensor '") + tensor_name + "'");
  *tensor = found->second;
  return NRT_SUCCESS;
}

} // extern "C"
