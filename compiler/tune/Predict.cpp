// The runtime's C interface, in time.
#include "compiler/tune/Predict.h"

#include <neuron/runtime.h>

#include <memory>

using namespace neuron;

namespace {

struct DestroyDevice {
  void operator()(neuron_device_t *device) const { (void)neuron_device_destroy(device); }
};
struct UnloadModel {
  void operator()(neuron_model_t *model) const { (void)neuron_model_unload(model); }
};

} // namespace

Result<double> tune::predictLatency(const std::string &program) {
  neuron_device_t *device = nullptr;
  if (neuron_device_create(nullptr, &device) != NRT_SUCCESS)
    return Status(ErrorCode::ResourceLimit, neuron_last_error());
  std::unique_ptr<neuron_device_t, DestroyDevice> ownedDevice(device);
  neuron_model_t *model = nullptr;
  if (neuron_model_load_file(device, program.c_str(), &model) != NRT_SUCCESS)
    return Status(ErrorCode::Malformed, neuron_last_error());
  std::unique_ptr<neuron_model_t, UnloadModel> ownedModel(model);
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  options.mode = NEURON_MODE_TIME;
  neuron_execute_result_t result{};
  result.struct_size = sizeof(result);
  if (neuron_model_execute(model, nullptr, 0, &options, &result) != NRT_SUCCESS)
    return Status(ErrorCode::Fault, neuron_last_error());
  return result.latency_us;
}
