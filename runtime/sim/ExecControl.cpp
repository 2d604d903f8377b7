// Dispatch, and the control instructions, whose effect the sequencer has already had.
#include "runtime/sim/Exec.h"

namespace neuron::sim {

Status execute(Core &, const isa::Nop &) { return Status::success(); }
Status execute(Core &, const isa::Loop &) { return Status::success(); }
Status execute(Core &, const isa::EndLoop &) { return Status::success(); }
Status execute(Core &, const isa::Call &) { return Status::success(); }
Status execute(Core &, const isa::Return &) { return Status::success(); }
Status execute(Core &, const isa::Take &) { return Status::success(); }
Status execute(Core &, const isa::WaitGe &) { return Status::success(); }
Status execute(Core &, const isa::SignalEvent &) { return Status::success(); }
Status execute(Core &, const isa::RegisterAlu &) { return Status::success(); }
Status execute(Core &, const isa::Barrier &) { return Status::success(); }

Status executeInst(Core &core, const Issue &issue, const isa::Inst &resolved) {
  core.issue = &issue;
  TouchRecorder *recorder = core.memory.recorder;
  if (recorder)
    recorder->began(issue, resolved);
  Status status = isa::visit(resolved, [&](const auto &view) { return execute(core, view); });
  if (recorder)
    recorder->ended(status.ok());
  return status;
}

} // namespace neuron::sim
