// The runs of a program.
#include "tools/neuron-run/Session.h"

#include "runtime/base/File.h"
#include "runtime/base/HostMemory.h"
#include "runtime/core/HostTypes.h"
#include "runtime/core/Model.h"
#include "runtime/sim/Report.h"
#include "tools/neuron-run/Results.h"

#include <chrono>
#include <cstring>
#include <thread>

namespace neuron::run {
namespace {

using rt::Segment;
using rt::SegmentKind;

class Session {
public:
  /// `watch` sees the time of the first run; may be null.
  Session(const Options &options, rt::Model &model, Results &results, sim::TimeObserver *watch)
      : options(options), model(model), results(results), watch(watch) {}

  Status prepare() {
    for (const NamedValue &one : options.inputs)
      NEURON_TRY(addSource(one));
    if (options.mode != sim::Mode::Time)
      NEURON_TRY(requireInputs());
    buffers.resize(program().segments.size());
    return Status::success();
  }

  /// All runs; `report` is of the first.
  Status run(sim::Report &report) {
    for (uint32_t run = 0; run < options.runs; ++run) {
      sim::Report *wanted = run == 0 && options.mode != sim::Mode::Values ? &report : nullptr;
      Status status = options.mode == sim::Mode::Time ? runTime(wanted) : runValues(run, wanted);
      if (!status.ok())
        return options.runs > 1 ? status.within(formatText("run %u", run)) : status;
    }
    return Status::success();
  }

  bool inputsAreSplit() const {
    for (const auto &[segment, source] : sources)
      if (source.isSplit())
        return true;
    return false;
  }

private:
  const rt::Program &program() const { return model.program(); }

  Status addSource(const NamedValue &one) {
    uint32_t segment = model.find(one.name.c_str());
    if (segment == rt::kNoSegment || program().segments[segment].kind == SegmentKind::Output)
      return {ErrorCode::InvalidArgument,
              "the program has no input or state '" + one.name + "'; it has " + inputText()};
    Result<TensorSource> source = TensorSource::parse(one.name, one.value);
    if (!source)
      return source.status();
    if (!sources.emplace(segment, *std::move(source)).second)
      return {ErrorCode::InvalidArgument, "input '" + one.name + "' is given twice"};
    return Status::success();
  }

  /// "'image' (f32 [1, 1, 8, 8]), ..." of all inputs and states.
  std::string inputText() const {
    std::string text;
    for (const Segment &segment : program().segments)
      if (segment.kind == SegmentKind::Input || segment.kind == SegmentKind::State)
        text += (text.empty() ? "'" : ", '") + segment.name + "' (" +
                typeText(rt::hostType(segment), segment.shape) + ")";
    return text.empty() ? "none" : text;
  }

  Status requireInputs() const {
    for (uint32_t i = 0; i < program().segments.size(); ++i) {
      const Segment &segment = program().segments[i];
      if (segment.kind == SegmentKind::Input && !sources.count(i))
        return {ErrorCode::InvalidArgument, "input '" + segment.name + "' (" +
                                                typeText(rt::hostType(segment), segment.shape) +
                                                ") is not given: use --input " + segment.name +
                                                "=FILE.npy or " + segment.name + "=random:1"};
    }
    return Status::success();
  }

  Status runTime(sim::Report *report) {
    sim::RunOptions run;
    run.mode = sim::Mode::Time;
    run.maxCycles = options.maxCycles;
    run.observer = report ? watch : nullptr;
    return model.execute(run, {}, report);
  }

  /// Fills the buffers of inputs, before the first run those of states too.
  Status fill(uint32_t run) {
    for (auto &[index, source] : sources) {
      const Segment &segment = program().segments[index];
      if (segment.kind == SegmentKind::State && run > 0)
        continue;
      Result<HostTensor> tensor =
          source.get(run, options.runs, rt::hostType(segment), segment.shape);
      if (!tensor)
        return tensor.status();
      uint8_t *target = model.state(index);
      if (segment.kind == SegmentKind::Input) {
        buffers[index].resize(segment.bytes);
        target = buffers[index].data();
      } else if (!target) {
        return {ErrorCode::ResourceLimit, "state '" + segment.name + "': no memory"};
      }
      NEURON_TRY(rt::toMachine(segment, tensor->bytes.data(), target, tensor->elements()));
    }
    return Status::success();
  }

  sim::Bindings bind() {
    sim::Bindings bindings;
    for (uint32_t i = 0; i < buffers.size(); ++i) {
      const Segment &segment = program().segments[i];
      if (segment.kind != SegmentKind::Input && segment.kind != SegmentKind::Output)
        continue;
      buffers[i].resize(segment.bytes);
      bindings.push_back({i, buffers[i].data(), segment.bytes});
    }
    return bindings;
  }

  std::vector<std::vector<uint8_t>> copyStates() {
    std::vector<std::vector<uint8_t>> copies(buffers.size());
    for (uint32_t i = 0; i < copies.size(); ++i)
      if (const uint8_t *bytes = model.state(i))
        copies[i].assign(bytes, bytes + program().segments[i].bytes);
    return copies;
  }

  void restoreStates(const std::vector<std::vector<uint8_t>> &copies) {
    for (uint32_t i = 0; i < copies.size(); ++i)
      if (!copies[i].empty())
        std::memcpy(model.state(i), copies[i].data(), copies[i].size());
  }

  Status runValues(uint32_t run, sim::Report *report) {
    NEURON_TRY(fill(run));
    sim::Bindings bindings = bind();
    auto before = options.dma.size() > 1 ? copyStates() : std::vector<std::vector<uint8_t>>();
    std::vector<std::vector<uint8_t>> first, firstStates;
    for (size_t m = 0; m < options.dma.size(); ++m) {
      restoreStates(before);
      sim::RunOptions how;
      how.mode = m == 0 && report ? options.mode : sim::Mode::Values;
      how.dma = options.dma[m];
      how.sequential = options.sequential;
      how.maxCycles = options.maxCycles;
      how.observer = m == 0 && report ? watch : nullptr;
      how.threads = options.threads ? options.threads : std::thread::hardware_concurrency();
      NEURON_TRY(model.execute(how, bindings, m == 0 ? report : nullptr));
      if (options.dma.size() == 1)
        break;
      if (m == 0) {
        first = buffers;
        firstStates = copyStates();
      } else {
        NEURON_TRY(requireEqual(first, firstStates));
      }
    }
    return takeOutputs(run);
  }

  Status requireEqual(const std::vector<std::vector<uint8_t>> &first,
                      const std::vector<std::vector<uint8_t>> &firstStates) {
    std::vector<std::vector<uint8_t>> states = copyStates();
    for (uint32_t i = 0; i < buffers.size(); ++i)
      if (buffers[i] != first[i] || states[i] != firstStates[i])
        return {ErrorCode::Mismatch,
                "'" + program().segments[i].name + "' depends on when transfers happen"};
    return Status::success();
  }

  Status takeOutputs(uint32_t run) {
    for (uint32_t i = 0; i < buffers.size(); ++i) {
      const Segment &segment = program().segments[i];
      if (segment.kind != SegmentKind::Output)
        continue;
      HostTensor output{rt::hostType(segment), segment.shape, {}};
      output.bytes.resize(rt::hostBytes(segment));
      rt::toHost(segment, buffers[i].data(), output.bytes.data(), output.elements());
      NEURON_TRY(results.take(run, i, std::move(output)));
    }
    return Status::success();
  }

  const Options &options;
  rt::Model &model;
  Results &results;
  sim::TimeObserver *watch;
  std::map<uint32_t, TensorSource> sources;  ///< by segment
  std::vector<std::vector<uint8_t>> buffers; ///< by segment: inputs and outputs
};

/// What a run with values holds beside the program file: of a tensor the machine's bytes, the
/// caller's, and those that are compared or written. At most 2^16 segments of 3 x 2^40 bytes.
uint64_t heldBytes(const rt::Program &program) {
  uint64_t total = 0;
  for (const Segment &segment : program.segments)
    total += segment.hasContent() ? 0 : (segment.isInterface() ? 3 : 1) * segment.bytes;
  return total;
}

Status writeTrace(const Options &options, const sim::Insight &insight) {
  const sim::Trace *trace = insight.finishedTrace();
  if (!trace)
    return Status::success();
  if (trace->isTruncated())
    std::fprintf(stderr,
                 "neuron-run: the trace is cut at %llu MiB; --trace-window chooses a part\n",
                 static_cast<unsigned long long>(options.insight.traceOptions.maxBytes >> 20));
  const std::string &bytes = trace->bytes();
  return writeFile(options.traceFile,
                   {reinterpret_cast<const uint8_t *>(bytes.data()), bytes.size()});
}

Status writePlot(const Options &options, const sim::Report &report) {
  if (options.plotFile.empty())
    return Status::success();
  std::string picture = sim::toSvg(report.memory, options.program + " on " + report.target);
  return writeFile(options.plotFile,
                   {reinterpret_cast<const uint8_t *>(picture.data()), picture.size()});
}

Status print(const Options &options, const sim::Report &report) {
  if (options.report == ReportForm::None || options.mode == sim::Mode::Values)
    return Status::success();
  std::string text = options.report == ReportForm::Json ? sim::toJson(report) : sim::toText(report);
  if (!options.reportFile.empty())
    return writeFile(options.reportFile,
                     {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
  std::fputs(text.c_str(), stdout);
  return Status::success();
}

} // namespace

Status runProgram(const Options &options) {
  rt::LoadOptions load;
  load.verifyContents = options.mode != sim::Mode::Time;
  Result<rt::Program> program = rt::load(options.program, load);
  if (!program)
    return program.status();
  if (options.mode != sim::Mode::Time)
    NEURON_TRY(fitsHost(heldBytes(*program)).within(options.program));
  Result<std::unique_ptr<rt::Model>> model = rt::Model::create(*std::move(program));
  if (!model)
    return model.status().within(options.program);
  Result<Results> results = Results::create((*model)->program(), options);
  if (!results)
    return results.status();
  sim::Insight insight((*model)->simulated(), options.insight);
  Session session(options, **model, *results, insight.observer());
  NEURON_TRY(session.prepare());

  sim::Report report;
  auto begin = std::chrono::steady_clock::now();
  NEURON_TRY(session.run(report));
  std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  report.hostSeconds = taken.count() / options.runs;
  if (options.mode != sim::Mode::Values)
    NEURON_TRY(insight.finish(report));
  NEURON_TRY(writeTrace(options, insight));
  NEURON_TRY(writePlot(options, report));
  NEURON_TRY(print(options, report));
  // What a program reads stays apart from what people read.
  bool isShared = options.report == ReportForm::Json && options.reportFile.empty();
  return results->finish(session.inputsAreSplit(), isShared ? stderr : stdout);
}

} // namespace neuron::run
