// The C interface with tensors of the evaluators.
#include "compiler/verify/Device.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::verify;

std::string verify::inputName(func::FuncOp function, unsigned index) {
  auto name = function.getArgAttrOfType<StringAttr>(index, "nn.name");
  return name ? name.str() : "input";
}

std::string verify::outputName(func::FuncOp function, unsigned index) {
  auto name = function.getResultAttrOfType<StringAttr>(index, "nn.name");
  return name ? name.str() : "output";
}

Result<std::unique_ptr<Device>> Device::load(const std::string &path) {
  std::unique_ptr<Device> device(new Device());
  if (neuron_device_create(nullptr, &device->device) != NRT_SUCCESS ||
      neuron_model_load_file(device->device, path.c_str(), &device->model) != NRT_SUCCESS)
    return Status(ErrorCode::Malformed, neuron_last_error());
  return device;
}

Device::~Device() {
  if (model)
    (void)neuron_model_unload(model);
  if (device)
    (void)neuron_device_destroy(device);
}

Result<eval::Tensors> Device::run(func::FuncOp function, ArrayRef<eval::HostTensor> inputs) {
  eval::Tensors given(inputs.begin(), inputs.end()), outputs;
  for (Type type : function.getResultTypes())
    outputs.push_back(eval::makeTensor(cast<RankedTensorType>(type)));
  std::vector<std::string> names;
  for (unsigned i = 0; i < given.size(); ++i)
    names.push_back(inputName(function, i));
  for (unsigned i = 0; i < outputs.size(); ++i)
    names.push_back(outputName(function, i));
  std::vector<neuron_binding_t> bindings;
  for (size_t i = 0; i < names.size(); ++i) {
    std::vector<char> &bytes = i < given.size() ? given[i].bytes : outputs[i - given.size()].bytes;
    bindings.push_back({names[i].c_str(), bytes.data(), bytes.size()});
  }
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  options.mode = NEURON_MODE_VALUES;
  NRT_STATUS status =
      neuron_model_execute(model, bindings.data(), bindings.size(), &options, nullptr);
  if (status != NRT_SUCCESS)
    return Status(ErrorCode::Fault, neuron_last_error());
  return outputs;
}
