// Reading of the file, buffers of the interface.
#include "tools/neuron-sim/Subject.h"

#include "runtime/base/File.h"
#include "runtime/base/HostMemory.h"
#include "runtime/base/Numbers.h"

namespace neuron::simtool {
namespace {

bool isAssembly(const std::string &path) {
  return path.size() > 2 && path.compare(path.size() - 2, 2, ".s") == 0;
}

std::string folderOf(const std::string &path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

/// A step of splitmix64.
uint64_t nextRandom(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

void fillRandom(DType type, uint64_t seed, std::vector<uint8_t> &bytes) {
  unsigned size = byteSize(type);
  for (uint64_t i = 0; size && i + size <= bytes.size(); i += size) {
    uint64_t random = nextRandom(seed);
    store(type, isFloat(type) ? (static_cast<double>(random % 17) - 8) / 8 : random & 1,
          bytes.data() + i);
  }
}

/// What the segments take beside the file itself; the largest number where they take more. Of a
/// buffer there is what it was, what it is, and what it was in the order that is compared with.
uint64_t heldBytes(const sim::Image &image) {
  uint64_t total = 0;
  for (const sim::SegmentPlan &plan : image.segments) {
    uint64_t copies = plan.role <= sim::SegmentRole::State ? 3 : 1;
    if (plan.role != sim::SegmentRole::Constant && !addChecked(total, copies * plan.bytes, total))
      return ~uint64_t(0);
  }
  return total;
}

} // namespace

Result<std::unique_ptr<Subject>> Subject::open(const std::string &path, uint64_t seed) {
  std::unique_ptr<Subject> subject(new Subject);
  if (isAssembly(path)) {
    auto file = MappedFile::open(path);
    if (!file)
      return file.status();
    ByteSpan text = file->bytes();
    auto parsed = isa::parseAsm({reinterpret_cast<const char *>(text.data), text.size}, path);
    if (!parsed)
      return Status(ErrorCode::Malformed, parsed.status().message());
    auto image = sim::AsmImage::create(std::move(*parsed), folderOf(path));
    if (!image)
      return image.status().within(path);
    subject->assembly = std::move(*image);
  } else {
    auto loaded = rt::load(path);
    if (!loaded)
      return loaded.status();
    auto image = rt::ProgramImage::create(std::move(*loaded));
    if (!image)
      return image.status().within(path);
    subject->program = std::move(*image);
  }
  NEURON_TRY(fitsHost(heldBytes(subject->image())).within(path));
  subject->addBuffers(seed);
  return subject;
}

void Subject::addBuffers(uint64_t seed) {
  const sim::Image &what = image();
  for (uint32_t i = 0; i < what.segments.size(); ++i) {
    const sim::SegmentPlan &plan = what.segments[i];
    if (plan.role > sim::SegmentRole::State)
      continue;
    Buffer one;
    one.segment = i;
    one.name = plan.name;
    one.result = plan.role != sim::SegmentRole::Input;
    if (assembly) {
      one.initial = assembly->content(i);
    } else if (plan.role == sim::SegmentRole::Input) {
      one.initial.resize(plan.bytes);
      fillRandom(program->program().segments[i].dtype, seed + i, one.initial);
    } else if (plan.role == sim::SegmentRole::State && plan.content) {
      one.initial.assign(plan.content, plan.content + plan.bytes);
    }
    one.initial.resize(plan.bytes);
    all.push_back(std::move(one));
  }
}

void Subject::restore() {
  for (Buffer &one : all)
    one.bytes = one.initial;
}

sim::Bindings Subject::bindings() {
  sim::Bindings bindings;
  for (Buffer &one : all)
    bindings.push_back({one.segment, one.bytes.data(), one.bytes.size()});
  return bindings;
}

const Buffer *Subject::buffer(uint32_t segment) const {
  for (const Buffer &one : all)
    if (one.segment == segment)
      return &one;
  return nullptr;
}

} // namespace neuron::simtool
