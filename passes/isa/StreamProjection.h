// What one stream needs of one function.
#pragma once

#include "passes/isa/Sequence.h"

#include <array>
#include <string>
#include <vector>

namespace neuron::isa {

/// What a stream has of a function; callers need it.
struct StreamPart {
  bool content = false; ///< there is anything for the stream in the function
  uint64_t liveIn = 0;  ///< registers that it reads before it writes them
  uint64_t writes = 0;  ///< registers that the function writes, in any stream
};

/// By function and engine.
using StreamParts = std::vector<std::array<StreamPart, kNumEngines>>;

/// Why a function cannot be projected, and where.
struct ProjectionProblem {
  std::string what;
  uint32_t region = 0, child = 0;
};

class StreamProjection {
public:
  /// `parts` of the callees are known.
  StreamProjection(const Sequence &sequence, Engine stream, const StreamParts &parts);

  /// Finds what the stream keeps. False with a problem.
  bool select(ProjectionProblem &problem);
  StreamPart part() const { return {own[0], liveIn, writes[0]}; }
  /// Appends the stream's instructions of the function, with `return`.
  void emit(std::vector<Inst> &code) const;

private:
  bool isOwn(const Inst &inst) const;
  void summarise(uint32_t region);
  uint64_t usesInside(uint32_t region, uint64_t live) const;
  uint64_t selectRegion(uint32_t region, uint64_t live);
  uint64_t selectInst(uint32_t region, uint32_t child, uint64_t live);
  uint64_t selectCall(uint32_t region, uint32_t child, uint64_t live);
  uint64_t selectLoop(uint32_t region, uint32_t child, uint64_t live);
  void emitRegion(uint32_t region, std::vector<Inst> &code) const;
  void refuse(uint32_t region, uint32_t child, std::string what);

  const Sequence &sequence;
  Engine stream;
  const StreamParts &parts;

  std::vector<bool> own;                         ///< by region: instructions of the stream inside
  std::vector<uint64_t> reads;                   ///< by region: registers that these read
  std::vector<uint64_t> writes;                  ///< by region: registers that it writes
  std::vector<uint64_t> effects;                 ///< by region: registers that it leaves changed
  std::vector<std::vector<uint32_t>> arithmetic; ///< by region: `reg` instructions inside
  std::vector<bool> keepInst;
  std::vector<bool> keepLoop;
  std::vector<std::vector<Update>> updates; ///< by region: those that are kept
  uint64_t liveIn = 0;
  bool failed = false;
  ProjectionProblem problem;
};

/// The loop instruction of a region with the given updates, at most four.
Inst loopInst(const RegionNode &region, Engine stream, const std::vector<Update> &updates);

} // namespace neuron::isa
