// The state behind the libnrt form: one device per process, checked handles.
//
// Every handle is looked up before it is used, so that a handle that is gone, or never was, is
// a status and not a crash. Models are shared with the executes that run on them, so unloading
// waits for nobody and breaks nobody.
#pragma once

#include "runtime/core/ApiError.h"
#include "runtime/include/neuron/runtime.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>

struct nrt_tensor {
  std::string name;
  uint8_t *data = nullptr;
  size_t size = 0;
  bool owned = false;

  ~nrt_tensor() { release(); }
  void release() {
    if (owned)
      std::free(data);
    data = nullptr;
    owned = false;
  }
};

struct nrt_model {
  neuron_model_t *model = nullptr;
  ~nrt_model() { (void)neuron_model_unload(model); }
};

namespace neuron::rt {

using TensorSet = std::map<std::string, nrt_tensor *, std::less<>>;

/// What nrt_init begins and nrt_close ends.
struct Session {
  std::mutex mutex;
  enum class Phase : uint8_t { Uninitialised, Open, Closed } phase = Phase::Uninitialised;
  neuron_device_t *device = nullptr;
  std::map<const nrt_model *, std::shared_ptr<nrt_model>> models;
  std::set<nrt_tensor *, std::less<>> tensors;
  std::set<TensorSet *, std::less<>> sets;

  bool isTensor(const nrt_tensor *tensor) {
    return tensors.find(const_cast<nrt_tensor *>(tensor)) != tensors.end();
  }
  TensorSet *findSet(const nrt_tensor_set_t *set) {
    auto found = sets.find(static_cast<TensorSet *>(const_cast<nrt_tensor_set_t *>(set)));
    return found == sets.end() ? nullptr : *found;
  }
  void destroyBuffers() {
    for (nrt_tensor *tensor : tensors)
      delete tensor;
    for (TensorSet *set : sets)
      delete set;
    tensors.clear();
    sets.clear();
  }
  /// The interface is that of a process-wide library: this is its one state. Never destroyed,
  /// as threads may still be in it when the process ends.
  static Session &get() {
    static Session *session = new Session;
    return *session;
  }
};

using Lock = std::lock_guard<std::mutex>;

inline NRT_STATUS requireOpen(const Session &session) {
  if (session.phase == Session::Phase::Open)
    return NRT_SUCCESS;
  return session.phase == Session::Phase::Closed ? fail(NRT_CLOSED, "nrt_close was called")
                                                 : fail(NRT_UNINITIALIZED, "call nrt_init first");
}

inline NRT_STATUS nullArgument(const char *name) {
  return fail(NRT_INVALID, std::string(name) + " is null");
}

inline NRT_STATUS noHandle(const char *what) {
  return fail(NRT_INVALID_HANDLE, std::string("no such ") + what);
}

inline NRT_STATUS requireCore(int core) {
  return core == -1 || core == 0
             ? NRT_SUCCESS
             : fail(NRT_INVALID, formatText("core %d, there is one: 0 (or -1)", core));
}

/// The number behind an enum of the C interface, which may be none of its names.
template <typename Enum> int numberOf(const Enum &value) {
  int number;
  static_assert(sizeof(number) == sizeof(value), "enums of C are ints");
  std::memcpy(&number, &value, sizeof(number));
  return number;
}

} // namespace neuron::rt
