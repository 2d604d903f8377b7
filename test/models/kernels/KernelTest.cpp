// Kernels that cannot be built say why; what is built reads back from its text.
#include "models/kernels/Kernel.h"

#include <catch2/catch.hpp>

using namespace neuron;
using namespace neuron::kernels;

namespace {

/// y = |x| in eight tiles, loads ahead of stores by `lag` iterations.
void magnitudes(Kernel &k, uint64_t width, unsigned slots, unsigned lag) {
  Tensor x = k.input("x", DType::F32, 1024, width, 1), y = k.output("y", DType::F32, 1024, width);
  k.loop(8, [&](Index i) {
    Tile t = k.sbuf(DType::F32, 128, width, slots);
    k.dma(t.all(), x.block(i * 128, 0, 128, width), 0);
    k.activate(t.all(), t.all(), Activation::Abs);
    k.stage(lag, 0, [&] { k.dma(y.block(i * 128, 0, 128, width), t.all(), 1); });
  });
}

std::string problemOf(uint64_t width, unsigned slots, unsigned lag) {
  Kernel k("trn1", Values::Yes);
  magnitudes(k, width, slots, lag);
  auto file = k.finish();
  return file ? "" : file.status().message();
}

} // namespace

TEST_CASE("a kernel that does not fit says so") {
  CHECK(problemOf(512, 2, 1) == "");
  CHECK(problemOf(30000, 2, 1) == "the kernel cannot be built: SBUF: 240000 bytes of a partition");
  CHECK(problemOf(512, 16, 9) ==
        "the kernel cannot be built: a pipeline has more stages than iterations");
  Kernel unknown("trn9", Values::No);
  CHECK_FALSE(unknown.finish().ok());
}

TEST_CASE("a kernel is an assembly file") {
  Kernel k("trn1", Values::Yes);
  magnitudes(k, 512, 2, 1);
  auto file = k.finish();
  REQUIRE(file.ok());
  std::string text = isa::toText(*file);
  auto again = isa::parseAsm(text, "kernel.s");
  REQUIRE(again.ok());
  CHECK(again->stream == file->stream);
  CHECK(isa::toText(*again) == text);
}
