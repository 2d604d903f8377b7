// Machine rows and machine files.
#include "runtime/target/Machine.h"
#include "runtime/target/Floor.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::target;

namespace {

std::string errorOf(const char *text) {
  Result<Machine> machine = parseMachine(text, "m.json");
  CHECK_FALSE(machine.ok());
  return machine.status().message();
}

} // namespace

TEST_CASE("the five machines are there and sound") {
  for (const char *name : {"inf1", "trn1", "inf2", "trn2", "trn3"}) {
    const Machine *machine = findMachine(name);
    REQUIRE(machine);
    CHECK(machine->name == name);
    CHECK(check(*machine).ok());
    for (unsigned p = 0; p < kNumParams; ++p)
      CHECK(std::string(sourceOf(name, p)).size() > 0);
  }
  CHECK(findMachine("trn9") == nullptr);
  CHECK(machineNames() == "trn1, inf2, inf1, trn2, trn3");
  CHECK(findMachine("trn1")->tensorMHz == 2800);
  CHECK(findMachine("trn2")->sbufPartitionBytes == 212728);
}

TEST_CASE("a machine file replaces numbers of its base") {
  Result<Machine> machine =
      parseMachine("{\"base\": \"trn1\", \"sbufPartitionBytes\": 24576}", "folder/small.json");
  REQUIRE(machine.ok());
  CHECK(machine->name == "small");
  CHECK(machine->sbufPartitionBytes == 24576);
  CHECK(machine->tensorMHz == 2800);
  CHECK(digest(*machine) != digest(*findMachine("trn1")));
  CHECK(digest(*findMachine("inf2")) == digest(*findMachine("trn1")));
}

TEST_CASE("errors of a machine file say where") {
  CHECK(errorOf("{\"base\": \"trn1\",\n  \"sbufBytes\": 1}") ==
        "m.json:2:3: no machine parameter is called \"sbufBytes\"");
  CHECK(errorOf("{\"base\": \"trn7\"}").rfind("m.json:1:2: base \"trn7\" is no machine", 0) == 0);
  CHECK(errorOf("{}").rfind("m.json: no \"base\"", 0) == 0);
  CHECK(errorOf("{\"base\": \"trn1\",\n\"tensorMHz\": 0}") ==
        "m.json:2:1: tensorMHz is 0, legal are 1 to 1000000 (MHz)");
  CHECK(errorOf("{\"base\": \"trn1\", \"tensorMHz\": -5}") ==
        "m.json:1:18: \"tensorMHz\" is a negative number, expected a number");
  CHECK(errorOf("{\"base\": \"trn1\", \"tensorMHz\": \"fast\"}") ==
        "m.json:1:18: \"tensorMHz\" is a string, expected a number");
  CHECK(errorOf("{\"base\": \"trn1\", \"tensorMHz\": 1, \"tensorMHz\": 2}") ==
        "m.json:1:34: \"tensorMHz\" is stated twice");
  CHECK(errorOf("{\"base\": \"trn1\", \"dmaEngines\": 3}") ==
        "m.json: dmaEngines is 3, not a power of two");
  CHECK(errorOf("{\"base\": \"trn1\",\n \"tensorMHz\" 5}").rfind("m.json:2:14: not JSON", 0) == 0);
  CHECK(errorOf("{\"base\": \"trn1\",\n \"name\": 5}") ==
        "m.json:2:2: \"name\" is a number, expected a string");
  std::string many = "{\"base\": \"trn1\"";
  for (int i = 0; i < 1000; ++i)
    many += ", \"k\": 1";
  CHECK(errorOf((many + "}").c_str()).find("more keys than a machine has") != std::string::npos);
  CHECK(errorOf("[1]").rfind("m.json:1:1: found a list", 0) == 0);
  CHECK(errorOf("{\"base\": {\"a\": 1}}").rfind("m.json:1:2: \"base\" is an object", 0) == 0);
  CHECK_FALSE(parseMachine("", "m.json").ok());
  CHECK(loadMachine("no-such-machine").status().code() == ErrorCode::MissingInput);
}

TEST_CASE("assumed costs can be taken out, capacities stay") {
  Machine bare = withoutAssumedCosts(*findMachine("trn1"));
  CHECK(bare.sequencerLoopCycles == 0);
  CHECK(bare.engineQueueDepth == findMachine("trn1")->engineQueueDepth);
  CHECK(bare.vectorIssueCycles == findMachine("trn1")->vectorIssueCycles);
}

TEST_CASE("the floor is the larger of two least times") {
  Machine machine = *findMachine("trn1");
  CHECK(transferRate(machine) == 272000); // 16 engines of 17 GB/s, less than the HBM's 410
  Floor moved = floorOf(machine, 272000000, 2800);
  CHECK(moved.us() == Approx(1000));
  CHECK(moved.tensorUs == Approx(1));
  CHECK(std::string(moved.boundBy()) == "dma");
  machine.hbmBytesPerUs = 100000;
  CHECK(floorOf(machine, 100000, 0).us() == Approx(1));
  CHECK(std::string(floorOf(machine, 100000, 5600).boundBy()) == "tensor");
  CHECK(floorOf(machine, 100000, 5600).us() == Approx(2));
}
