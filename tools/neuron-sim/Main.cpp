// neuron-sim: runs assembly or a program on the simulated core.
#include "runtime/base/File.h"
#include "runtime/base/HostMemory.h"
#include "tools/neuron-sim/Check.h"

#include <cstdio>

using namespace neuron;
using namespace neuron::simtool;

namespace {

Status writeReport(const Options &options, const sim::Report &report) {
  if (options.report == ReportKind::Unset || options.report == ReportKind::None)
    return Status::success();
  std::string text = options.report == ReportKind::Json ? toJson(report) : toText(report);
  if (text.empty() || text.back() != '\n')
    text += '\n';
  if (!options.reportFile.empty())
    return writeFile(options.reportFile,
                     {reinterpret_cast<const uint8_t *>(text.data()), text.size()});
  std::fputs(text.c_str(), stdout);
  return Status::success();
}

Status simulate(const Options &options) {
  auto subject = Subject::open(options.path, options.seed);
  if (!subject)
    return subject.status();
  sim::Report report;
  if (const rt::Program *program = (*subject)->programFile())
    report.facts = rt::factsOf(*program);
  Status status =
      options.check ? checkAll(**subject, options, report) : runOnce(**subject, options, report);
  NEURON_TRY(status.within(options.path));
  bool timed = options.run.mode != sim::Mode::Values && !options.run.sequential;
  return timed ? writeReport(options, report) : Status::success();
}

} // namespace

int main(int argc, char **argv) {
  exitWhenOutOfMemory("neuron-sim");
  auto options = parseOptions(argc, argv);
  if (options && options->help) {
    std::fputs(usage, stdout);
    return 0;
  }
  Status status = options ? simulate(*options) : options.status();
  if (!status.ok())
    std::fprintf(stderr, "neuron-sim: %s\n", status.message().c_str());
  return exitCode(status.code());
}
