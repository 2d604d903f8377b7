// A file into a program; nothing in the file is believed.
//
// Order: header, digest of the metadata, the FlatBuffers verifier, the tables row by row,
// overlap and digests of all sections, the code, external contents. `check` has the last word.
// Tables in FlatBuffers may share rows and texts, so a small file can describe a large one:
// counts have limits and all texts together a budget.
#include "runtime/isa/Encode.h"
#include "runtime/program/Digest.h"
#include "runtime/program/Externals.h"
#include "runtime/program/Layout.h"
#include "runtime/program/Program.h"
#include "runtime/program/Sections.h"
#include "runtime/program/program_generated.h"

#include <algorithm>

namespace neuron::rt {
namespace {

constexpr uint32_t kVerifierDepth = 16;
constexpr uint64_t kTextBudget = uint64_t(64) << 20;

using Number = unsigned long long;

template <typename Vector> uint32_t sizeOf(const Vector *vector) {
  return vector ? vector->size() : 0;
}

/// Element i of a vector of numbers or structs, copied: the verifier does not see to it that
/// eight-byte elements are aligned.
template <typename T> T copyOf(const flatbuffers::Vector<const T *> *vector, uint32_t i) {
  return readUnaligned<T>(vector->Data() + i * sizeof(T));
}
template <typename T> T copyOf(const flatbuffers::Vector<T> *vector, uint32_t i) {
  return readUnaligned<T>(vector->Data() + i * sizeof(T));
}

class Loader {
public:
  Loader(ByteSpan bytes, const LoadOptions &options, Program &into)
      : bytes(bytes), options(options), into(into), sections(bytes) {}

  Status run() {
    NEURON_TRY(readHeader(bytes, header));
    NEURON_TRY(openMetadata());
    into.machine = text(metadata->machine());
    into.machineDigest = header.machineDigest;
    into.machineText = text(metadata->machine_text());
    into.mainFunction = metadata->main_function();
    into.maxCycles = metadata->max_cycles();
    readOrigin();
    NEURON_TRY(findStreams());
    NEURON_TRY(readFunctions());
    NEURON_TRY(readSynchronisation());
    NEURON_TRY(readSegments());
    NEURON_TRY(readOps());
    NEURON_TRY(readBoundsAndBuffers());
    if (textUsed > kTextBudget)
      return Status::error(ErrorCode::Malformed, "metadata: texts of more than %llu bytes",
                           Number(kTextBudget));
    NEURON_TRY(sections.verify());
    for (unsigned s = 0; s < kNumStreams; ++s)
      NEURON_TRY(decodeStream(s));
    return check(into);
  }

private:
  /// A copy of a text, "" once the budget is used up.
  std::string text(const flatbuffers::String *source) {
    if (!source || textUsed > kTextBudget)
      return {};
    textUsed += source->size();
    return textUsed > kTextBudget ? std::string() : source->str();
  }

  Status openMetadata() {
    ByteSpan span;
    NEURON_TRY(sections.add("metadata", header.metadataOffset, header.metadataBytes, span));
    if (span.size >= FLATBUFFERS_MAX_BUFFER_SIZE)
      return Status::error(ErrorCode::Malformed, "metadata: %llu bytes, too many",
                           Number(span.size));
    if (digestOf(span) != header.metadataDigest)
      return Status::error(ErrorCode::Malformed,
                           "metadata at offset %llu: digest differs, the file is damaged",
                           Number(header.metadataOffset));
    // An honest table takes at least four bytes, so this bounds the work by the size.
    flatbuffers::Verifier verifier(span.data, span.size, kVerifierDepth,
                                   static_cast<flatbuffers::uoffset_t>(span.size / 4 + 1));
    if (!file::VerifyProgramBuffer(verifier))
      return Status::error(ErrorCode::Malformed, "metadata at offset %llu: not a valid table",
                           Number(header.metadataOffset));
    metadata = file::GetProgram(span.data);
    return Status::success();
  }

  void readOrigin() {
    if (const file::Origin *origin = metadata->origin()) {
      into.origin.compilerVersion = text(origin->compiler_version());
      into.origin.commandLine = text(origin->command_line());
      into.origin.model = text(origin->model());
      into.origin.modelDigest = origin->model_digest();
    }
    if (const file::Summary *summary = metadata->summary())
      into.summary = {summary->model_flops(),     summary->spill_bytes(),
                      summary->sbuf_peak_bytes(), summary->psum_peak_banks(),
                      summary->least_hbm_bytes(), summary->least_tensor_cycles()};
  }

  Status findStreams() {
    if (metadata->streams()->size() != kNumStreams)
      return Status::error(ErrorCode::Malformed, "%u streams, expected %u",
                           metadata->streams()->size(), kNumStreams);
    for (unsigned s = 0; s < kNumStreams; ++s) {
      const file::Stream *row = metadata->streams()->Get(s);
      const file::Section *section = row->code();
      instructions[s] = row->instructions();
      if (section && section->bytes())
        NEURON_TRY(sections.addDigested(formatText("stream %u", s), section->offset(),
                                        section->bytes(), section->digest(), code[s]));
      if (instructions[s] > kMaxInstructions || instructions[s] > code[s].size / 32)
        return Status::error(ErrorCode::Malformed, "stream %u: %u instructions in %llu bytes", s,
                             instructions[s], Number(code[s].size));
    }
    return Status::success();
  }

  Status decodeStream(unsigned s) {
    std::vector<isa::Inst> &list = into.stream[s];
    list.reserve(instructions[s]);
    uint64_t offset = 0;
    while (offset < code[s].size && list.size() < instructions[s]) {
      uint64_t begin = offset;
      isa::Inst inst;
      if (Status status = isa::decode(code[s], offset, inst); !status.ok())
        return status.within(formatText("stream %u, instruction %zu, offset %llu of the section", s,
                                        list.size(), Number(begin)));
      list.push_back(inst);
    }
    if (offset != code[s].size || list.size() != instructions[s])
      return Status::error(ErrorCode::Malformed, "stream %u: %llu bytes are not %u instructions", s,
                           Number(code[s].size), instructions[s]);
    return Status::success();
  }

  Status readFunctions() {
    uint32_t count = metadata->functions()->size();
    if (count > kMaxFunctions)
      return Status::error(ErrorCode::Malformed, "%u functions, at most %u", count, kMaxFunctions);
    for (uint32_t f = 0; f < count; ++f) {
      const file::Function *row = metadata->functions()->Get(f);
      if (row->entry()->size() != kNumStreams)
        return Status::error(ErrorCode::Malformed, "function %u: %u entries, expected %u", f,
                             row->entry()->size(), kNumStreams);
      Function function;
      function.name = text(row->name());
      for (unsigned s = 0; s < kNumStreams; ++s)
        function.entry[s] = row->entry()->Get(s);
      into.functions.push_back(std::move(function));
    }
    return Status::success();
  }

  Status readSynchronisation() {
    for (uint32_t i = 0; i < sizeOf(metadata->semaphores()); ++i) {
      const file::Semaphore row = copyOf(metadata->semaphores(), i);
      Semaphore &semaphore = into.semaphores[row.id()];
      if (semaphore.used())
        return Status::error(ErrorCode::Malformed, "semaphore %u is declared twice",
                             unsigned(row.id()));
      semaphore = {row.initial(), static_cast<Producer>(row.producer()), row.source(),
                   row.consumers()};
    }
    uint32_t queues = sizeOf(metadata->queue_depth());
    if (queues > isa::kNumQueues)
      return Status::error(ErrorCode::Malformed, "%u queue depths, at most %u", queues,
                           isa::kNumQueues);
    for (uint32_t q = 0; q < queues; ++q)
      into.queueDepth[q] = metadata->queue_depth()->Get(q);
    return Status::success();
  }

  Status readSegments() {
    uint32_t count = sizeOf(metadata->segments());
    if (count > kMaxSegments)
      return Status::error(ErrorCode::Malformed, "%u segments, at most %u", count, kMaxSegments);
    into.segments.reserve(count);
    for (uint32_t i = 0; i < count; ++i) {
      const file::Segment *row = metadata->segments()->Get(i);
      Segment segment;
      segment.name = text(row->name());
      segment.kind = static_cast<SegmentKind>(row->kind());
      segment.dtype = static_cast<DType>(row->dtype());
      if (row->model_dtype() != kNoModelType)
        segment.modelType = static_cast<DType>(row->model_dtype());
      if (sizeOf(row->shape()) > kMaxRank)
        return Status::error(ErrorCode::Malformed, "segment %u: rank %u, at most %u", i,
                             sizeOf(row->shape()), kMaxRank);
      for (uint32_t d = 0; d < sizeOf(row->shape()); ++d)
        segment.shape.push_back(copyOf(row->shape(), d));
      segment.bytes = row->bytes();
      segment.alias = row->alias();
      segment.external.path = text(row->external_path());
      NEURON_TRY(findContent(row->content(), i, segment));
      into.segments.push_back(std::move(segment));
    }
    return Status::success();
  }

  Status findContent(const file::Section *row, uint32_t index, Segment &segment) {
    bool isGiven = row && row->bytes() != 0;
    if (segment.hasContent() && !isGiven)
      return Status::error(ErrorCode::Malformed, "segment %u: no content", index);
    if (!isGiven)
      return Status::success();
    segment.contentDigest = row->digest();
    if (!segment.external.path.empty()) {
      segment.external.offset = row->offset();
      return Status::success();
    }
    std::string name = formatText("segment %u", index);
    return options.verifyContents
               ? sections.addDigested(name, row->offset(), row->bytes(), row->digest(),
                                      segment.content)
               : sections.add(name, row->offset(), row->bytes(), segment.content);
  }

  Status readOps() {
    std::vector<std::string> texts;
    for (uint32_t i = 0; i < sizeOf(metadata->strings()) && textUsed <= kTextBudget; ++i)
      texts.push_back(text(metadata->strings()->Get(i)));
    std::vector<OpTable::Row> rows;
    for (uint32_t i = 0; i < sizeOf(metadata->ops()); ++i) {
      const file::Op row = copyOf(metadata->ops(), i);
      rows.push_back({row.layer(), row.source(), row.node()});
    }
    std::vector<RepeatedOp> repeated;
    for (uint32_t i = 0; i < sizeOf(metadata->repeated_ops()); ++i) {
      const file::RepeatedOp row = copyOf(metadata->repeated_ops(), i);
      repeated.push_back({row.op(), row.iterations(), row.first(), row.last()});
    }
    std::vector<OpFlops> work;
    for (uint32_t i = 0; i < sizeOf(metadata->op_flops()); ++i) {
      const file::OpFlops row = copyOf(metadata->op_flops(), i);
      work.push_back({row.op(), row.flops()});
    }
    if (!into.ops.assign(std::move(texts), std::move(rows), std::move(repeated), std::move(work)))
      return Status::error(ErrorCode::Malformed, "ops: a row names a text or an op that is not "
                                                 "there, or is out of order");
    return Status::success();
  }

  Status readBoundsAndBuffers() {
    for (uint32_t i = 0; i < sizeOf(metadata->bounds()); ++i) {
      const file::Bound row = copyOf(metadata->bounds(), i);
      into.bounds.push_back(
          {static_cast<Bound::Kind>(row.kind()), row.stream(), row.instruction(), row.limit()});
    }
    uint32_t buffers = sizeOf(metadata->buffers());
    if (buffers > kMaxBuffers)
      return Status::error(ErrorCode::Malformed, "%u buffers, at most %u", buffers, kMaxBuffers);
    for (uint32_t i = 0; i < buffers; ++i) {
      const file::PlannedBuffer *row = metadata->buffers()->Get(i);
      into.buffers.push_back({text(row->name()), static_cast<isa::Space>(row->space()),
                              row->start_partition(), row->partitions(), row->offset(),
                              row->bytes(), row->slots()});
    }
    return Status::success();
  }

  ByteSpan bytes;
  const LoadOptions &options;
  Program &into;
  Sections sections;
  FileHeader header{};
  const file::Program *metadata = nullptr;
  std::array<ByteSpan, kNumStreams> code;
  std::array<uint32_t, kNumStreams> instructions{};
  uint64_t textUsed = 0;
};

} // namespace

Result<Program> parse(ByteSpan file, const std::string &name, const LoadOptions &options) {
  if (reinterpret_cast<uintptr_t>(file.data) % kSectionAlignment != 0)
    return Status::error(ErrorCode::InvalidArgument, "%s: bytes are not aligned to %llu",
                         name.c_str(), Number(kSectionAlignment));
  Program program;
  Status status = Loader(file, options, program).run();
  if (status.ok()) {
    size_t slash = name.rfind('/');
    std::string folder = slash == std::string::npos ? std::string(".") : name.substr(0, slash);
    status = mapExternals(program, options,
                          options.contentFolder.empty() ? folder : options.contentFolder);
  }
  if (!status.ok())
    return status.within(name);
  return program;
}

Result<Program> load(const std::string &path, const LoadOptions &options) {
  Result<MappedFile> file = MappedFile::open(path);
  if (!file)
    return file.status();
  Result<Program> program = parse(file->bytes(), path, options);
  if (program)
    program->files.push_back(*std::move(file));
  return program;
}

} // namespace neuron::rt
