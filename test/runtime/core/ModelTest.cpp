// Loaded models: states, aliases, what is refused before anything runs.
#include "runtime/core/Model.h"
#include "test/runtime/core/RunningSum.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::rt;
using neuron::testing::runningSum;

namespace {

struct Buffers {
  std::vector<float> x = std::vector<float>(512), y = std::vector<float>(512),
                     sum = std::vector<float>(512);
  std::vector<int32_t> n = {1, 2, 3, 4}, m = std::vector<int32_t>(4);

  Buffers() {
    for (size_t i = 0; i < x.size(); ++i)
      x[i] = static_cast<float>(i);
  }
  template <typename T> static sim::Binding bind(uint32_t segment, std::vector<T> &values) {
    return {segment, reinterpret_cast<uint8_t *>(values.data()), values.size() * sizeof(T)};
  }
  sim::Bindings all() { return {bind(0, x), bind(2, y), bind(3, sum), bind(4, n), bind(5, m)}; }
};

std::unique_ptr<Model> makeModel(Program program = runningSum()) {
  Result<std::unique_ptr<Model>> model = Model::create(std::move(program));
  INFO(model.status().message());
  REQUIRE(model);
  return *std::move(model);
}

} // namespace

TEST_CASE("a state is kept between executes, and its alias is handed out") {
  std::unique_ptr<Model> model = makeModel();
  Buffers buffers;
  for (int run = 1; run <= 3; ++run) {
    Status status = model->execute({}, buffers.all());
    INFO(status.message());
    REQUIRE(status.ok());
    CHECK(buffers.y[511] == 2 * 511.0f);
    CHECK(buffers.sum[7] == run * 7.0f);
    CHECK(buffers.m == buffers.n);
  }
  model->resetStates();
  REQUIRE(model->execute({}, buffers.all()).ok());
  CHECK(buffers.sum[7] == 7.0f);
}

TEST_CASE("a state begins with its content") {
  Program program = runningSum();
  std::vector<float> initial(512, 100.0f);
  program.segments[1].content = {reinterpret_cast<const uint8_t *>(initial.data()), 2048};
  std::unique_ptr<Model> model = makeModel(std::move(program));
  Buffers buffers;
  REQUIRE(model->execute({}, buffers.all()).ok());
  CHECK(buffers.sum[7] == 107.0f);
}

TEST_CASE("a state that is given is the caller's, outputs may be left out") {
  std::unique_ptr<Model> model = makeModel();
  Buffers buffers;
  std::vector<float> total(512, 10.0f);
  sim::Bindings given = {Buffers::bind(0, buffers.x), Buffers::bind(1, total),
                         Buffers::bind(4, buffers.n)};
  REQUIRE(model->execute({}, given).ok());
  CHECK(total[7] == 17.0f);
  REQUIRE(model->execute({}, buffers.all()).ok());
  CHECK(buffers.sum[7] == 7.0f);
}

TEST_CASE("wrong bindings are named") {
  std::unique_ptr<Model> model = makeModel();
  Buffers buffers;
  sim::Bindings given = buffers.all();
  given.erase(given.begin());
  Status status = model->execute({}, given);
  CHECK(status.code() == ErrorCode::MissingInput);
  CHECK(status.message() == "input 'x' is not given");
  given = buffers.all();
  given[0].bytes = 2044;
  CHECK(model->execute({}, given).message() == "input 'x': 2044 bytes given, expected 2048");
  given = buffers.all();
  given.push_back(given[0]);
  CHECK(model->execute({}, given).message() == "input 'x' is given twice");
  given = buffers.all();
  given[0].segment = 17;
  CHECK(model->execute({}, given).message() == "segment 17 is no tensor of the program");
}

TEST_CASE("a program for another machine table is refused with both digests") {
  Program program = runningSum();
  program.machineDigest ^= 1;
  Result<std::unique_ptr<Model>> model = Model::create(std::move(program));
  CHECK(model.status().code() == ErrorCode::VersionMismatch);
  CHECK(model.status().message().find("made by compiler 0.1.0 for trn1") == 0);
  program = runningSum();
  program.machine = "trn9";
  CHECK(Model::create(std::move(program)).status().code() == ErrorCode::Unsupported);
  program = runningSum();
  program.machineText = "{";
  CHECK(Model::create(std::move(program)).status().code() == ErrorCode::Malformed);
  CHECK(Model::create(runningSum(), 1000).status().code() == ErrorCode::ResourceLimit);
}

TEST_CASE("a fault leaves states as they were at first") {
  Program program = runningSum();
  // Without its take the VectorE reads what no transfer has brought.
  program.stream[1].erase(program.stream[1].begin());
  program.semaphores[1].consumers = 0;
  std::unique_ptr<Model> model = makeModel(std::move(program));
  Buffers buffers;
  Status status = model->execute({}, buffers.all());
  CHECK(status.code() == ErrorCode::Fault);
  CHECK(model->fault().raised());
  uint8_t *total = model->state(1);
  REQUIRE(total);
  CHECK(std::all_of(total, total + 2048, [](uint8_t byte) { return byte == 0; }));
}
