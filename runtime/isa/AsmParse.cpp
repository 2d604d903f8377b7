// Reading of assembly files: one line at a time, functions known beforehand.
//
// A line is a directive, or optional labels and an instruction; // begins a comment. The
// structure that lines cannot show by themselves (loops that close, sections that return,
// producers and consumers of semaphores) is checked and completed when a section or the file
// ends.
#include "runtime/isa/AsmDirectives.h"

#include <algorithm>

namespace neuron::isa {
namespace {

/// The line without its comment; quotes may hold //.
std::string_view withoutComment(std::string_view line) {
  bool quoted = false;
  for (size_t i = 0; i < line.size(); ++i) {
    quoted ^= line[i] == '"';
    if (!quoted && line.substr(i, 2) == "//")
      return line.substr(0, i);
  }
  return line;
}

class FileParser {
public:
  Status run(std::string_view text) {
    NEURON_TRY(eachLine(text, [this](std::string_view line, unsigned number) {
      return declareFunction(line, number);
    }));
    implicitMain = file.functions.empty();
    if (implicitMain)
      declare("main");
    names.functions.clear();
    for (const AsmFunction &function : file.functions)
      names.functions.push_back(function.name);
    NEURON_TRY(eachLine(
        text, [this](std::string_view line, unsigned number) { return parseLine(line, number); }));
    NEURON_TRY(closeSection());
    NEURON_TRY(resolveExpectations());
    NEURON_TRY(inferSemaphores());
    return checkMachine();
  }

  AsmFile file;

private:
  Names names;
  std::optional<uint32_t> function; ///< open; the first one unless a file says otherwise
  std::optional<unsigned> stream;   ///< the open section
  std::vector<unsigned> openLoops;  ///< lines
  std::optional<AsmBound> bound;    ///< for the next instruction
  std::vector<PendingExpect> pending;
  unsigned lineNumber = 0;
  bool implicitMain = false; ///< the file has no .func

  template <typename Visit> static Status eachLine(std::string_view text, Visit visit) {
    unsigned number = 0;
    while (!text.empty()) {
      size_t end = std::min(text.find('\n'), text.size());
      NEURON_TRY(visit(withoutComment(text.substr(0, end)), ++number));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return Status::success();
  }

  Status failure(unsigned line, const std::string &what) const {
    return Status(ErrorCode::InvalidArgument, formatText("%u:1: %s", line, what.c_str()));
  }

  // --- Functions and sections ----------------------------------------------------------------

  void declare(const std::string &name) {
    file.functions.emplace_back();
    file.functions.back().name = name;
  }

  /// First pass: calls may come before the function.
  Status declareFunction(std::string_view line, unsigned number) {
    Cursor at(line, number, 1);
    if (!at.accept(".") || !at.accept("func"))
      return Status::success();
    unsigned begin = at.column();
    std::string name;
    NEURON_TRY(parseNewName(at, names.functions, 'f', "a function", name));
    if (file.functions.size() == 65535)
      return at.errorAt(begin, "there are more than 65535 functions");
    declare(name);
    names.functions.push_back(name);
    return Status::success();
  }

  Status openFunction(Cursor &at) {
    NEURON_TRY(closeSection());
    std::string name;
    NEURON_TRY(at.name("a function", name));
    stream.reset();
    function = function ? *function + 1 : 0;
    return Status::success();
  }

  Status openSection(Cursor &at) {
    NEURON_TRY(closeSection());
    unsigned begin = at.column();
    std::string name;
    NEURON_TRY(at.word("an engine", name));
    stream.reset();
    for (unsigned e = 0; e < kNumEngines; ++e)
      if (name == toText(static_cast<Engine>(e)))
        stream = e;
    if (name == "sequential")
      stream = kSequentialStream;
    if (!stream)
      return at.errorAt(begin, "no engine is called '" + name + "'");
    if (!function && !implicitMain)
      return at.errorAt(begin, "a section before the first .func");
    if (!function)
      function = 0;
    uint32_t &entry = file.functions[*function].entry[*stream];
    if (entry != kNoEntry)
      return at.errorAt(begin,
                        file.functions[*function].name + " already has a section for " + name);
    entry = static_cast<uint32_t>(file.stream[*stream].size());
    return Status::success();
  }

  Status closeSection() {
    if (!openLoops.empty())
      return failure(openLoops.back(), "the loop has no endloop");
    if (bound)
      return failure(lineNumber, ".bound stands before no instruction");
    if (!stream)
      return Status::success();
    std::vector<Inst> &code = file.stream[*stream];
    bool empty = file.functions[*function].entry[*stream] == code.size();
    bool returns =
        !empty && code.back().opcode == Opcode::Return && code.back().exec == Cond::Always;
    for (const AsmLabel &label : file.labels)
      if (returns && label.stream == *stream && label.index == code.size())
        return failure(lineNumber, "the label '" + label.name + "' stands before no instruction");
    if (returns)
      return Status::success();
    Engine engine = *stream == kSequentialStream ? Engine::Sync : static_cast<Engine>(*stream);
    code.push_back(Return::make(engine));
    file.line[*stream].push_back(0);
    return Status::success();
  }

  // --- Lines ---------------------------------------------------------------------------------

  Status parseLine(std::string_view line, unsigned number) {
    lineNumber = number;
    Cursor at(line, number, 1);
    if (at.atEnd())
      return Status::success();
    if (at.accept("."))
      return parseDirective(at);
    while (at.seesLabel())
      NEURON_TRY(parseLabel(at));
    return at.atEnd() ? Status::success() : parseInstruction(at, line);
  }

  Status parseLabel(Cursor &at) {
    unsigned begin = at.column();
    std::string name;
    NEURON_TRY(at.word("a label", name));
    NEURON_TRY(at.expect(":"));
    if (!stream)
      return at.errorAt(begin, "a label before the first .engine");
    for (const AsmLabel &label : file.labels)
      if (label.name == name)
        return at.errorAt(begin, "the label '" + name + "' is there twice");
    file.labels.push_back({name, *stream, static_cast<uint32_t>(file.stream[*stream].size())});
    return Status::success();
  }

  Status parseInstruction(Cursor &at, std::string_view line) {
    unsigned begin = at.column();
    if (!stream)
      return at.errorAt(begin, "an instruction before the first .engine");
    std::optional<Engine> section;
    if (*stream != kSequentialStream)
      section = static_cast<Engine>(*stream);
    Inst inst;
    NEURON_TRY(parseInst(line.substr(begin - 1), names, section, lineNumber, begin, inst));
    if (section && inst.engine != *section)
      return at.errorAt(begin, "the instruction belongs to another engine's section");
    if (inst.opcode == Opcode::Loop)
      openLoops.push_back(lineNumber);
    if (inst.opcode == Opcode::EndLoop) {
      if (openLoops.empty())
        return at.errorAt(begin, "endloop without a loop");
      openLoops.pop_back();
    }
    if (bound) {
      bound->stream = *stream;
      bound->index = static_cast<uint32_t>(file.stream[*stream].size());
      file.bounds.push_back(*bound);
      bound.reset();
    }
    file.stream[*stream].push_back(inst);
    file.line[*stream].push_back(lineNumber);
    return Status::success();
  }

  Status parseDirective(Cursor &at) {
    if (at.accept("func"))
      NEURON_TRY(openFunction(at));
    else if (at.accept("engine"))
      NEURON_TRY(openSection(at));
    else if (at.accept("bound"))
      NEURON_TRY(parseBound(at, bound.emplace()));
    else
      NEURON_TRY(parseDeclaration(at, file, names, pending));
    return at.atEnd() ? Status::success() : at.error("expected the end of the line");
  }

  // --- The whole file ------------------------------------------------------------------------

  Status resolvePoint(AsmTimePoint &point, const std::string &label, unsigned line) {
    if (point.kind == AsmTimePoint::Total)
      return Status::success();
    while (point.label < file.labels.size() && file.labels[point.label].name != label)
      ++point.label;
    if (point.label == file.labels.size())
      return failure(line, "no label is called '" + label + "'");
    return Status::success();
  }

  Status resolveExpectations() {
    for (PendingExpect &expect : pending) {
      NEURON_TRY(resolvePoint(expect.time.point, expect.label, expect.time.line));
      if (expect.time.since)
        NEURON_TRY(resolvePoint(*expect.time.since, expect.sinceLabel, expect.time.line));
      file.expectTimes.push_back(expect.time);
    }
    return Status::success();
  }

  /// Says that `inst` increments semaphore `number`.
  Status addProducer(uint8_t number, AsmSemaphore::Producer producer, uint8_t source,
                     unsigned line) {
    if (number >= file.semaphores.size())
      file.semaphores.resize(number + 1u);
    AsmSemaphore &semaphore = file.semaphores[number];
    if (semaphore.producer == AsmSemaphore::None) {
      semaphore.producer = producer;
      semaphore.source = source;
    }
    if (semaphore.producer != producer || semaphore.source != source)
      return failure(line, "the semaphore " + nameOf(number) + " has another producer already");
    return Status::success();
  }

  std::string nameOf(unsigned number) const {
    bool named = number < names.semaphores.size() && !names.semaphores[number].empty();
    return named ? names.semaphores[number] : formatText("s%u", number);
  }

  void addConsumer(uint8_t number, Engine engine) {
    if (number >= file.semaphores.size())
      file.semaphores.resize(number + 1u);
    AsmSemaphore &semaphore = file.semaphores[number];
    semaphore.consumers =
        static_cast<uint8_t>(semaphore.consumers | 1u << static_cast<unsigned>(engine));
  }

  Status inferFrom(const Inst &inst, unsigned line) {
    bool isDma = factsOf(inst.opcode).isDma;
    for (const Signal &signal : inst.signal) {
      if (signal.cond == Cond::Never)
        continue;
      AsmSemaphore::Producer producer =
          signal.at == When::Read ? AsmSemaphore::Read : AsmSemaphore::Complete;
      uint8_t source = static_cast<uint8_t>(inst.engine);
      if (isDma)
        NEURON_TRY(addProducer(signal.sem, AsmSemaphore::Queue, inst.sub & 15, line));
      else
        NEURON_TRY(addProducer(signal.sem, producer, source, line));
    }
    for (const Wait &wait : inst.wait)
      if (wait.count != 0)
        addConsumer(wait.sem, inst.engine);
    if (inst.opcode == Opcode::Take || inst.opcode == Opcode::WaitGe)
      addConsumer(Take(inst).sem(), inst.engine);
    return Status::success();
  }

  Status inferSemaphores() {
    for (unsigned s = 0; s < kNumStreams; ++s)
      for (size_t i = 0; i < file.stream[s].size(); ++i)
        NEURON_TRY(inferFrom(file.stream[s][i], file.line[s][i]));
    return Status::success();
  }

  Status checkMachine() {
    Result<target::Machine> machine = machineOf(file);
    return machine.ok() ? Status::success() : failure(1, machine.status().message());
  }
};

} // namespace

Result<AsmFile> parseAsm(std::string_view text, const std::string &place) {
  FileParser parser;
  if (Status status = parser.run(text); !status.ok())
    return Status(status.code(), place + ":" + status.message());
  return std::move(parser.file);
}

Result<target::Machine> machineOf(const AsmFile &file) {
  const target::Machine *row = target::findMachine(file.machine);
  if (!row)
    return Status::error(ErrorCode::InvalidArgument, "no machine is called '%s'; there are %s",
                         file.machine.c_str(), target::machineNames().c_str());
  target::Machine machine = *row;
  for (const auto &[name, value] : file.params) {
    bool known = false;
    for (unsigned p = 0; p < target::kNumParams; ++p) {
      const target::ParamFacts &param = target::params()[p];
      if (name != param.name)
        continue;
      known = true;
      machine.*param.field = value;
      machine.kind[p] = target::ValueKind::Documented;
    }
    if (!known)
      return Status::error(ErrorCode::InvalidArgument, "no machine parameter is called '%s'",
                           name.c_str());
  }
  if (Status status = target::check(machine); !status.ok())
    return status;
  return machine;
}

} // namespace neuron::isa
