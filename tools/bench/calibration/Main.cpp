// calibration: the simulator against published measurements.
#include "runtime/base/File.h"
#include "tools/bench/calibration/Table.h"

#include <cstdio>
#include <cstring>

using namespace neuron;
using namespace neuron::calibration;

namespace {

const char usage[] = "usage: calibration [options]\n"
                     "  --case=PART    only cases whose names hold it; nothing is written\n"
                     "  --write=FILE   the report, with what every parameter moves\n"
                     "  --check=FILE   the cases have to be as the report has them\n"
                     "  --values       check the values of the small programs\n"
                     "  --print        the assembly of the programs\n"
                     "Exit codes: 0, 2 usage, 5 values or times differ, 6 simulator fault.\n";

struct Options {
  std::string only, write, check;
  bool values = false, print = false;
};

Result<Options> parse(int argc, char **argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    std::string argument = argv[i];
    auto valueOf = [&](const char *name, std::string &value) {
      size_t length = std::strlen(name);
      if (argument.compare(0, length, name) != 0)
        return false;
      value = argument.substr(length);
      return true;
    };
    if (argument == "--values")
      options.values = true;
    else if (argument == "--print")
      options.print = true;
    else if (!valueOf("--case=", options.only) && !valueOf("--write=", options.write) &&
             !valueOf("--check=", options.check))
      return Status(ErrorCode::InvalidArgument, "unknown option " + argument + "\n" + usage);
  }
  return options;
}

Status measure(const Options &options, std::vector<Outcome> &outcomes) {
  for (kernels::Case &one : kernels::allCases()) {
    if (one.name.find(options.only) == std::string::npos)
      continue;
    if (options.values)
      NEURON_TRY(checkValues(one).within(one.name));
    auto timed = Timed::create(one);
    if (!timed)
      return timed.status().within(one.name);
    if (options.print)
      std::fputs(isa::toText((*timed)->file()).c_str(), stdout);
    NEURON_TRY((*timed)->checkRaces().within(one.name));
    auto us = (*timed)->run((*timed)->machine());
    if (!us)
      return us.status().within(one.name);
    outcomes.push_back({std::move(one), std::move(*timed), *us});
  }
  return Status::success();
}

Status compare(const std::string &path, const std::string &text) {
  auto file = MappedFile::open(path);
  if (!file)
    return file.status();
  std::string held(reinterpret_cast<const char *>(file->bytes().data), file->bytes().size);
  size_t at = 0, line = 1;
  for (; at < text.size() && at < held.size() && text[at] == held[at]; ++at)
    line += text[at] == '\n';
  if (at == text.size())
    return Status::success();
  auto lineFrom = [&](const std::string &whole) {
    size_t begin = whole.rfind('\n', at ? at - 1 : 0);
    begin = begin == std::string::npos ? 0 : begin + 1;
    return whole.substr(begin, whole.find('\n', begin) - begin);
  };
  return Status::error(ErrorCode::Mismatch,
                       "%s:%zu: times have changed; a change of a cost runs `tools/bench.sh "
                       "calibration` and states its effect\n  held %s\n  now  %s",
                       path.c_str(), line, lineFrom(held).c_str(), lineFrom(text).c_str());
}

Status calibrate(const Options &options) {
  std::vector<Outcome> outcomes;
  NEURON_TRY(measure(options, outcomes));
  std::string cases = casesText(outcomes);
  if (!options.check.empty())
    return compare(options.check, cases);
  if (options.write.empty()) {
    std::fputs(cases.c_str(), stdout);
    return Status::success();
  }
  auto parameters = parametersText(outcomes);
  if (!parameters)
    return parameters.status();
  std::string text = cases + *parameters;
  return writeFile(options.write, {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
}

} // namespace

int main(int argc, char **argv) {
  auto options = parse(argc, argv);
  Status status = options ? calibrate(*options) : options.status();
  if (!status.ok())
    std::fprintf(stderr, "calibration: %s\n", status.message().c_str());
  return exitCode(status.code());
}
