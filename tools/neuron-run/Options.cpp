// Parsing of the command line.
#include "tools/neuron-run/Options.h"

#include "tools/neuron-run/Interface.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace neuron::run {
namespace {

constexpr double kFsPerUs = 1e9;
constexpr double kMostTraceUs = 1e9;

Status parseNamed(const std::string &option, const std::vector<std::string> &texts,
                  std::vector<NamedValue> &values) {
  for (const std::string &text : texts) {
    size_t equals = text.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == text.size())
      return {ErrorCode::InvalidArgument, option + " '" + text + "': expected name=VALUE"};
    values.push_back({text.substr(0, equals), text.substr(equals + 1)});
  }
  return Status::success();
}

Status parseReport(const std::string &text, Options &options) {
  size_t equals = text.find('=');
  std::string form = text.substr(0, equals);
  if (form == "none")
    options.report = ReportForm::None;
  else if (form == "text")
    options.report = ReportForm::Text;
  else if (form == "json")
    options.report = ReportForm::Json;
  else
    return {ErrorCode::InvalidArgument,
            "--report '" + text + "': expected none, text, json, text=FILE or json=FILE"};
  if (equals != std::string::npos)
    options.reportFile = text.substr(equals + 1);
  return Status::success();
}

Status parseWindow(const std::string &text, sim::TraceOptions &trace) {
  if (text.empty())
    return Status::success();
  size_t colon = text.find(':');
  double from = 0, to = 0;
  bool isPair = colon != std::string::npos && parseNumber(text.substr(0, colon), from) &&
                parseNumber(text.substr(colon + 1), to);
  if (!isPair || !(from >= 0) || !(to > from) || to > kMostTraceUs)
    return {ErrorCode::InvalidArgument,
            "--trace-window '" + text + "': expected FROM:TO in us, 0 <= FROM < TO <= 1e9"};
  trace.from = static_cast<uint64_t>(from * kFsPerUs);
  trace.to = static_cast<uint64_t>(to * kFsPerUs);
  return Status::success();
}

/// Adds every option; values that need more than CLI11's checks stay texts.
struct Texts {
  std::vector<std::string> inputs, expected, labels;
  std::string mode = "values+time", dma = "late", report = "text", traceWindow, compare;
  uint32_t traceMiB = 256;
};

void declare(CLI::App &app, Options &options, Texts &texts) {
  app.add_option("program", options.program, "program file (.nprog)")->required();
  app.add_option("--input", texts.inputs,
                 "name=FILE.npy, name=FILE.pb or name=random:SEED[:LOW:HIGH]; a state's name sets "
                 "its first value. {run} in FILE is the number of the run; a file that holds the "
                 "tensors of all runs along its first dim is split")
      ->allow_extra_args(false);
  app.add_option("--output-dir", options.outputFolder,
                 "write every output to DIR/name.npy; with {run} in DIR for every run, else of "
                 "all runs along the first dim where inputs are split, else of the last run");
  app.add_option("--expect", texts.expected, "name=FILE: compare an output; FILE as for --input")
      ->allow_extra_args(false);
  app.add_option("--atol", options.tolerance.absolute,
                 "allowed difference: atol + rtol * |expected|")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--rtol", options.tolerance.relative, "see --atol")->check(CLI::NonNegativeNumber);
  app.add_option("--labels", texts.labels,
                 "name=FILE: the classes that the output should be largest at; prints the accuracy")
      ->allow_extra_args(false);
  app.add_option("--mode", texts.mode,
                 "what is simulated; values+time takes the time of the first run")
      ->check(CLI::IsMember({"values+time", "time", "values"}));
  app.add_option("--repeat", options.runs, "number of runs; states keep their values between them")
      ->check(CLI::Range(1u, 1000000u));
  app.add_option("--dma", texts.dma,
                 "when transfers happen within what is legal; all: every run in each mode, and "
                 "the outputs must be equal")
      ->check(CLI::IsMember({"late", "early-read", "early", "all"}));
  app.add_flag("--sequential", options.sequential,
               "run the form before the split into streams: values only");
  app.add_option("--max-cycles", options.maxCycles, "stop with a fault beyond this");
  app.add_option("--threads", options.threads,
                 "host threads that compute values, 0: one for each processor; they change neither "
                 "values nor times")
      ->check(CLI::Range(0u, sim::kMostHostThreads));
  app.add_option("--report", texts.report, "none, text, json, text=FILE or json=FILE");
  app.add_flag("--layers", options.insight.layers,
               "the report says where the time went, layer by layer");
  app.add_flag("--critical-path", options.insight.criticalPath,
               "the report says which chain of work and waits decided the latency");
  app.add_flag("--memory-map", options.insight.memory,
               "the report says how full SBUF and PSUM are over time, and with whose values");
  app.add_option("--memory-plot", options.plotFile, "write that as a picture, FILE.svg");
  app.add_option("--compare", texts.compare,
                 "the JSON report of another run: the report says what differs from it, and how "
                 "much of the difference each layer, engine and resource is");
  app.add_option("--trace", options.traceFile,
                 "write the first run's time as a Perfetto trace, FILE.pftrace");
  app.add_option("--trace-window", texts.traceWindow,
                 "FROM:TO in us of simulated time: the trace has only what overlaps this");
  app.add_option("--trace-limit", texts.traceMiB, "most MiB of a trace (256); what is later is cut")
      ->check(CLI::Range(1u, 65536u));
}

Status finish(const Texts &texts, Options &options) {
  NEURON_TRY(parseNamed("--input", texts.inputs, options.inputs));
  NEURON_TRY(parseNamed("--expect", texts.expected, options.expected));
  NEURON_TRY(parseNamed("--labels", texts.labels, options.labels));
  NEURON_TRY(parseReport(texts.report, options));
  NEURON_TRY(parseWindow(texts.traceWindow, options.insight.traceOptions));
  options.insight.trace = !options.traceFile.empty();
  options.insight.traceOptions.maxBytes = uint64_t(texts.traceMiB) << 20;
  using sim::DmaMode;
  if (texts.dma == "all")
    options.dma = {DmaMode::Late, DmaMode::EarlyRead, DmaMode::Early};
  else
    options.dma = {texts.dma == "late"         ? DmaMode::Late
                   : texts.dma == "early-read" ? DmaMode::EarlyRead
                                               : DmaMode::Early};
  if (texts.mode == "time")
    options.mode = sim::Mode::Time;
  if (texts.mode == "values" || options.sequential)
    options.mode = sim::Mode::Values;
  bool wantsValues = !options.expected.empty() || !options.labels.empty() || options.sequential ||
                     !options.outputFolder.empty();
  if (options.mode == sim::Mode::Time && wantsValues)
    return {ErrorCode::InvalidArgument,
            "--mode time computes no values: drop --expect, --labels, --output-dir, --sequential"};
  options.insight.memory |= !options.plotFile.empty();
  if (!texts.compare.empty()) {
    Result<sim::ReportFigures> other = sim::loadReport(texts.compare);
    if (!other)
      return other.status().within("--compare");
    options.insight.compare(*std::move(other));
  }
  if (options.mode == sim::Mode::Values && options.insight.needsTime())
    return {ErrorCode::InvalidArgument,
            "without time there is nothing to look at: drop --trace, --layers, --critical-path, "
            "--memory-map, --memory-plot, --compare or --mode values"};
  return Status::success();
}

} // namespace

Result<Options> parseOptions(int argc, const char *const *argv, std::string &help) {
  CLI::App app("Runs a compiled program on the simulated machine.", "neuron-run");
  Options options;
  Texts texts;
  declare(app, options, texts);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp &) {
    help = app.help();
    return options;
  } catch (const CLI::ParseError &error) {
    return Status(ErrorCode::InvalidArgument, error.what());
  }
  NEURON_TRY(finish(texts, options));
  return options;
}

} // namespace neuron::run
