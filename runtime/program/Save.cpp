// A program into a file: sections first, then the metadata that describes them, the header last.
//
// Contents of weights are streamed: a span is written as it is, a source delivers pieces; the
// digest is computed on the way. Nothing is written that the program does not determine.
#include "runtime/isa/Encode.h"
#include "runtime/program/Digest.h"
#include "runtime/program/Layout.h"
#include "runtime/program/Program.h"
#include "runtime/program/program_generated.h"

#include <algorithm>

namespace neuron::rt {
namespace {

namespace fb = flatbuffers;

class SectionWriter : public ContentSink {
public:
  SectionWriter(FileWriter &file, uint64_t limit) : file(file), limit(limit) {}

  Status append(const void *bytes, uint64_t size) override {
    if (size > limit - written)
      return Status::error(ErrorCode::Internal, "content exceeds its %llu bytes",
                           static_cast<unsigned long long>(limit));
    written += size;
    digest.update(bytes, size);
    return file.write(bytes, size);
  }
  bool isComplete() const { return written == limit; }
  uint64_t value() const { return digest.value(); }

private:
  FileWriter &file;
  RunningDigest digest;
  uint64_t limit, written = 0;
};

class Saver {
public:
  Saver(const Program &program, FileWriter &file, const ContentSource &source)
      : program(program), file(file), source(source) {}

  Status run() {
    FileHeader header{};
    NEURON_TRY(file.write(&header, sizeof(header)));
    NEURON_TRY(writeStreams());
    NEURON_TRY(writeContents());
    return writeMetadata();
  }

private:
  Status writeSection(ByteSpan bytes, file::Section &section) {
    NEURON_TRY(file.align(kSectionAlignment));
    section = file::Section(bytes.size ? file.offset() : 0, bytes.size, digestOf(bytes));
    return file.write(bytes.data, bytes.size);
  }

  Status writeStreams() {
    for (unsigned s = 0; s < kNumStreams; ++s) {
      std::vector<uint8_t> code;
      for (size_t i = 0; i < program.stream[s].size(); ++i)
        if (Status status = isa::encode(program.stream[s][i], code); !status.ok())
          return status.within(formatText("stream %u, instruction %zu", s, i));
      NEURON_TRY(writeSection({code.data(), code.size()}, streams[s]));
    }
    return Status::success();
  }

  Status writeContents() {
    contents.assign(program.segments.size(), file::Section(0, 0, 0));
    for (uint32_t i = 0; i < program.segments.size(); ++i) {
      const Segment &segment = program.segments[i];
      if (!segment.external.path.empty())
        contents[i] = file::Section(segment.external.offset, segment.bytes, segment.contentDigest);
      else if (!segment.content.empty())
        NEURON_TRY(writeSection(segment.content, contents[i]));
      else if (segment.hasContent())
        NEURON_TRY(writeFromSource(i));
    }
    return Status::success();
  }

  Status writeFromSource(uint32_t index) {
    const Segment &segment = program.segments[index];
    if (!source)
      return Status::error(ErrorCode::Malformed, "segment %u: %s without a content", index,
                           toText(segment.kind));
    NEURON_TRY(file.align(kSectionAlignment));
    uint64_t offset = file.offset();
    SectionWriter section(file, segment.bytes);
    NEURON_TRY(source(index, section));
    if (!section.isComplete())
      return Status::error(ErrorCode::Internal, "segment %u: content ends early", index);
    contents[index] = file::Section(offset, segment.bytes, section.value());
    return Status::success();
  }

  fb::Offset<fb::Vector<fb::Offset<file::Stream>>> streamRows() {
    std::vector<fb::Offset<file::Stream>> rows;
    for (unsigned s = 0; s < kNumStreams; ++s)
      rows.push_back(file::CreateStream(builder, &streams[s],
                                        static_cast<uint32_t>(program.stream[s].size())));
    return builder.CreateVector(rows);
  }

  fb::Offset<fb::Vector<fb::Offset<file::Function>>> functionRows() {
    std::vector<fb::Offset<file::Function>> rows;
    for (const Function &function : program.functions) {
      auto name = builder.CreateString(function.name);
      auto entry = builder.CreateVector(function.entry.data(), function.entry.size());
      rows.push_back(file::CreateFunction(builder, name, entry));
    }
    return builder.CreateVector(rows);
  }

  std::vector<file::Semaphore> semaphoreRows() {
    std::vector<file::Semaphore> rows;
    for (unsigned id = 0; id < isa::kNumSemaphores; ++id) {
      const Semaphore &one = program.semaphores[id];
      if (one.used())
        rows.emplace_back(one.initial, static_cast<uint8_t>(id), static_cast<uint8_t>(one.producer),
                          one.source, one.consumers);
    }
    return rows;
  }

  fb::Offset<fb::Vector<fb::Offset<file::Segment>>> segmentRows() {
    std::vector<fb::Offset<file::Segment>> rows;
    for (size_t i = 0; i < program.segments.size(); ++i) {
      const Segment &one = program.segments[i];
      auto name = builder.CreateString(one.name);
      auto shape = builder.CreateVector(one.shape);
      fb::Offset<fb::String> path;
      if (!one.external.path.empty())
        path = builder.CreateString(one.external.path);
      rows.push_back(file::CreateSegment(
          builder, name, static_cast<uint8_t>(one.kind), static_cast<uint8_t>(one.dtype), shape,
          one.bytes, one.alias, &contents[i], path,
          one.modelType ? static_cast<uint8_t>(*one.modelType) : kNoModelType));
    }
    return builder.CreateVector(rows);
  }

  fb::Offset<fb::Vector<fb::Offset<file::PlannedBuffer>>> bufferRows() {
    std::vector<fb::Offset<file::PlannedBuffer>> rows;
    for (const PlannedBuffer &one : program.buffers)
      rows.push_back(file::CreatePlannedBuffer(builder, builder.CreateString(one.name),
                                               static_cast<uint8_t>(one.space), one.startPartition,
                                               one.partitions, one.offset, one.bytes, one.slots));
    return builder.CreateVector(rows);
  }

  void buildMetadata() {
    std::vector<file::Op> ops;
    for (const OpTable::Row &row : program.ops.rows())
      ops.emplace_back(row[0], row[1], row[2]);
    std::vector<file::RepeatedOp> repeated;
    for (const RepeatedOp &one : program.ops.repeated())
      repeated.emplace_back(one.op, one.iterations, one.first, one.last);
    std::vector<file::OpFlops> work;
    for (const OpFlops &one : program.ops.work())
      work.emplace_back(one.flops, one.op);
    std::vector<file::Bound> bounds;
    for (const Bound &one : program.bounds)
      bounds.emplace_back(one.limit, one.instruction, static_cast<uint8_t>(one.kind), one.stream);
    auto machine = builder.CreateString(program.machine);
    auto machineText = builder.CreateString(program.machineText);
    auto origin =
        file::CreateOrigin(builder, builder.CreateString(program.origin.compilerVersion),
                           builder.CreateString(program.origin.commandLine),
                           builder.CreateString(program.origin.model), program.origin.modelDigest);
    auto summary =
        file::CreateSummary(builder, program.summary.modelFlops, program.summary.spillBytes,
                            program.summary.sbufPeakBytes, program.summary.psumPeakBanks,
                            program.summary.leastHbmBytes, program.summary.leastTensorCycles);
    auto streamTable = streamRows();
    auto functions = functionRows();
    auto semaphores = builder.CreateVectorOfStructs(semaphoreRows());
    auto depths = builder.CreateVector(program.queueDepth.data(), program.queueDepth.size());
    auto segments = segmentRows();
    auto stringTable = builder.CreateVectorOfStrings(program.ops.texts());
    auto opTable = builder.CreateVectorOfStructs(ops);
    auto repeatedTable = builder.CreateVectorOfStructs(repeated);
    auto workTable = builder.CreateVectorOfStructs(work);
    auto boundTable = builder.CreateVectorOfStructs(bounds);
    auto buffers = bufferRows();
    builder.Finish(file::CreateProgram(builder, machine, machineText, origin, summary, streamTable,
                                       functions, program.mainFunction, semaphores, depths,
                                       segments, stringTable, opTable, boundTable, buffers,
                                       program.maxCycles, repeatedTable, workTable));
  }

  Status writeMetadata() {
    buildMetadata();
    ByteSpan metadata{builder.GetBufferPointer(), builder.GetSize()};
    NEURON_TRY(file.align(kSectionAlignment));
    FileHeader header{};
    header.fileBytes = file.offset() + metadata.size;
    header.metadataOffset = file.offset();
    header.metadataBytes = metadata.size;
    header.metadataDigest = digestOf(metadata);
    header.machineDigest = program.machineDigest;
    const std::string &version = program.origin.compilerVersion;
    std::copy_n(version.data(), std::min(version.size(), sizeof(header.compiler) - 1),
                header.compiler);
    sealHeader(header);
    NEURON_TRY(file.write(metadata.data, metadata.size));
    return file.overwrite(0, &header, sizeof(header));
  }

  const Program &program;
  FileWriter &file;
  const ContentSource &source;
  fb::FlatBufferBuilder builder;
  std::array<file::Section, kNumStreams> streams;
  std::vector<file::Section> contents;
};

} // namespace

Status save(const Program &program, const std::string &path, const ContentSource &source) {
  NEURON_TRY(check(program));
  Result<FileWriter> writer = FileWriter::create(path);
  if (!writer)
    return writer.status();
  if (Status status = Saver(program, *writer, source).run(); !status.ok())
    return status.within(path);
  return writer->commit();
}

} // namespace neuron::rt
