// A compiled program: what the compiler emits, what the file holds, what the simulator runs.
//
// A file is a header, sections aligned to 64 bytes (the code of every stream, the contents of
// weights) and FlatBuffers metadata (program.fbs, the documentation of the format) at the end.
// It is mapped, not read: weights are used where they lie. Header, metadata, code and contents
// carry XXH3 digests; format version, ISA digest and machine digest are checked before anything
// else, so that an old file says what it needs.
//
// HBM is a list of segments. Segment i has the device addresses from i << kSegmentShift on, so
// that an access that leaves its tensor never lands in another one.
//
// Code is kept decoded. Beside the streams of the five engines there may be the sequential
// form, the same program before it was split, for `neuron-sim --sequential`.
#pragma once

#include "runtime/base/Bytes.h"
#include "runtime/base/File.h"
#include "runtime/base/Status.h"
#include "runtime/isa/Isa.h"
#include "runtime/program/OpTable.h"

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace neuron::rt {

inline constexpr uint32_t kFormatVersion = 1;

/// Streams 0 .. kNumEngines - 1 are the engines', the last one is the sequential form.
inline constexpr unsigned kSequentialStream = isa::kNumEngines;
inline constexpr unsigned kNumStreams = isa::kNumEngines + 1;

inline constexpr uint32_t kNoEntry = 0xffffffff;
inline constexpr uint32_t kNoSegment = 0xffffffff;

// Limits that every program keeps and every file is held to.
inline constexpr uint32_t kMaxSegments = 1u << 16;
inline constexpr uint32_t kMaxFunctions = 1u << 16;
inline constexpr uint32_t kMaxInstructions = 1u << 24; ///< per stream
inline constexpr uint32_t kMaxOps = 1u << 24;
inline constexpr uint32_t kMaxBuffers = 1u << 18;
inline constexpr unsigned kMaxRank = 16;
inline constexpr uint64_t kMaxSegmentBytes = uint64_t(1) << isa::kSegmentShift;

/// A piece of code that is called, or where the program begins.
struct Function {
  std::string name;
  /// Index of the first instruction in each stream; kNoEntry where the stream has no part in it.
  std::array<uint32_t, kNumStreams> entry = {kNoEntry, kNoEntry, kNoEntry,
                                             kNoEntry, kNoEntry, kNoEntry};
};

enum class Producer : uint8_t {
  None,     ///< never incremented: only its initial value counts
  Read,     ///< `source` is an engine; instructions signal when their inputs have been read
  Complete, ///< `source` is an engine; instructions signal when their results are written
  Queue,    ///< `source` is a DMA queue
};

struct Semaphore {
  uint32_t initial = 0;
  Producer producer = Producer::None;
  uint8_t source = 0;
  uint8_t consumers = 0; ///< bit 1 << Engine for every stream that takes it

  bool used() const { return initial || producer != Producer::None || consumers; }
};

enum class SegmentKind : uint8_t {
  Input,    ///< given by the caller of every execute
  Output,   ///< given to the caller by every execute
  State,    ///< read and written in place; keeps its value between executes
  Weight,   ///< read only, content in the file
  Constant, ///< read only, content in the file, made by the compiler
  Scratch,  ///< the program's own; undefined when an execute begins
};

/// Where a content lies when it is not in the program file.
struct ExternalContent {
  std::string path; ///< relative to the folder of the program file, never leaving it; "" if none
  uint64_t offset = 0;
};

struct Segment {
  std::string name; ///< of inputs, outputs and states: unique among them
  SegmentKind kind = SegmentKind::Scratch;
  DType dtype = DType::F32;
  /// Inputs, outputs and states: the element type of the model's own tensor where the machine
  /// holds it as another `dtype` (i64 as i32, f64 as f32); whoever fills or reads the segment
  /// converts.
  std::optional<DType> modelType;
  std::vector<uint64_t> shape;
  /// Inputs, outputs and states: exactly the elements of `shape`. Others: at least one byte, in
  /// any layout.
  uint64_t bytes = 0;
  /// Outputs only: the state segment whose memory this is (an updated cache that the model
  /// names), or kNoSegment. Same bytes and dtype; the program uses the state's addresses.
  uint32_t alias = kNoSegment;
  /// Weight, Constant: `bytes` bytes. State: the initial value, or empty for zeros. Belongs to
  /// the mapped file or to whoever made the program.
  ByteSpan content;
  ExternalContent external;
  /// XXH3-64 of the content; set by `load`. Of an external content whoever makes the program sets
  /// it; 0: not verified.
  uint64_t contentDigest = 0;

  bool isInterface() const { return kind <= SegmentKind::State; }
  bool hasContent() const { return kind == SegmentKind::Weight || kind == SegmentKind::Constant; }
};

/// An upper bound on what only the values know.
struct Bound {
  enum Kind : uint8_t {
    Trips, ///< iterations of a loop whose count comes from a register
    Rows,  ///< rows that one indirect transfer moves
    Value, ///< the integer that a register load brings
  } kind = Trips;
  uint8_t stream = 0;
  uint32_t instruction = 0;
  uint64_t limit = 0;
};

/// One row of the compiler's memory plan, for people: it has no effect on the run.
struct PlannedBuffer {
  std::string name;
  isa::Space space = isa::Space::Sbuf;
  uint8_t startPartition = 0;
  uint8_t partitions = 0;
  uint32_t offset = 0; ///< bytes in the partition
  uint32_t bytes = 0;  ///< per partition, all slots
  uint32_t slots = 1;
};

/// What the compiler knows and reports print.
struct Summary {
  uint64_t modelFlops = 0; ///< of the graph as imported, 2 per multiply-add
  uint64_t spillBytes = 0;
  uint64_t sbufPeakBytes = 0; ///< per partition
  uint32_t psumPeakBanks = 0;
  /// What any program of the model has to do: bytes across HBM and cycles of the full TensorE
  /// array; see docs/simulator.md, "The floor". 0: unknown.
  uint64_t leastHbmBytes = 0, leastTensorCycles = 0;
};

/// Who made the file, from what.
struct Origin {
  std::string compilerVersion;
  std::string commandLine; ///< without what cannot change the result (-j, --verbose)
  std::string model;
  uint64_t modelDigest = 0;
};

struct Program {
  std::string machine;        ///< name of the machine row: "trn1"
  uint64_t machineDigest = 0; ///< of the machine table that costs and capacities came from
  std::string machineText;    ///< the file of a user's own machine, "" for a built-in row
  Origin origin;
  Summary summary;

  std::array<std::vector<isa::Inst>, kNumStreams> stream;
  std::vector<Function> functions;
  uint32_t mainFunction = 0;

  std::array<Semaphore, isa::kNumSemaphores> semaphores{};
  /// Transfers in flight per DMA queue; 0: what the machine has.
  std::array<uint8_t, isa::kNumQueues> queueDepth{};
  std::vector<Segment> segments;
  OpTable ops;
  std::vector<Bound> bounds;
  std::vector<PlannedBuffer> buffers;
  /// The run is stopped with a fault beyond this; 0: no bound.
  uint64_t maxCycles = 0;

  /// What `segments[i].content` points into when the program came from files.
  std::vector<MappedFile> files;

  bool hasSequential() const { return !stream[kSequentialStream].empty(); }
  /// Bytes of weights and constants.
  uint64_t contentBytes() const;
};

constexpr uint64_t segmentAddress(uint32_t index) { return uint64_t(index) << isa::kSegmentShift; }

const char *toText(SegmentKind kind);
const char *toText(Producer producer);

/// The bytes of an interface segment: elements of the shape times element size. False on
/// overflow or above kMaxSegmentBytes.
bool shapeBytes(DType dtype, const std::vector<uint64_t> &shape, uint64_t &bytes);

/// Checks everything that a program must keep apart from the instructions' meaning: counts,
/// names, sizes, aliases, entries, bounds, declared producers. `load` and `save` call it.
/// Errors: Malformed, naming the section and the row.
Status check(const Program &program);

struct LoadOptions {
  /// Contents are digested only when asked for: a time-only run never touches them.
  bool verifyContents = true;
  /// Where external contents are looked for; "" : the folder of the file.
  std::string contentFolder;
};

/// Maps and checks a program file. Errors: MissingInput, Io; Malformed with section and offset;
/// VersionMismatch with both versions.
Result<Program> load(const std::string &path, const LoadOptions &options = {});

/// As `load`, from bytes that outlive the program and are aligned to 64.
Result<Program> parse(ByteSpan file, const std::string &name, const LoadOptions &options = {});

/// Takes the content of one segment piece by piece.
class ContentSink {
public:
  virtual ~ContentSink() = default;
  virtual Status append(const void *bytes, uint64_t size) = 0;
};

/// Delivers segments[index].bytes bytes into the sink, in order. Used for segments that have
/// content but an empty `content` span and no external reference.
using ContentSource = std::function<Status(uint32_t index, ContentSink &sink)>;

/// Writes a program file under a temporary name and renames it. The bytes depend on nothing but
/// the program. Errors: Malformed from `check`; Io; whatever the source returns.
Status save(const Program &program, const std::string &path, const ContentSource &source = {});

} // namespace neuron::rt
