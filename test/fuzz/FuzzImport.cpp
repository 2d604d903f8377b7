// FuzzImport: runs neuron-compile on malformed models and judges every run.
//
// usage: fuzz_import COMPILER FOLDER [--memory-unchecked]
//
// Each run must end within 10 s with one of the statuses that the model allows, must not be
// killed, must name its file and a code in the first line of its message when it fails, and must
// not hold more than 256 MiB + 2 x the size of the file. Sanitizers hold more: then the last is
// not checked.
#include "test/fuzz/MalformedModels.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace neuron::fuzz;

namespace {

constexpr uint64_t seed = 20260725;

struct Outcome {
  int status = -1; ///< exit status; negative: the signal
  double seconds = 0;
  uint64_t peakBytes = 0;
  std::string message;
};

bool writeAll(const std::string &path, const std::string &bytes) {
  std::FILE *file = std::fopen(path.c_str(), "wb");
  bool whole = file && std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size();
  return file && std::fclose(file) == 0 && whole;
}

std::string readAll(const std::string &path) {
  std::string text;
  char buffer[4096];
  if (std::FILE *file = std::fopen(path.c_str(), "rb")) {
    while (size_t n = std::fread(buffer, 1, sizeof(buffer), file))
      text.append(buffer, n);
    std::fclose(file);
  }
  return text;
}

/// Runs `compiler --check path` with its messages in a file, killed after 10 s of processor time.
Outcome run(const std::string &compiler, const std::string &path, const std::string &messages) {
  pid_t child = fork();
  if (child == 0) {
    int file = open(messages.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
    dup2(file, 1);
    dup2(file, 2);
    rlimit limit = {10, 10};
    setrlimit(RLIMIT_CPU, &limit);
    execl(compiler.c_str(), compiler.c_str(), "--check", path.c_str(), nullptr);
    _exit(127);
  }
  Outcome outcome;
  int status = 0;
  rusage usage = {};
  if (child < 0 || wait4(child, &status, 0, &usage) < 0)
    return outcome;
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  outcome.seconds = double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
                    1e-6 * double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  outcome.peakBytes = uint64_t(usage.ru_maxrss) * 1024;
  outcome.message = readAll(messages);
  return outcome;
}

/// What is wrong with a run, or nothing.
std::string judge(const MalformedModel &model, const std::string &path, const Outcome &outcome,
                  bool checksMemory) {
  bool expected = false;
  for (int status : model.statuses)
    expected |= status == outcome.status;
  if (!expected)
    return "status " + std::to_string(outcome.status) + ", expected " +
           std::to_string(model.statuses.front());
  std::string line = outcome.message.substr(0, outcome.message.find('\n'));
  bool named = line.compare(0, path.size(), path) == 0 && line.find(" error [NC") != line.npos;
  if (outcome.status != 0 && !named)
    return "the message does not begin with the file and a code";
  if (outcome.seconds > 10)
    return "took " + std::to_string(outcome.seconds) + " s";
  uint64_t limit = (uint64_t(256) << 20) + 2 * model.bytes.size();
  if (checksMemory && outcome.peakBytes > limit)
    return "held " + std::to_string(outcome.peakBytes >> 20) + " MiB";
  return "";
}

} // namespace

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: fuzz_import COMPILER FOLDER [--memory-unchecked]\n");
    return 2;
  }
  std::string compiler = argv[1], outer = argv[2], folder = outer + "/models";
  bool checksMemory = argc < 4;
  mkdir(outer.c_str(), 0755);
  mkdir(folder.c_str(), 0755);
  mkdir((folder + "/folder").c_str(), 0755);
  unlink((folder + "/escape.data").c_str());
  bool ready = writeAll(outer + "/weights.data", externalData()) &&
               writeAll(folder + "/weights.data", externalData()) &&
               symlink("../weights.data", (folder + "/escape.data").c_str()) == 0;
  if (!ready) {
    std::fprintf(stderr, "cannot write to %s: %s\n", outer.c_str(), std::strerror(errno));
    return 74;
  }
  std::vector<MalformedModel> models = malformedModels(seed);
  models.push_back({"valid", validModel(), {0}});
  unsigned failures = 0;
  for (const MalformedModel &model : models) {
    std::string path = folder + "/" + model.name + ".onnx";
    if (!writeAll(path, model.bytes))
      return 74;
    Outcome outcome = run(compiler, path, outer + "/messages");
    std::string wrong = judge(model, path, outcome, checksMemory);
    if (!wrong.empty()) {
      ++failures;
      std::printf("FAILED %s: %s\n%s\n", model.name.c_str(), wrong.c_str(),
                  outcome.message.c_str());
    }
  }
  std::printf("%zu models, %u failures\n", models.size(), failures);
  return failures != 0 || models.size() < 200;
}
