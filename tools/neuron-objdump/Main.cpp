// neuron-objdump: what is in a program file.
#include "runtime/base/HostMemory.h"
#include "tools/neuron-objdump/Views.h"

#include <cstdio>
#include <cstring>

using namespace neuron;
using namespace neuron::objdump;

namespace {

const char usage[] = "usage: neuron-objdump [options] PROGRAM\n"
                     "  -i, --info         origin, sizes, tensors, functions\n"
                     "  -c, --counts       static instructions per engine and mnemonic\n"
                     "  -m, --memory       hbm segments, plan of sbuf and psum\n"
                     "  -d, --disassemble  code of every stream\n"
                     "      --json         the same as one JSON object\n"
                     "      --no-verify    do not read the weights to check them\n"
                     "  -h, --help\n"
                     "Without a choice: --info --counts.\n";

struct Options {
  bool info = false, counts = false, memory = false, code = false;
  bool json = false, verify = true, help = false;
  const char *path = nullptr;

  bool choosesNothing() const { return !info && !counts && !memory && !code; }
};

bool is(const char *argument, const char *brief, const char *full) {
  return (brief && std::strcmp(argument, brief) == 0) || std::strcmp(argument, full) == 0;
}

Status parseArguments(int count, char **arguments, Options &options) {
  for (int i = 1; i < count; ++i) {
    const char *argument = arguments[i];
    if (is(argument, "-i", "--info"))
      options.info = true;
    else if (is(argument, "-c", "--counts"))
      options.counts = true;
    else if (is(argument, "-m", "--memory"))
      options.memory = true;
    else if (is(argument, "-d", "--disassemble"))
      options.code = true;
    else if (is(argument, nullptr, "--json"))
      options.json = true;
    else if (is(argument, nullptr, "--no-verify"))
      options.verify = false;
    else if (is(argument, "-h", "--help"))
      options.help = true;
    else if (argument[0] == '-')
      return Status::error(ErrorCode::InvalidArgument, "unknown option %s", argument);
    else if (options.path)
      return Status::error(ErrorCode::InvalidArgument, "one program, found also %s", argument);
    else
      options.path = argument;
  }
  if (!options.path && !options.help)
    return Status::error(ErrorCode::InvalidArgument, "no program is given, see --help");
  if (options.choosesNothing())
    options.info = options.counts = true;
  return Status::success();
}

Result<Subject> open(const Options &options) {
  Result<MappedFile> file = MappedFile::open(options.path);
  if (!file)
    return file.status();
  rt::LoadOptions how;
  how.verifyContents = options.verify;
  Result<rt::Program> program = rt::load(options.path, how);
  if (!program)
    return program.status();
  return Subject{options.path, file->bytes().size, *std::move(program)};
}

std::string show(const Subject &subject, const Options &options) {
  if (!options.json)
    return (options.info ? infoText(subject) : "") + (options.counts ? countsText(subject) : "") +
           (options.memory ? memoryText(subject) : "") + (options.code ? codeText(subject) : "");
  JsonWriter json;
  json.beginObject();
  if (options.info)
    infoJson(subject, json);
  if (options.counts)
    countsJson(subject, json);
  if (options.memory)
    memoryJson(subject, json);
  if (options.code)
    codeJson(subject, json);
  json.endObject();
  return json.text();
}

int refuse(const Status &status) {
  std::fprintf(stderr, "neuron-objdump: error: %s\n", status.message().c_str());
  return exitCode(status.code());
}

} // namespace

int main(int count, char **arguments) {
  exitWhenOutOfMemory("neuron-objdump");
  Options options;
  if (Status status = parseArguments(count, arguments, options); !status.ok())
    return refuse(status);
  if (options.help) {
    std::fputs(usage, stdout);
    return 0;
  }
  Result<Subject> subject = open(options);
  if (!subject)
    return refuse(subject.status());
  std::string text = show(*subject, options);
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
    return refuse(Status(ErrorCode::Io, "cannot write the output"));
  return 0;
}
