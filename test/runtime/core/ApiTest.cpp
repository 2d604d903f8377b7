// Both C interfaces on one program: values, types, handles, threads, what is refused and why.
#include "runtime/include/neuron/runtime.h"
#include "test/runtime/core/RunningSum.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <string>
#include <thread>
#include <unistd.h>

using namespace neuron;
using neuron::testing::runningSum;

namespace {

const char *const path = "running-sum.nprog";

struct SavedProgram {
  explicit SavedProgram(const rt::Program &program = runningSum()) {
    Status status = rt::save(program, path);
    INFO(status.message());
    REQUIRE(status.ok());
  }
  ~SavedProgram() { ::unlink(path); }
};

std::string bytesOfFile() {
  Result<MappedFile> file = MappedFile::open(path);
  REQUIRE(file);
  return std::string(reinterpret_cast<const char *>(file->bytes().data), file->bytes().size);
}

struct LoadedModel {
  SavedProgram saved;
  neuron_device_t *device = nullptr;
  neuron_model_t *model = nullptr;
  float x[512], y[512], sum[512];
  int64_t n[4] = {1, -2, 3, 1ll << 30}, m[4] = {};

  LoadedModel() {
    REQUIRE(neuron_device_create(nullptr, &device) == NRT_SUCCESS);
    NRT_STATUS status = neuron_model_load_file(device, path, &model);
    INFO(neuron_last_error());
    REQUIRE(status == NRT_SUCCESS);
    for (int i = 0; i < 512; ++i)
      x[i] = static_cast<float>(i);
  }
  ~LoadedModel() {
    CHECK(neuron_model_unload(model) == NRT_SUCCESS);
    CHECK(neuron_device_destroy(device) == NRT_SUCCESS);
  }
  NRT_STATUS execute(neuron_execute_result_t *result = nullptr,
                     const neuron_execute_options_t *options = nullptr) {
    const neuron_binding_t bindings[] = {{"x", x, sizeof(x)},
                                         {"y", y, sizeof(y)},
                                         {"sum", sum, sizeof(sum)},
                                         {"n", n, sizeof(n)},
                                         {"m", m, sizeof(m)}};
    return neuron_model_execute(model, bindings, 5, options, result);
  }
};

bool lastErrorHas(const char *part) {
  UNSCOPED_INFO(neuron_last_error());
  return std::strstr(neuron_last_error(), part) != nullptr;
}

} // namespace

TEST_CASE("instances compute values, time and keep states") {
  LoadedModel loaded;
  neuron_execute_result_t result{};
  result.struct_size = sizeof(result);
  REQUIRE(loaded.execute(&result) == NRT_SUCCESS);
  CHECK(loaded.y[100] == 200.0f);
  CHECK(loaded.sum[100] == 100.0f);
  CHECK(std::memcmp(loaded.m, loaded.n, sizeof(loaded.n)) == 0);
  CHECK(result.latency_us > 1.0);
  CHECK(result.latency_us == Approx(result.latency_femtoseconds * 1e-9));
  CHECK(result.launch_us > 0.0);
  size_t needed = 0;
  REQUIRE(neuron_model_report(loaded.model, nullptr, 0, &needed) == NRT_SUCCESS);
  std::string report(needed, 'x');
  REQUIRE(neuron_model_report(loaded.model, &report[0], needed, nullptr) == NRT_SUCCESS);
  CHECK(report.find("\"latency_us\"") != std::string::npos);
  CHECK(report[needed - 1] == '\0');
  CHECK(neuron_model_report(loaded.model, &report[0], 10, nullptr) == NRT_INVALID);
  uint64_t first = result.latency_femtoseconds;
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  options.mode = NEURON_MODE_TIME;
  REQUIRE(neuron_model_execute(loaded.model, nullptr, 0, &options, &result) == NRT_SUCCESS);
  CHECK(result.latency_femtoseconds == first);
  options.mode = NEURON_MODE_VALUES;
  REQUIRE(loaded.execute(&result, &options) == NRT_SUCCESS);
  CHECK(result.latency_femtoseconds == 0);
  CHECK(loaded.sum[100] == 200.0f);
}

TEST_CASE("states are read, written and reset") {
  LoadedModel loaded;
  float value = 5;
  REQUIRE(neuron_model_write_state(loaded.model, "total", &value, 40, 4) == NRT_SUCCESS);
  REQUIRE(loaded.execute() == NRT_SUCCESS);
  REQUIRE(neuron_model_read_state(loaded.model, "total", &value, 40, 4) == NRT_SUCCESS);
  CHECK(value == 15.0f);
  REQUIRE(neuron_model_reset(loaded.model) == NRT_SUCCESS);
  REQUIRE(neuron_model_read_state(loaded.model, "total", &value, 40, 4) == NRT_SUCCESS);
  CHECK(value == 0.0f);
  CHECK(neuron_model_read_state(loaded.model, "total", &value, 2046, 4) == NRT_INVALID);
  CHECK(lastErrorHas("state 'total' has 2048 bytes"));
  CHECK(neuron_model_read_state(loaded.model, "x", &value, 0, 4) == NRT_INVALID);
  CHECK(lastErrorHas("no state 'x'"));
}

TEST_CASE("tensors are described as the caller sees them") {
  LoadedModel loaded;
  size_t count = 0;
  REQUIRE(neuron_model_tensor_count(loaded.model, &count) == NRT_SUCCESS);
  REQUIRE(count == 6);
  neuron_tensor_info_t info{};
  info.struct_size = sizeof(info);
  REQUIRE(neuron_model_tensor_info(loaded.model, 3, &info) == NRT_SUCCESS);
  CHECK(std::string(info.name) == "sum");
  CHECK(std::string(info.state) == "total");
  CHECK(info.kind == NEURON_TENSOR_OUTPUT);
  CHECK(info.rank == 2);
  CHECK(info.shape[0] == 128);
  REQUIRE(neuron_model_tensor_info(loaded.model, 4, &info) == NRT_SUCCESS);
  CHECK(std::string(info.dtype) == "i64");
  CHECK(info.nrt_dtype == NRT_DTYPE_INT64);
  CHECK(info.bytes == 32);
  CHECK(neuron_model_tensor_info(loaded.model, 6, &info) == NRT_INVALID);
  // A caller that was built with a shorter struct gets what it knows.
  neuron_tensor_info_t small{};
  small.struct_size = offsetof(neuron_tensor_info_t, bytes);
  small.bytes = 99;
  REQUIRE(neuron_model_tensor_info(loaded.model, 4, &small) == NRT_SUCCESS);
  CHECK(small.bytes == 99);
  const char *machine = nullptr;
  REQUIRE(neuron_model_machine(loaded.model, &machine) == NRT_SUCCESS);
  CHECK(std::string(machine) == "trn1");
}

TEST_CASE("an execute says which tensor is wrong") {
  LoadedModel loaded;
  loaded.n[2] = 1ll << 40;
  CHECK(loaded.execute() == NRT_EXEC_BAD_INPUT);
  CHECK(lastErrorHas("input 'n': element 2 is 1099511627776, the machine holds it as i32"));
  CHECK(neuron_model_execute(loaded.model, nullptr, 0, nullptr, nullptr) == NRT_EXEC_BAD_INPUT);
  CHECK(lastErrorHas("input 'x' is not given"));
  neuron_binding_t wrong = {"z", loaded.x, 4};
  CHECK(neuron_model_execute(loaded.model, &wrong, 1, nullptr, nullptr) == NRT_EXEC_BAD_INPUT);
  CHECK(lastErrorHas("no tensor 'z'"));
  wrong = {"n", loaded.n, 16};
  CHECK(neuron_model_execute(loaded.model, &wrong, 1, nullptr, nullptr) == NRT_EXEC_BAD_INPUT);
  CHECK(lastErrorHas("16 bytes given, expected 32"));
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  int mode = 7;
  std::memcpy(&options.mode, &mode, sizeof(mode));
  CHECK(loaded.execute(nullptr, &options) == NRT_INVALID);
}

TEST_CASE("a bound on cycles ends a run") {
  LoadedModel loaded;
  neuron_execute_options_t options{};
  options.struct_size = sizeof(options);
  options.max_cycles = 10;
  CHECK(loaded.execute(nullptr, &options) == NRT_TIMEOUT);
  CHECK(std::strlen(neuron_last_error()) > 0);
  CHECK(loaded.execute() == NRT_SUCCESS);
}

TEST_CASE("a fault of the machine is a status with its place") {
  rt::Program program = runningSum();
  program.stream[1][1].operand[1].base = 0x2000;
  SavedProgram saved(program);
  neuron_device_t *device = nullptr;
  neuron_model_t *model = nullptr;
  REQUIRE(neuron_device_create(nullptr, &device) == NRT_SUCCESS);
  REQUIRE(neuron_model_load_file(device, path, &model) == NRT_SUCCESS);
  float x[512] = {};
  int64_t n[4] = {};
  neuron_binding_t bindings[] = {{"x", x, sizeof(x)}, {"n", n, sizeof(n)}};
  CHECK(neuron_model_execute(model, bindings, 2, nullptr, nullptr) == NRT_EXEC_COMPLETED_WITH_ERR);
  CHECK(lastErrorHas("uninitialised-read"));
  CHECK(lastErrorHas("vector"));
  CHECK(neuron_device_destroy(device) == NRT_EXEC_NC_BUSY);
  CHECK(neuron_model_unload(model) == NRT_SUCCESS);
  CHECK(neuron_device_destroy(device) == NRT_SUCCESS);
}

TEST_CASE("devices refuse what they are not, files what they are not") {
  SavedProgram saved;
  neuron_device_options_t options{};
  options.struct_size = sizeof(options);
  options.machine = "trn9";
  neuron_device_t *device = nullptr;
  CHECK(neuron_device_create(&options, &device) == NRT_INVALID);
  CHECK(lastErrorHas("no machine 'trn9'"));
  options.machine = "trn2";
  REQUIRE(neuron_device_create(&options, &device) == NRT_SUCCESS);
  neuron_model_t *model = nullptr;
  CHECK(neuron_model_load_file(device, path, &model) == NRT_UNSUPPORTED_NEFF_VERSION);
  CHECK(lastErrorHas("the device is a 'trn2'"));
  CHECK(neuron_model_load_file(device, "none.nprog", &model) == NRT_INVALID);
  CHECK(lastErrorHas("none.nprog: cannot open"));
  CHECK(neuron_model_load_bytes(device, "hello", 5, &model) == NRT_INVALID);
  CHECK(neuron_model_load_bytes(device, nullptr, 5, &model) == NRT_INVALID);
  CHECK(neuron_device_destroy(device) == NRT_SUCCESS);
}

TEST_CASE("executes of one model and of two run on many threads") {
  LoadedModel loaded;
  neuron_model_t *second = nullptr;
  REQUIRE(neuron_model_load_file(loaded.device, path, &second) == NRT_SUCCESS);
  std::vector<std::thread> threads;
  std::vector<int> failures(4);
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      std::vector<float> x(512, float(t)), y(512);
      int64_t n[4] = {};
      neuron_binding_t bindings[] = {
          {"x", x.data(), 2048}, {"y", y.data(), 2048}, {"n", n, sizeof(n)}};
      for (int i = 0; i < 20; ++i)
        failures[t] += neuron_model_execute(t % 2 ? second : loaded.model, bindings, 3, nullptr,
                                            nullptr) != NRT_SUCCESS ||
                       y[5] != 2.0f * float(t);
    });
  for (std::thread &thread : threads)
    thread.join();
  for (int t = 0; t < 4; ++t)
    CHECK(failures[t] == 0);
  CHECK(neuron_model_unload(second) == NRT_SUCCESS);
}

TEST_CASE("the libnrt form: life cycle, handles, execution") {
  nrt_version_t version;
  REQUIRE(nrt_get_version(&version, sizeof(version)) == NRT_SUCCESS);
  nrt_tensor_set_t *inputs = nullptr, *outputs = nullptr;
  CHECK(nrt_allocate_tensor_set(&inputs) == NRT_UNINITIALIZED);
  REQUIRE(nrt_init(NRT_FRAMEWORK_TYPE_NO_FW, "", "") == NRT_SUCCESS);
  CHECK(nrt_init(NRT_FRAMEWORK_TYPE_NO_FW, "", "") == NRT_FAILURE);
  SavedProgram saved;
  std::string bytes = bytesOfFile();
  nrt_model_t *model = nullptr;
  CHECK(nrt_load(bytes.data(), bytes.size() - 1, -1, -1, &model) == NRT_INVALID);
  CHECK(nrt_load(bytes.data(), bytes.size(), 3, -1, &model) == NRT_INVALID);
  CHECK(nrt_load(bytes.data(), bytes.size(), 0, 2, &model) == NRT_LOAD_NOT_ENOUGH_NC);
  REQUIRE(nrt_load(bytes.data(), bytes.size(), -1, -1, &model) == NRT_SUCCESS);
  nrt_tensor_info_array_t *infos = nullptr;
  REQUIRE(nrt_get_model_tensor_info(model, &infos) == NRT_SUCCESS);
  REQUIRE(infos->tensor_count == 6);
  CHECK(infos->tensor_array[2].usage == NRT_TENSOR_USAGE_OUTPUT);
  CHECK(infos->tensor_array[4].dtype == NRT_DTYPE_INT64);
  REQUIRE(nrt_allocate_tensor_set(&inputs) == NRT_SUCCESS);
  REQUIRE(nrt_allocate_tensor_set(&outputs) == NRT_SUCCESS);
  nrt_tensor_t *x = nullptr, *n = nullptr, *y = nullptr, *found = nullptr;
  REQUIRE(nrt_tensor_allocate(NRT_TENSOR_PLACEMENT_DEVICE, 0, 2048, "x", &x) == NRT_SUCCESS);
  REQUIRE(nrt_tensor_allocate(NRT_TENSOR_PLACEMENT_HOST, 0, 32, nullptr, &n) == NRT_SUCCESS);
  REQUIRE(nrt_tensor_allocate_empty("y", &y) == NRT_SUCCESS);
  float result[512] = {}, three = 3;
  REQUIRE(nrt_tensor_attach_buffer(y, result, sizeof(result)) == NRT_SUCCESS);
  CHECK(nrt_tensor_get_size(y) == 2048);
  REQUIRE(nrt_tensor_write(x, &three, 8, 4) == NRT_SUCCESS);
  CHECK(nrt_tensor_write(x, &three, 2046, 4) == NRT_INVALID);
  CHECK(nrt_tensor_read(x, &three, SIZE_MAX, 4) == NRT_INVALID);
  REQUIRE(nrt_add_tensor_to_tensor_set(inputs, "x", x) == NRT_SUCCESS);
  CHECK(nrt_execute(model, inputs, outputs) == NRT_EXEC_BAD_INPUT);
  REQUIRE(nrt_add_tensor_to_tensor_set(inputs, "n", n) == NRT_SUCCESS);
  REQUIRE(nrt_add_tensor_to_tensor_set(outputs, "y", y) == NRT_SUCCESS);
  CHECK(nrt_get_tensor_from_tensor_set(inputs, "n", &found) == NRT_SUCCESS);
  CHECK(found == n);
  CHECK(nrt_get_tensor_from_tensor_set(inputs, "q", &found) == NRT_INVALID);
  NRT_STATUS status = nrt_execute_repeat(model, inputs, outputs, 2);
  INFO(neuron_last_error());
  REQUIRE(status == NRT_SUCCESS);
  CHECK(result[2] == 6.0f);
  REQUIRE(nrt_add_tensor_to_tensor_set(inputs, "stray", n) == NRT_SUCCESS);
  CHECK(nrt_execute(model, inputs, outputs) == NRT_EXEC_BAD_INPUT);
  CHECK(lastErrorHas("1 of the 3 tensors in the input set"));
  nrt_tensor_t *gone = n;
  nrt_tensor_free(&n);
  CHECK(n == nullptr);
  CHECK(nrt_tensor_get_size(gone) == 0);
  CHECK(nrt_tensor_read(gone, &three, 0, 4) == NRT_INVALID_HANDLE);
  CHECK(nrt_execute(model, inputs, outputs) == NRT_INVALID_HANDLE);
  CHECK(nrt_execute(model, outputs, nullptr) == NRT_INVALID_HANDLE);
  CHECK(nrt_free_model_tensor_info(infos) == NRT_SUCCESS);
  CHECK(nrt_unload(model) == NRT_SUCCESS);
  CHECK(nrt_unload(model) == NRT_INVALID_HANDLE);
  nrt_close();
  CHECK(nrt_allocate_tensor_set(&inputs) == NRT_CLOSED);
  CHECK(std::string(nrt_get_status_as_str(NRT_EXEC_OOB)) == "NRT_EXEC_OOB");
}
