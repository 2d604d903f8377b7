// Operands: where an instruction reads or writes.
#include "runtime/isa/ParseOperand.h"

namespace neuron::isa {
namespace {

constexpr int64_t kBankBytes = 2048; ///< @b2 is short for @0x1000
constexpr int64_t kFar = int64_t(1) << 62;

Status parseSpace(Cursor &at, Operand &operand) {
  for (Space space : {Space::Hbm, Space::Sbuf, Space::Psum})
    if (at.accept(toText(space))) {
      operand.space = space;
      return Status::success();
    }
  return at.error("expected an operand (sbuf, psum, hbm or _)");
}

Status parseType(Cursor &at, Operand &operand) {
  NEURON_TRY(at.expect("."));
  unsigned begin = at.column();
  std::string text;
  NEURON_TRY(at.word("a dtype", text));
  if (!parseDType(text.data(), static_cast<unsigned>(text.size()), operand.dtype))
    return at.errorAt(begin, "no dtype is called '" + text + "'");
  return Status::success();
}

Status parsePartitions(Cursor &at, Operand &operand) {
  if (operand.space == Space::Hbm)
    return Status::success();
  int64_t begin = 0, end = 0;
  NEURON_TRY(at.expect("["));
  NEURON_TRY(at.number("the first partition", 0, kNumPartitions - 1, begin));
  NEURON_TRY(at.expect(":"));
  NEURON_TRY(at.number("the end of the partitions", begin + 1, kNumPartitions, end));
  operand.startPartition = static_cast<uint8_t>(begin);
  operand.partitions = static_cast<uint8_t>(end - begin);
  return at.expect("]");
}

bool sameName(const std::vector<std::string> &names, const std::string &name, uint32_t &index) {
  for (index = 0; index < names.size(); ++index)
    if (names[index] == name)
      return true;
  return false;
}

/// b and digits, as in b2.
bool isBank(const std::string &word) {
  return word.size() > 1 && word[0] == 'b' &&
         word.find_first_not_of("0123456789", 1) == std::string::npos && word.size() < 6;
}

/// The name at the start of an address.
Status parseBase(Cursor &at, const Names &names, Operand &operand) {
  unsigned begin = at.column();
  std::string name;
  NEURON_TRY(at.name("an address", name));
  uint32_t segment = 0;
  if (operand.space == Space::Hbm) {
    if (!sameName(names.segments, name, segment))
      return at.errorAt(begin, "no tensor is called '" + name + "'");
    operand.base = int64_t(segment) << kSegmentShift;
    return Status::success();
  }
  auto constant = names.constants.find(name);
  if (constant != names.constants.end())
    operand.base = constant->second;
  else if (operand.space == Space::Psum && isBank(name))
    operand.base = std::stoll(name.substr(1)) * kBankBytes;
  else
    return at.errorAt(begin, "no address is called '" + name + "'");
  return Status::success();
}

/// segment:offset in hbm, an amount elsewhere.
Status parseNumericBase(Cursor &at, const Names &names, Operand &operand) {
  NEURON_TRY(parseAmount(at, names, operand.base));
  if (operand.space != Space::Hbm)
    return Status::success();
  int64_t offset = 0, segment = operand.base;
  if (segment < 0 || segment >= int64_t(1) << 20)
    return at.error("segments are 0 to 1048575");
  NEURON_TRY(at.expect(":"));
  NEURON_TRY(at.number("an offset", 0, (int64_t(1) << kSegmentShift) - 1, offset));
  operand.base = (segment << kSegmentShift) + offset;
  return Status::success();
}

Status addTerm(Cursor &at, const Names &names, int sign, Operand &operand) {
  unsigned begin = at.column();
  unsigned slot = operand.term[0].reg == kNoRegister ? 0 : 1;
  if (operand.term[slot].reg != kNoRegister)
    return at.errorAt(begin, "an address has at most two registers");
  NEURON_TRY(at.registerNumber(operand.term[slot].reg));
  int64_t stride = 1;
  if (at.accept("*"))
    NEURON_TRY(parseAmount(at, names, stride));
  operand.term[slot].stride = sign * stride;
  return Status::success();
}

Status parseAddress(Cursor &at, const Names &names, Operand &operand) {
  NEURON_TRY(at.expect("@"));
  bool isNumber = at.seesNumber();
  NEURON_TRY(isNumber ? parseNumericBase(at, names, operand) : parseBase(at, names, operand));
  for (;;) {
    int sign = at.sees("+") ? 1 : -1;
    if (!at.accept("+") && !at.accept("-"))
      return Status::success();
    if (at.seesRegister()) {
      NEURON_TRY(addTerm(at, names, sign, operand));
      continue;
    }
    int64_t amount = 0;
    NEURON_TRY(parseAmount(at, names, amount));
    if (__builtin_add_overflow(operand.base, sign * amount, &operand.base))
      return at.error("the address is out of range");
  }
}

struct ParsedDim {
  Dim dim;
  bool dense;
};

Status parseDim(Cursor &at, const Names &names, ParsedDim &parsed) {
  int64_t value = 0;
  unsigned begin = at.column();
  NEURON_TRY(parseAmount(at, names, value));
  if (value < 1 || value > 0xffffffff)
    return at.errorAt(begin, "a count is 1 to 4294967295");
  parsed.dim.count = static_cast<uint32_t>(value);
  parsed.dense = !at.accept(":");
  if (parsed.dense)
    return Status::success();
  begin = at.column();
  NEURON_TRY(parseAmount(at, names, value));
  if (value < INT32_MIN || value > INT32_MAX)
    return at.errorAt(begin, "a step fits 32 bits");
  parsed.dim.step = static_cast<int32_t>(value);
  return Status::success();
}

Status parseDims(Cursor &at, const Names &names, bool dmaSide, Operand &operand) {
  if (!at.accept("{"))
    return Status::success();
  std::vector<ParsedDim> dims;
  if (at.seesRegister()) {
    NEURON_TRY(at.registerNumber(operand.countRegister));
    NEURON_TRY(at.expect("<="));
  }
  do {
    if (dims.size() == kMaxDims)
      return at.error("an operand has at most 4 dims");
    dims.emplace_back();
    NEURON_TRY(parseDim(at, names, dims.back()));
  } while (at.accept(","));
  NEURON_TRY(at.expect("}"));
  int64_t dense = dmaSide ? byteSize(operand.dtype) : 1;
  operand.numDims = static_cast<uint8_t>(dims.size());
  for (size_t d = dims.size(); d-- > 0;) {
    if (dims[d].dense && dense > INT32_MAX)
      return at.error("the dense step does not fit 32 bits");
    operand.dim[d] = dims[d].dim;
    if (dims[d].dense)
      operand.dim[d].step = static_cast<int32_t>(dense);
    if (__builtin_mul_overflow(dense, int64_t(dims[d].dim.count), &dense))
      dense = INT64_MAX;
  }
  return Status::success();
}

} // namespace

Status parseAmount(Cursor &at, const Names &names, int64_t &value) {
  value = 1;
  do {
    int64_t factor = 0;
    unsigned begin = at.column();
    if (at.seesWord()) {
      std::string name;
      NEURON_TRY(at.word("a number", name));
      auto constant = names.constants.find(name);
      if (constant == names.constants.end())
        return at.errorAt(begin, "no constant is called '" + name + "'");
      factor = constant->second;
    } else {
      NEURON_TRY(at.number("a number", -kFar, kFar, factor));
    }
    if (__builtin_mul_overflow(value, factor, &value) || value > kFar || value < -kFar)
      return at.errorAt(begin, "the product is out of range");
  } while (at.accept("*"));
  return Status::success();
}

Status parseNumbered(Cursor &at, const std::vector<std::string> &names, char prefix, uint32_t limit,
                     const char *what, uint32_t &index) {
  unsigned begin = at.column();
  std::string name;
  NEURON_TRY(at.name(what, name));
  if (sameName(names, name, index))
    return Status::success();
  bool numbered = name.size() > 1 && name.size() < 8 && name[0] == prefix &&
                  name.find_first_not_of("0123456789", 1) == std::string::npos;
  if (!numbered)
    return at.errorAt(begin, formatText("%s '%s' is not declared", what, name.c_str()));
  index = static_cast<uint32_t>(std::stoul(name.substr(1)));
  if (index >= limit)
    return at.errorAt(begin,
                      formatText("%s '%s' is beyond %c%u", what, name.c_str(), prefix, limit - 1));
  return Status::success();
}

Status parseOperand(Cursor &at, const Names &names, bool dmaSide, Operand &operand) {
  operand = Operand();
  if (at.accept("_"))
    return Status::success();
  NEURON_TRY(parseSpace(at, operand));
  NEURON_TRY(parseType(at, operand));
  NEURON_TRY(parsePartitions(at, operand));
  NEURON_TRY(parseAddress(at, names, operand));
  return parseDims(at, names, dmaSide, operand);
}

} // namespace neuron::isa
