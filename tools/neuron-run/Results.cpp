// Comparison, accuracy and files of outputs.
#include "tools/neuron-run/Results.h"

#include "runtime/base/Npy.h"

#include <filesystem>

namespace neuron::run {
namespace {

constexpr char kRunMark[] = "{run}";

using Number = unsigned long long;

std::string withRun(std::string text, uint32_t run) {
  for (size_t at; (at = text.find(kRunMark)) != std::string::npos;)
    text.replace(at, sizeof(kRunMark) - 1, std::to_string(run));
  return text;
}

Result<uint32_t> findOutput(const rt::Program &program, const std::string &name) {
  std::string known;
  for (uint32_t i = 0; i < program.segments.size(); ++i) {
    const rt::Segment &segment = program.segments[i];
    if (segment.kind != rt::SegmentKind::Output)
      continue;
    if (segment.name == name)
      return i;
    known += (known.empty() ? "" : ", ") + segment.name;
  }
  return Status(ErrorCode::InvalidArgument,
                "the program has no output '" + name + "'; it has " + known);
}

Status writeOutput(const std::string &folder, const std::string &name, const HostTensor &tensor) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    return {ErrorCode::Io, folder + ": cannot make the folder: " + error.message()};
  return writeNpy(folder + "/" + fileNameOf(name) + ".npy", tensor);
}

std::string percent(const Score &score) {
  return formatText("%.1f %% (%llu of %llu)",
                    100.0 * static_cast<double>(score.right) / static_cast<double>(score.all),
                    Number(score.right), Number(score.all));
}

} // namespace

std::string fileNameOf(const std::string &output) {
  std::string name;
  for (char c : output) {
    bool isPlain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                   c == '-' || c == '_' || (c == '.' && !name.empty());
    name += isPlain ? c : '_';
  }
  return name.empty() ? "_" : name;
}

Result<Results> Results::create(const rt::Program &program, const Options &options) {
  Results results(program, options);
  for (const NamedValue &one : options.expected) {
    Result<uint32_t> segment = findOutput(program, one.name);
    if (!segment)
      return segment.status();
    Result<TensorSource> source = TensorSource::parse(one.name, one.value);
    if (!source)
      return source.status();
    if (!results.expectations.emplace(*segment, Expectation{*source, 0, 0, {}}).second)
      return Status(ErrorCode::InvalidArgument, "output '" + one.name + "' is expected twice");
  }
  for (const NamedValue &one : options.labels) {
    Result<uint32_t> segment = findOutput(program, one.name);
    if (!segment)
      return segment.status();
    Result<TensorSource> source = TensorSource::parse(one.name, one.value);
    if (!source)
      return source.status();
    if (!results.labellings.emplace(*segment, Labelling{*source, {}, {}, false}).second)
      return Status(ErrorCode::InvalidArgument, "output '" + one.name + "' has labels twice");
  }
  return results;
}

Status Results::compareOne(uint32_t run, uint32_t segment, const HostTensor &output,
                           std::optional<HostTensor> &expected) {
  auto entry = expectations.find(segment);
  if (entry == expectations.end())
    return Status::success();
  Expectation &expectation = entry->second;
  Result<HostTensor> tensor = expectation.source.get(run, options.runs, output.dtype, output.shape);
  if (!tensor)
    return tensor.status();
  expected = *std::move(tensor);
  Result<Difference> difference = compare(output, *expected, options.tolerance);
  if (!difference)
    return difference.status();
  expectation.runsOutside += !difference->matches();
  bool isWorse = difference->matches() == expectation.worst.matches()
                     ? difference->worst > expectation.worst.worst
                     : !difference->matches();
  if (run == 0 || isWorse) {
    expectation.worst = *difference;
    expectation.worstRun = run;
  }
  return Status::success();
}

Status Results::scoreOne(uint32_t run, uint32_t segment, const HostTensor &output,
                         const std::optional<HostTensor> &expected) {
  auto entry = labellings.find(segment);
  if (entry == labellings.end())
    return Status::success();
  Labelling &labelling = entry->second;
  Result<HostTensor> labels =
      labelling.source.get(run, options.runs, DType::I64, labelShape(output.shape));
  if (!labels)
    return labels.status();
  NEURON_TRY(countRight(output, *labels, labelling.score));
  if (!expected)
    return Status::success();
  labelling.hasExpected = true;
  return countRight(*expected, *labels, labelling.expectedScore);
}

Status Results::take(uint32_t run, uint32_t segment, HostTensor output) {
  std::optional<HostTensor> expected;
  NEURON_TRY(compareOne(run, segment, output, expected));
  NEURON_TRY(scoreOne(run, segment, output, expected));
  if (options.outputFolder.empty())
    return Status::success();
  if (options.outputFolder.find(kRunMark) != std::string::npos)
    return writeOutput(withRun(options.outputFolder, run), program.segments[segment].name, output);
  HostTensor &all = kept[segment];
  if (all.bytes.empty() || output.shape.empty()) {
    all = std::move(output);
    return Status::success();
  }
  all.bytes.insert(all.bytes.end(), output.bytes.begin(), output.bytes.end());
  return Status::success();
}

Status Results::writeOutputs(bool inputsAreSplit) {
  for (auto &[segment, tensor] : kept) {
    const rt::Segment &row = program.segments[segment];
    uint64_t size = 0;
    // Without split inputs only the last run is of interest.
    if (Result<uint64_t> bytes = bytesOf(tensor.dtype, row.shape))
      size = *bytes;
    std::optional<std::vector<uint64_t>> stacked = stackedShape(row.shape, options.runs);
    if (inputsAreSplit && stacked)
      tensor.shape = *stacked;
    else
      tensor.bytes.erase(tensor.bytes.begin(), tensor.bytes.end() - static_cast<int64_t>(size));
    NEURON_TRY(writeOutput(options.outputFolder, row.name, tensor));
  }
  return Status::success();
}

Status Results::finish(bool inputsAreSplit, std::FILE *messages) {
  NEURON_TRY(writeOutputs(inputsAreSplit));
  std::string failures;
  for (const auto &[segment, one] : expectations) {
    const rt::Segment &row = program.segments[segment];
    std::string run = options.runs > 1 ? formatText("run %u: ", one.worstRun) : "";
    std::fprintf(messages, "output '%s': %s; %s%s\n", row.name.c_str(),
                 one.runsOutside ? "differs" : "as expected", run.c_str(),
                 toText(one.worst, row.shape).c_str());
    if (one.runsOutside)
      failures += (failures.empty() ? "" : ", ") + ("'" + row.name + "'") +
                  formatText(" (%llu of %llu elements, %llu of %u runs)", Number(one.worst.outside),
                             Number(one.worst.elements), Number(one.runsOutside), options.runs);
  }
  for (const auto &[segment, one] : labellings) {
    std::fprintf(messages, "accuracy of '%s': %s", program.segments[segment].name.c_str(),
                 percent(one.score).c_str());
    if (one.hasExpected)
      std::fprintf(messages, "; of the expected values: %s", percent(one.expectedScore).c_str());
    std::fputc('\n', messages);
  }
  if (!failures.empty())
    return {ErrorCode::Mismatch, "outputs beyond the tolerance: " + failures};
  return Status::success();
}

} // namespace neuron::run
