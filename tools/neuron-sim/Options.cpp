// Options as --name=value, checked when they are read.
#include "tools/neuron-sim/Options.h"

#include <cstdlib>
#include <cstring>

namespace neuron::simtool {

const char usage[] =
    "usage: neuron-sim [options] FILE.s|PROGRAM\n"
    "  --check                       run in every transfer mode, audited, and in the sequential\n"
    "                                form; all bytes have to agree and all expectations to hold\n"
    "  --sequential                  the form before the split into streams\n"
    "  --dma=late|early-read|early   when transfers read and write (late)\n"
    "  --mode=values+time|time|values\n"
    "  --report=none|text|json[=FILE]\n"
    "  --layers                      the report says where the time went, layer by layer\n"
    "  --critical-path               and which chain of work and waits decided the latency\n"
    "  --memory-map                  how full SBUF and PSUM are over time, and with whose values\n"
    "  --compare=FILE                the JSON report of another run; the report says what differs\n"
    "  --seed=N                      of the inputs of a program (0)\n"
    "  --cores=N                     of the chip run a copy and share its HBM (all)\n"
    "  --repeats=skip|walk           steady loops are timed once, or step by step (skip)\n"
    "  --max-cycles=N  --max-steps=N stop with a fault beyond this\n"
    "  -h, --help\n"
    "Exit codes: 0, 2 usage, 5 values or times differ, 6 simulator fault, 65 malformed file.\n";

namespace {

Status unknown(const char *argument) {
  return Status::error(ErrorCode::InvalidArgument, "unknown option %s, see --help", argument);
}

/// What follows "name=" in an argument, or null.
const char *valueOf(const char *argument, const char *name) {
  size_t length = std::strlen(name);
  return std::strncmp(argument, name, length) == 0 && argument[length] == '='
             ? argument + length + 1
             : nullptr;
}

Status parseNumber(const char *argument, const char *text, uint64_t &number) {
  char *end = nullptr;
  number = std::strtoull(text, &end, 10);
  if (*text < '0' || *text > '9' || *end)
    return Status::error(ErrorCode::InvalidArgument, "%s: expected a number", argument);
  return Status::success();
}

Status parseDma(const char *text, sim::DmaMode &mode) {
  if (std::strcmp(text, "late") == 0)
    mode = sim::DmaMode::Late;
  else if (std::strcmp(text, "early-read") == 0)
    mode = sim::DmaMode::EarlyRead;
  else if (std::strcmp(text, "early") == 0)
    mode = sim::DmaMode::Early;
  else
    return Status::error(ErrorCode::InvalidArgument, "--dma=%s: late, early-read or early", text);
  return Status::success();
}

Status parseMode(const char *text, sim::Mode &mode) {
  if (std::strcmp(text, "values+time") == 0)
    mode = sim::Mode::ValuesAndTime;
  else if (std::strcmp(text, "time") == 0)
    mode = sim::Mode::Time;
  else if (std::strcmp(text, "values") == 0)
    mode = sim::Mode::Values;
  else
    return Status::error(ErrorCode::InvalidArgument, "--mode=%s: values+time, time or values",
                         text);
  return Status::success();
}

Status parseRepeats(const char *text, sim::Repeats &repeats) {
  if (std::strcmp(text, "skip") != 0 && std::strcmp(text, "walk") != 0)
    return Status::error(ErrorCode::InvalidArgument, "--repeats=%s: skip or walk", text);
  repeats = *text == 's' ? sim::Repeats::Skip : sim::Repeats::Walk;
  return Status::success();
}

Status parseReport(const char *text, Options &options) {
  if (std::strcmp(text, "none") == 0)
    options.report = ReportKind::None;
  else if (std::strcmp(text, "text") == 0)
    options.report = ReportKind::Text;
  else if (std::strncmp(text, "json", 4) == 0 && (text[4] == 0 || text[4] == '=')) {
    options.report = ReportKind::Json;
    options.reportFile = text[4] ? text + 5 : "";
  } else
    return Status::error(ErrorCode::InvalidArgument, "--report=%s: none, text or json[=FILE]",
                         text);
  return Status::success();
}

Status readOther(const char *path, Options &options) {
  Result<sim::ReportFigures> other = sim::loadReport(path);
  if (!other)
    return other.status().within("--compare");
  options.insight.compare(*std::move(other));
  return Status::success();
}

Status parseOption(const char *argument, Options &options) {
  if (std::strcmp(argument, "-h") == 0 || std::strcmp(argument, "--help") == 0)
    options.help = true;
  else if (std::strcmp(argument, "--check") == 0)
    options.check = true;
  else if (std::strcmp(argument, "--sequential") == 0)
    options.run.sequential = true;
  else if (std::strcmp(argument, "--report") == 0)
    options.report = ReportKind::Text;
  else if (std::strcmp(argument, "--layers") == 0)
    options.insight.layers = true;
  else if (std::strcmp(argument, "--critical-path") == 0)
    options.insight.criticalPath = true;
  else if (std::strcmp(argument, "--memory-map") == 0)
    options.insight.memory = true;
  else if (const char *other = valueOf(argument, "--compare"))
    return readOther(other, options);
  else if (const char *dma = valueOf(argument, "--dma"))
    return parseDma(dma, options.run.dma);
  else if (const char *mode = valueOf(argument, "--mode"))
    return parseMode(mode, options.run.mode);
  else if (const char *report = valueOf(argument, "--report"))
    return parseReport(report, options);
  else if (const char *seed = valueOf(argument, "--seed"))
    return parseNumber(argument, seed, options.seed);
  else if (const char *cores = valueOf(argument, "--cores"))
    return parseNumber(argument, cores, options.cores);
  else if (const char *repeats = valueOf(argument, "--repeats"))
    return parseRepeats(repeats, options.run.repeats);
  else if (const char *cycles = valueOf(argument, "--max-cycles"))
    return parseNumber(argument, cycles, options.run.maxCycles);
  else if (const char *steps = valueOf(argument, "--max-steps"))
    return parseNumber(argument, steps, options.run.maxSteps);
  else
    return unknown(argument);
  return Status::success();
}

} // namespace

Result<Options> parseOptions(int count, const char *const *arguments) {
  Options options;
  for (int i = 1; i < count; ++i) {
    if (arguments[i][0] == '-' && arguments[i][1])
      NEURON_TRY(parseOption(arguments[i], options));
    else if (options.path.empty())
      options.path = arguments[i];
    else
      return Status::error(ErrorCode::InvalidArgument, "one file, found also %s", arguments[i]);
  }
  if (options.path.empty() && !options.help)
    return Status(ErrorCode::InvalidArgument, "no file is given, see --help");
  if (options.run.sequential && options.run.mode == sim::Mode::Time)
    return Status(ErrorCode::InvalidArgument, "--sequential has values, but no time");
  bool timed = options.run.mode != sim::Mode::Values && !options.run.sequential;
  if (!timed && options.insight.needsTime())
    return Status(ErrorCode::InvalidArgument,
                  "without time there is nothing to look at: drop --layers, --critical-path, "
                  "--memory-map, --compare, --sequential or --mode=values");
  return options;
}

} // namespace neuron::simtool
