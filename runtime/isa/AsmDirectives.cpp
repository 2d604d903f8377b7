// One function for every declaring directive.
#include "runtime/isa/AsmDirectives.h"

#include "runtime/base/Bytes.h"
#include "runtime/base/Numbers.h"

#include <algorithm>

namespace neuron::isa {
namespace {

constexpr TensorRole kRoles[] = {TensorRole::Input, TensorRole::Output, TensorRole::State,
                                 TensorRole::Weight, TensorRole::Scratch};
constexpr unsigned kMaxRank = 16;

struct Context {
  Cursor &at;
  AsmFile &file;
  Names &names;
  std::vector<PendingExpect> &pending;
};

Status parseMachine(Context &c) { return c.at.name("a machine", c.file.machine); }

/// .param sbufPartitionBytes = 24576
Status parseParam(Context &c) {
  std::string name;
  int64_t value = 0;
  NEURON_TRY(c.at.word("a machine parameter", name));
  NEURON_TRY(c.at.expect("="));
  NEURON_TRY(c.at.number("a number", 0, INT64_MAX, value));
  c.file.params.emplace_back(name, static_cast<uint64_t>(value));
  return Status::success();
}

/// .let tile = 128*512
Status parseLet(Context &c) {
  unsigned begin = c.at.column();
  std::string name;
  int64_t value = 0;
  NEURON_TRY(parseNewName(c.at, {}, 'b', "a constant", name));
  if (c.names.constants.count(name))
    return c.at.errorAt(begin, "the constant '" + name + "' is there twice");
  NEURON_TRY(c.at.expect("="));
  NEURON_TRY(parseAmount(c.at, c.names, value));
  c.names.constants[name] = value;
  c.file.constants[name] = value;
  return Status::success();
}

Status parseProducer(Context &c, AsmSemaphore &semaphore) {
  if (c.at.accept("queue")) {
    int64_t queue = 0;
    NEURON_TRY(c.at.number("a queue", 0, kNumQueues - 1, queue));
    semaphore.producer = AsmSemaphore::Queue;
    semaphore.source = static_cast<uint8_t>(queue);
    return Status::success();
  }
  for (unsigned e = 0; e < kNumEngines; ++e) {
    if (!c.at.accept(toText(static_cast<Engine>(e))))
      continue;
    semaphore.source = static_cast<uint8_t>(e);
    semaphore.producer = c.at.accept("read") ? AsmSemaphore::Read : AsmSemaphore::Complete;
    return semaphore.producer == AsmSemaphore::Read ? Status::success() : c.at.expect("complete");
  }
  return c.at.error("expected queue N, or an engine and read or complete");
}

/// .semaphore free = 2 from tensor read
Status parseSemaphore(Context &c) {
  AsmSemaphore semaphore;
  if (c.file.semaphores.size() == kNumSemaphores)
    return c.at.error("there are more than 256 semaphores");
  NEURON_TRY(parseNewName(c.at, c.names.semaphores, 's', "a semaphore", semaphore.name));
  if (c.at.accept("=")) {
    int64_t initial = 0;
    NEURON_TRY(c.at.number("an initial value", 0, 0xffffffff, initial));
    semaphore.initial = static_cast<uint32_t>(initial);
  }
  if (c.at.accept("from"))
    NEURON_TRY(parseProducer(c, semaphore));
  c.names.semaphores.push_back(semaphore.name);
  c.file.semaphores.push_back(semaphore);
  return Status::success();
}

/// .queue 0 in_flight 4, .queue 0 described
Status parseQueue(Context &c) {
  int64_t queue = 0, count = 0;
  NEURON_TRY(c.at.number("a queue", 0, kNumQueues - 1, queue));
  if (c.at.accept("described")) {
    c.file.queuesDescribed = static_cast<uint16_t>(c.file.queuesDescribed | 1u << queue);
    return Status::success();
  }
  NEURON_TRY(c.at.expect("in_flight"));
  NEURON_TRY(c.at.number("transfers in flight", 1, 255, count));
  c.file.queueInFlight[static_cast<size_t>(queue)] = static_cast<uint8_t>(count);
  return Status::success();
}

Status parseCores(Context &c) {
  int64_t count = 0;
  NEURON_TRY(c.at.number("cores", 1, 255, count));
  c.file.cores = static_cast<unsigned>(count);
  return Status::success();
}

Status parseShape(Context &c, AsmTensor &tensor) {
  unsigned begin = c.at.column();
  NEURON_TRY(c.at.expect("["));
  uint64_t bytes = byteSize(tensor.dtype);
  while (!c.at.accept("]")) {
    if (!tensor.shape.empty())
      NEURON_TRY(c.at.expect(","));
    int64_t dim = 0;
    NEURON_TRY(parseAmount(c.at, c.names, dim));
    if (dim < 1 || !multiplyChecked(bytes, static_cast<uint64_t>(dim), bytes) ||
        bytes >> kSegmentShift || tensor.shape.size() == kMaxRank)
      return c.at.errorAt(begin, "a tensor has at most 16 dims and 2^40 bytes");
    tensor.shape.push_back(static_cast<uint64_t>(dim));
  }
  return Status::success();
}

/// Contents must be the same on every host, so functions are for expectations only.
Status parseContent(Context &c, AsmTensor &tensor) {
  unsigned begin = c.at.column();
  NEURON_TRY(parseExpression(c.at, tensor.content));
  bool plain = tensor.content.kind != Expression::Tensor && tensor.content.kind != Expression::Call;
  if (!plain || tensor.role == TensorRole::Output || tensor.role == TensorRole::Scratch)
    return c.at.errorAt(begin, "inputs, states and weights begin as values, all, random, iota or "
                               "file");
  return Status::success();
}

/// .tensor x input bf16 [128, 512] = random(1)
Status parseTensor(Context &c) {
  AsmTensor tensor;
  NEURON_TRY(parseNewName(c.at, c.names.segments, 's', "a tensor", tensor.name));
  unsigned begin = c.at.column();
  std::string word;
  NEURON_TRY(c.at.word("input, output, state, weight or scratch", word));
  auto role = std::find_if(std::begin(kRoles), std::end(kRoles),
                           [&](TensorRole r) { return word == toText(r); });
  if (role == std::end(kRoles))
    return c.at.errorAt(begin, "a tensor is input, output, state, weight or scratch");
  tensor.role = *role;
  begin = c.at.column();
  NEURON_TRY(c.at.word("a dtype", word));
  if (!parseDType(word.data(), static_cast<unsigned>(word.size()), tensor.dtype))
    return c.at.errorAt(begin, "no dtype is called '" + word + "'");
  NEURON_TRY(parseShape(c, tensor));
  if (c.at.accept("="))
    NEURON_TRY(parseContent(c, tensor));
  c.names.segments.push_back(tensor.name);
  c.file.tensors.push_back(std::move(tensor));
  return Status::success();
}

Status parseMaxCycles(Context &c) {
  int64_t cycles = 0;
  NEURON_TRY(c.at.number("cycles", 1, INT64_MAX, cycles));
  c.file.maxCycles = static_cast<uint64_t>(cycles);
  return Status::success();
}

/// start @label[2], or complete.
Status parseTimePoint(Context &c, AsmTimePoint &point, std::string &label) {
  point.kind = c.at.accept("start") ? AsmTimePoint::Start : AsmTimePoint::Complete;
  if (point.kind == AsmTimePoint::Complete)
    NEURON_TRY(c.at.expect("complete"));
  NEURON_TRY(c.at.expect("@"));
  NEURON_TRY(c.at.word("a label", label));
  if (!c.at.accept("["))
    return Status::success();
  int64_t occurrence = 0;
  NEURON_TRY(c.at.number("an execution", 0, 0xffffffff, occurrence));
  point.occurrence = static_cast<uint32_t>(occurrence);
  return c.at.expect("]");
}

/// .expect start @label[2] = 123; .expect complete @a = start @b + 9; .expect total = 456
Status parseExpectTime(Context &c, unsigned line) {
  PendingExpect expect;
  expect.time.line = line;
  if (c.at.accept("total"))
    expect.time.point.kind = AsmTimePoint::Total;
  else
    NEURON_TRY(parseTimePoint(c, expect.time.point, expect.label));
  NEURON_TRY(c.at.expect("="));
  bool relative = expect.time.point.kind != AsmTimePoint::Total && c.at.seesWord();
  if (relative) {
    NEURON_TRY(parseTimePoint(c, expect.time.since.emplace(), expect.sinceLabel));
    NEURON_TRY(c.at.expect("+"));
  }
  int64_t cycles = 0;
  NEURON_TRY(c.at.number("cycles", 0, INT64_MAX, cycles));
  expect.time.cycles = static_cast<uint64_t>(cycles);
  c.pending.push_back(std::move(expect));
  return Status::success();
}

/// .expect_values y = relu(matmul(w, x)) within 0.01
Status parseExpectValues(Context &c, unsigned line) {
  AsmExpectValues expect;
  expect.line = line;
  unsigned begin = c.at.column();
  std::string name;
  NEURON_TRY(c.at.name("a tensor", name));
  while (expect.tensor < c.file.tensors.size() && c.file.tensors[expect.tensor].name != name)
    ++expect.tensor;
  if (expect.tensor == c.file.tensors.size())
    return c.at.errorAt(begin, "no tensor is called '" + name + "'");
  NEURON_TRY(c.at.expect("="));
  NEURON_TRY(parseExpression(c.at, expect.expected));
  if (c.at.accept("within")) {
    uint32_t bits = 0;
    NEURON_TRY(c.at.floatBits(bits));
    expect.tolerance = floatOf(bits);
  }
  c.file.expectValues.push_back(std::move(expect));
  return Status::success();
}

/// .expect_fault race "unordered"
Status parseExpectFault(Context &c, unsigned line) {
  AsmExpectFault expect;
  expect.line = line;
  NEURON_TRY(c.at.kind("a fault kind", expect.kind));
  if (!c.at.atEnd())
    NEURON_TRY(c.at.name("a part of the message", expect.text));
  c.file.expectFaults.push_back(std::move(expect));
  return Status::success();
}

} // namespace

Status parseNewName(Cursor &at, const std::vector<std::string> &taken, char prefix,
                    const char *what, std::string &name) {
  unsigned begin = at.column();
  NEURON_TRY(at.name(what, name));
  bool numbered = name.size() > 1 && (name[0] == 'r' || name[0] == 'b' || name[0] == prefix) &&
                  name.find_first_not_of("0123456789", 1) == std::string::npos;
  if (numbered || name.empty() || name == "_")
    return at.errorAt(begin, formatText("%s cannot be called '%s'", what, name.c_str()));
  if (std::find(taken.begin(), taken.end(), name) != taken.end())
    return at.errorAt(begin, formatText("%s is called '%s' already", what, name.c_str()));
  return Status::success();
}

Status parseBound(Cursor &at, AsmBound &bound) {
  for (AsmBound::Kind kind : {AsmBound::Trips, AsmBound::Rows, AsmBound::Value}) {
    if (!at.accept(toText(kind)))
      continue;
    int64_t limit = 0;
    NEURON_TRY(at.number("a bound", 0, INT64_MAX, limit));
    bound.kind = kind;
    bound.limit = static_cast<uint64_t>(limit);
    return Status::success();
  }
  return at.error("expected trips, rows or value");
}

Status parseDeclaration(Cursor &at, AsmFile &file, Names &names,
                        std::vector<PendingExpect> &pending) {
  Context c{at, file, names, pending};
  if (at.accept("machine"))
    return parseMachine(c);
  if (at.accept("param"))
    return parseParam(c);
  if (at.accept("let"))
    return parseLet(c);
  if (at.accept("semaphore"))
    return parseSemaphore(c);
  if (at.accept("queue"))
    return parseQueue(c);
  if (at.accept("tensor"))
    return parseTensor(c);
  if (at.accept("cores"))
    return parseCores(c);
  if (at.accept("max_cycles"))
    return parseMaxCycles(c);
  if (at.accept("expect_values"))
    return parseExpectValues(c, at.lineNumber());
  if (at.accept("expect_fault"))
    return parseExpectFault(c, at.lineNumber());
  if (at.accept("expect"))
    return parseExpectTime(c, at.lineNumber());
  return at.error("no directive is called so");
}

const char *toText(TensorRole role) {
  static const char *const names[] = {"input", "output", "state", "weight", "scratch"};
  return names[static_cast<unsigned>(role)];
}

const char *toText(AsmSemaphore::Producer producer) {
  static const char *const names[] = {"none", "read", "complete", "queue"};
  return names[producer];
}

const char *toText(AsmBound::Kind kind) {
  static const char *const names[] = {"trips", "rows", "value"};
  return names[kind];
}

uint64_t AsmTensor::elements() const {
  uint64_t elements = 1;
  for (uint64_t dim : shape)
    elements *= dim;
  return elements;
}

} // namespace neuron::isa
