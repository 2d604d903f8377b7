// How fast the simulator is on this host, in numbers of its parts.
//
//   simulator_bench kernels           TFLOP/s of every path of the TensorE's product
//   simulator_bench streams FILE.s…   instructions a second of every walk over a program
//
// Every figure is a median of several measurements, in processor seconds of the measuring
// thread, so that a busy host disturbs it little; paths that are compared are measured in turn.
#include "runtime/base/File.h"
#include "runtime/isa/AsmFile.h"
#include "runtime/sim/AsmImage.h"
#include "runtime/sim/MatmulKernel.h"
#include "runtime/sim/Races.h"
#include "runtime/sim/Timing.h"
#include "runtime/sim/Trace.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <sys/resource.h>

using namespace neuron;
using namespace neuron::sim;

namespace {

double processorSeconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

template <typename Body> double secondsOf(Body body) {
  double begin = processorSeconds();
  body();
  return processorSeconds() - begin;
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

// --- Kernels ---------------------------------------------------------------------------------

constexpr struct {
  HostPath path;
  const char *name;
  unsigned repeats;
} kPaths[] = {{HostPath::Portable, "portable", 1},
              {HostPath::Avx2, "avx2", 40},
              {HostPath::Avx512, "avx512", 40}};

void measureKernel(unsigned columns) {
  constexpr unsigned kDepth = 128, kRounds = 9;
  HeldMatrix weights, moving;
  weights.resize(kDepth, 128);
  moving.resize(kDepth, columns);
  for (unsigned k = 0; k < kDepth; ++k) {
    for (unsigned i = 0; i < 128; ++i)
      weights.row(k)[i] = static_cast<float>((k * 7 + i) % 13) - 6;
    for (unsigned i = 0; i < columns; ++i)
      moving.row(k)[i] = static_cast<float>((k * 5 + i) % 11) - 5;
  }
  const size_t stride = columns + 16;
  std::vector<float> result(128 * stride);
  std::vector<double> seconds[3];
  for (unsigned round = 0; round < kRounds; ++round)
    for (unsigned p = 0; p < 3; ++p)
      if (hasHostPath(kPaths[p].path))
        seconds[p].push_back(secondsOf([&] {
                               for (unsigned i = 0; i < kPaths[p].repeats; ++i)
                                 multiplyOn(kPaths[p].path, weights.view(), moving.view(),
                                            {result.data(), stride}, i != 0);
                             }) /
                             kPaths[p].repeats);
  for (unsigned p = 0; p < 3; ++p) {
    std::printf("kernel %-9s 128x128x%-4u ", kPaths[p].name, columns);
    if (seconds[p].empty())
      std::printf("this host does not have it\n");
    else
      std::printf("%8.4f TFLOP/s\n", 2.0 * kDepth * 128 * columns / median(seconds[p]) * 1e-12);
  }
}

// --- Streams ---------------------------------------------------------------------------------

Result<std::unique_ptr<AsmImage>> open(const char *path) {
  auto file = MappedFile::open(path);
  if (!file)
    return file.status();
  ByteSpan text = file->bytes();
  auto parsed = isa::parseAsm({reinterpret_cast<const char *>(text.data), text.size}, path);
  if (!parsed)
    return parsed.status();
  return AsmImage::create(std::move(*parsed), "");
}

Status measureStream(const char *path) {
  auto image = open(path);
  if (!image)
    return image.status();
  const Image &program = (*image)->image();
  constexpr unsigned kRounds = 5;
  std::vector<double> time, skipping, races, all;
  uint64_t instructions = 0, skipped = 0;
  for (unsigned round = 0; round < kRounds; ++round) {
    TimeResult result;
    RaceResult verdict;
    Status status;
    TimeOptions stepping;
    stepping.repeats = Repeats::Walk;
    time.push_back(secondsOf([&] { status = walkTime(program, stepping, result); }));
    NEURON_TRY(status);
    skipping.push_back(secondsOf([&] { status = walkTime(program, {}, result); }));
    NEURON_TRY(status);
    skipped = result.skipped;
    races.push_back(secondsOf([&] { status = checkRaces(program, {}, verdict); }));
    NEURON_TRY(status);
    Fault fault = verdict.fault.raised() ? verdict.fault : result.fault;
    if (fault.raised())
      return {ErrorCode::Fault, fault.message};
    TraceOptions bound;
    bound.maxBytes = uint64_t(64) << 20;
    LayerIndex index{LayerIndex::Name()};
    Trace trace(*program.machine, index, bound);
    TimeOptions traced;
    traced.observer = &trace;
    double both = secondsOf([&] { status = walkTime(program, traced, result); });
    NEURON_TRY(status);
    all.push_back(both + races.back());
    instructions = result.instructions;
  }
  const char *name = std::strrchr(path, '/');
  double millions = static_cast<double>(instructions) * 1e-6;
  std::printf("stream %-18s %6.2f M instructions: time only %6.1f M/s, races %6.1f M/s, races, "
              "time and trace %6.1f M/s\n",
              name ? name + 1 : path, millions, millions / median(time), millions / median(races),
              millions / median(all));
  std::printf("stream %-18s %5.1f %% in repetitions; without them time only %8.0f M/s\n",
              name ? name + 1 : path, 1e-4 * static_cast<double>(skipped) / millions,
              millions / median(skipping));
  return Status::success();
}

void printPeak() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  std::printf("peak memory %ld MiB\n", usage.ru_maxrss / 1024);
}

} // namespace

int main(int argc, char **argv) {
  if (argc == 2 && std::strcmp(argv[1], "kernels") == 0) {
    for (unsigned columns : {128u, 512u})
      measureKernel(columns);
    return 0;
  }
  if (argc < 3 || std::strcmp(argv[1], "streams") != 0) {
    std::fprintf(stderr, "usage: simulator_bench kernels | streams FILE.s...\n");
    return 2;
  }
  for (int i = 2; i < argc; ++i)
    if (Status status = measureStream(argv[i]); !status.ok()) {
      std::fprintf(stderr, "simulator_bench: %s: %s\n", argv[i], status.message().c_str());
      return exitCode(status.code());
    }
  printPeak();
  return 0;
}
