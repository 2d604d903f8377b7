// Single bits of program files turned over: refused, faulted or run to an end, and nothing else.
//
//   flip_bits [--signed=N] [--unsigned=N] [--seed=S] [--case=K] [--first=K] PROGRAM...
//
// N flips are signed again, so that every digest agrees, N are not. Case K of seed S chooses a
// program and a bit; what loads runs in both modes under bounds on cycles, instructions and
// memory. Children run the cases: one that dies, takes too long or grows too large is named
// with its case, which --case runs alone; --first goes on from a case. The exit status is 0 when
// none was.
#include "runtime/core/Model.h"
#include "runtime/sim/Report.h"
#include "test/strict/FlippedProgram.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cinttypes>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace neuron;
using neuron::testing::FlippedProgram;

namespace {

constexpr uint64_t kMemoryLimit = uint64_t(1) << 26; ///< of tensors and scratch
constexpr uint64_t kMaxCycles = 2000000, kMaxSteps = 200000;
constexpr unsigned kSecondsPerCase = 20; ///< of processor time
constexpr long kMostKilobytes = 1 << 20; ///< resident, of a child
constexpr uint64_t kCasesPerChild = 2000;

struct Settings {
  uint64_t resigned = 1000000, plain = 10000, seed = 1;
  uint64_t first = 0, only = UINT64_MAX;
  std::vector<std::string> paths;
};

/// Written by the children, read by the parent.
struct Shared {
  std::atomic<uint64_t> current{0}, refused{0}, faulted{0}, timedOut{0}, finished{0};
};

struct File {
  std::string path, folder;
  std::unique_ptr<FlippedProgram> flipped;
};

uint64_t mix(uint64_t z) { // splitmix64
  z += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

struct Case {
  size_t file;
  uint64_t bit;
  bool sign;
};

Case caseOf(const Settings &settings, const std::vector<File> &files, uint64_t number) {
  uint64_t random = mix(settings.seed * 0x100000001b3 + number);
  Case chosen;
  chosen.file = random % files.size();
  chosen.bit = mix(random) % files[chosen.file].flipped->bits();
  chosen.sign = number < settings.resigned;
  return chosen;
}

Status runModel(rt::Model &model, sim::Mode mode) {
  std::vector<std::vector<uint8_t>> buffers;
  sim::Bindings bindings;
  const std::vector<rt::Segment> &segments = model.program().segments;
  buffers.reserve(segments.size());
  for (uint32_t i = 0; i < segments.size(); ++i)
    if (segments[i].kind == rt::SegmentKind::Input) {
      buffers.emplace_back(segments[i].bytes);
      bindings.push_back({i, buffers.back().data(), segments[i].bytes});
    }
  sim::RunOptions options;
  options.mode = mode;
  options.maxCycles = kMaxCycles;
  options.maxSteps = kMaxSteps;
  sim::Report report;
  NEURON_TRY(model.execute(options, bindings, &report));
  if (toText(report).empty() || toJson(report).empty())
    return Status(ErrorCode::Internal, "an empty report");
  return Status::success();
}

Status attempt(File &file, const Case &chosen, bool &loaded) {
  rt::LoadOptions options;
  options.contentFolder = file.folder;
  auto program = rt::parse(file.flipped->flip(chosen.bit, chosen.sign), "flipped", options);
  if (!program)
    return program.status();
  auto model = rt::Model::create(*std::move(program), kMemoryLimit);
  if (!model)
    return model.status();
  loaded = true;
  NEURON_TRY(runModel(**model, sim::Mode::Time));
  return runModel(**model, sim::Mode::ValuesAndTime);
}

/// Runs one case and counts it. False when the status is one that must not come.
bool runCase(std::vector<File> &files, const Case &chosen, Shared &shared, bool print) {
  bool loaded = false;
  Status status = attempt(files[chosen.file], chosen, loaded);
  if (print)
    std::printf("%s, bit %" PRIu64 "%s: %s\n", files[chosen.file].path.c_str(), chosen.bit,
                chosen.sign ? ", signed" : "", status.ok() ? "runs" : status.message().c_str());
  if (!loaded)
    ++shared.refused;
  else if (status.ok())
    ++shared.finished;
  else if (status.code() == ErrorCode::Timeout)
    ++shared.timedOut;
  else
    ++shared.faulted;
  return status.ok() || (status.code() != ErrorCode::Internal && !status.message().empty());
}

long residentKilobytes() {
  struct rusage usage;
  return getrusage(RUSAGE_SELF, &usage) == 0 ? usage.ru_maxrss : 0;
}

[[noreturn]] void runChild(const Settings &settings, std::vector<File> &files, uint64_t begin,
                           uint64_t end, Shared &shared) {
  for (uint64_t number = begin; number < end; ++number) {
    shared.current = number;
    struct itimerval limit = {{0, 0}, {kSecondsPerCase, 0}};
    setitimer(ITIMER_PROF, &limit, nullptr);
    if (!runCase(files, caseOf(settings, files, number), shared, false))
      _exit(3);
    if (NEURON_LIMIT_MEMORY && residentKilobytes() > kMostKilobytes)
      _exit(4);
  }
  // The leak check of a sanitizer runs in `exit`.
  std::exit(0);
}

std::string deathText(int status) {
  if (WIFSIGNALED(status))
    return WTERMSIG(status) == SIGPROF ? std::string("takes too long")
                                       : std::string("dies: ") + strsignal(WTERMSIG(status));
  if (WEXITSTATUS(status) == 3)
    return "ends with an internal error or without a message";
  if (WEXITSTATUS(status) == 4)
    return "takes too much memory";
  return "ends with status " + std::to_string(WEXITSTATUS(status));
}

unsigned runAll(const Settings &settings, std::vector<File> &files, Shared &shared) {
  unsigned bad = 0;
  uint64_t all = settings.resigned + settings.plain;
  for (uint64_t begin = settings.first; begin < all && bad < 20;) {
    uint64_t end = std::min(all, begin + kCasesPerChild);
    std::fflush(nullptr);
    pid_t child = fork();
    if (child == 0)
      runChild(settings, files, begin, end, shared);
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
      std::perror("flip_bits");
      return bad + 1;
    }
    if (status == 0) {
      begin = end;
      continue;
    }
    Case chosen = caseOf(settings, files, shared.current);
    std::printf("case %" PRIu64 " of seed %" PRIu64 " (%s, bit %" PRIu64 ") %s\n",
                shared.current.load(), settings.seed, files[chosen.file].path.c_str(), chosen.bit,
                deathText(status).c_str());
    std::fflush(stdout);
    ++bad;
    begin = shared.current + 1;
  }
  return bad;
}

bool parse(int argc, char **argv, Settings &settings) {
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto number = [&](const char *name, uint64_t &into) {
      if (argument.rfind(name, 0) != 0)
        return false;
      into = std::strtoull(argument.c_str() + std::strlen(name), nullptr, 10);
      return true;
    };
    if (number("--signed=", settings.resigned) || number("--unsigned=", settings.plain) ||
        number("--seed=", settings.seed) || number("--case=", settings.only) ||
        number("--first=", settings.first))
      continue;
    if (argument[0] == '-')
      return false;
    settings.paths.push_back(argument);
  }
  return !settings.paths.empty();
}

Status open(const std::string &path, File &file) {
  auto program = rt::load(path);
  if (!program)
    return program.status();
  auto mapped = MappedFile::open(path);
  if (!mapped)
    return mapped.status();
  size_t slash = path.rfind('/');
  file.path = path;
  file.folder = slash == std::string::npos ? "." : path.substr(0, slash);
  ByteSpan bytes = mapped->bytes();
  file.flipped =
      std::make_unique<FlippedProgram>(std::vector<uint8_t>(bytes.data, bytes.data + bytes.size));
  return Status::success();
}

} // namespace

int main(int argc, char **argv) {
  Settings settings;
  if (!parse(argc, argv, settings)) {
    std::fprintf(stderr, "usage: flip_bits [--signed=N] [--unsigned=N] [--seed=S] [--case=K] "
                         "[--first=K] PROGRAM...\n");
    return 2;
  }
  std::vector<File> files(settings.paths.size());
  for (size_t i = 0; i < files.size(); ++i)
    if (Status status = open(settings.paths[i], files[i]); !status.ok()) {
      std::fprintf(stderr, "%s: %s\n", settings.paths[i].c_str(), status.message().c_str());
      return 1;
    }
  void *page =
      mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (page == MAP_FAILED)
    return 1;
  Shared &shared = *new (page) Shared;
  if (settings.only != UINT64_MAX)
    return runCase(files, caseOf(settings, files, settings.only), shared, true) ? 0 : 1;
  auto start = std::chrono::steady_clock::now();
  unsigned bad = runAll(settings, files, shared);
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("%" PRIu64 " flips signed, %" PRIu64 " not, in %zu programs: %" PRIu64
              " refused, %" PRIu64 " faulted, %" PRIu64 " stopped by a bound, %" PRIu64
              " ran, %u went wrong; %.0f a second\n",
              settings.resigned, settings.plain, files.size(), shared.refused.load(),
              shared.faulted.load(), shared.timedOut.load(), shared.finished.load(), bad,
              double(settings.resigned + settings.plain) / seconds);
  return bad ? 1 : 0;
}
