// The author's side of a kernel: tiles, views and instructions become a tree.
#include "models/kernels/Program.h"

#include <algorithm>
#include <utility>

namespace neuron::kernels {

// --- Sums of loop indices --------------------------------------------------------------------

int64_t Affine::factorOf(unsigned loop) const {
  for (const auto &[of, factor] : terms)
    if (of == loop)
      return factor;
  return 0;
}

Index::operator Affine() const {
  Affine sum;
  sum.terms.push_back({loop, 1});
  return sum;
}

Affine operator+(Affine a, const Affine &b) {
  a.constant += b.constant;
  for (const auto &[loop, factor] : b.terms) {
    bool found = false;
    for (auto &[mine, sum] : a.terms)
      if (mine == loop) {
        sum += factor;
        found = true;
      }
    if (!found)
      a.terms.push_back({loop, factor});
  }
  return a;
}

Affine operator*(Affine a, int64_t factor) {
  a.constant *= factor;
  for (auto &[loop, mine] : a.terms)
    mine *= factor;
  return a;
}

// --- Views -----------------------------------------------------------------------------------

namespace {

/// Dims of an operand; `unit` is what a step counts in bytes of the operand's encoding.
void setDims(isa::Operand &operand, const Extents &extents, int64_t unit) {
  operand.numDims = static_cast<uint8_t>(std::min<size_t>(extents.size(), isa::kMaxDims));
  for (unsigned d = 0; d < operand.numDims; ++d)
    operand.dim[d] = {static_cast<int32_t>(extents[d].step * unit),
                      static_cast<uint32_t>(extents[d].count)};
}

} // namespace

View View::lanes(unsigned first, unsigned count) const {
  View part = *this;
  part.operand.startPartition = static_cast<uint8_t>(operand.startPartition + first);
  part.operand.partitions = static_cast<uint8_t>(count);
  return part;
}

View View::as(DType dtype) const {
  View other = *this;
  other.operand.dtype = dtype;
  return other;
}

View Tile::at(const Affine &first, uint64_t count) const { return grid(first, {{count, 1}}); }

View Tile::grid(const Affine &first, const Extents &extents) const {
  View view;
  view.tile = number;
  view.operand.space = space;
  view.operand.dtype = dtype;
  view.operand.partitions = static_cast<uint8_t>(partitions);
  view.operand.base = base;
  view.bytes = first * static_cast<int64_t>(byteSize(dtype));
  setDims(view.operand, extents, 1);
  return view;
}

View Tensor::block(const Affine &row, const Affine &column, uint64_t count, uint64_t width) const {
  int64_t pitch = static_cast<int64_t>(columns);
  return grid(row * pitch + column, {{count, pitch}, {width, 1}});
}

View Tensor::grid(const Affine &element, const Extents &extents) const {
  View view;
  view.tile = tile;
  view.operand.space = Space::Hbm;
  view.operand.dtype = dtype;
  view.operand.base = static_cast<int64_t>(number) << isa::kSegmentShift;
  int64_t size = static_cast<int64_t>(byteSize(dtype));
  view.bytes = element * size;
  setDims(view.operand, extents, size);
  return view;
}

// --- Memory ----------------------------------------------------------------------------------

Kernel::Kernel(const std::string &machine, Values values)
    : row(target::findMachine(machine)), values(values), root(new Node) {
  if (!row) {
    problem("no machine is called " + machine);
    row = target::findMachine("trn1");
  }
  file.machine = row->name;
  file.functions.emplace_back();
  file.functions.back().name = "main";
  root->isLoop = true;
  open = root.get();
}

Kernel::~Kernel() = default;

void Kernel::problem(const std::string &what) {
  if (firstProblem.empty())
    firstProblem = what;
}

Tensor Kernel::tensor(const char *name, DType dtype, uint64_t rows, uint64_t columns,
                      isa::TensorRole role, isa::Expression content) {
  isa::AsmTensor made;
  made.name = name;
  bool content_ = content.kind != isa::Expression::None;
  // Without values an input is memory that nobody looks at.
  made.role = content_ && !withValues() ? isa::TensorRole::Scratch : role;
  made.dtype = dtype;
  made.shape = {rows, columns};
  if (withValues())
    made.content = std::move(content);
  file.tensors.push_back(std::move(made));
  Tensor tensor;
  tensor.number = static_cast<int>(file.tensors.size()) - 1;
  tensor.dtype = dtype;
  tensor.rows = rows;
  tensor.columns = columns;
  return tensor;
}

Tensor Kernel::input(const char *name, DType dtype, uint64_t rows, uint64_t columns,
                     uint64_t seed) {
  isa::Expression random;
  random.kind = isa::Expression::Random;
  random.seed = seed;
  return tensor(name, dtype, rows, columns, isa::TensorRole::Input, random);
}

Tensor Kernel::constant(const char *name, DType dtype, uint64_t rows, uint64_t columns,
                        std::vector<double> content) {
  isa::Expression numbers;
  numbers.kind = isa::Expression::Values;
  numbers.numbers = std::move(content);
  return tensor(name, dtype, rows, columns, isa::TensorRole::Input, numbers);
}

Tensor Kernel::output(const char *name, DType dtype, uint64_t rows, uint64_t columns) {
  return tensor(name, dtype, rows, columns, isa::TensorRole::Output, {});
}

Tensor Kernel::scratch(const char *name, DType dtype, uint64_t rows, uint64_t columns) {
  Tensor made = tensor(name, dtype, rows, columns, isa::TensorRole::Scratch, {});
  made.tile = static_cast<int>(tiles.size());
  tiles.push_back({open, 1, 0, Space::Hbm});
  return made;
}

Tile Kernel::sbuf(DType dtype, unsigned partitions, uint64_t elements, unsigned slots) {
  Tile tile{static_cast<int>(tiles.size()), Space::Sbuf, dtype, partitions, elements, sbufUsed};
  int64_t bytes = static_cast<int64_t>((elements * byteSize(dtype) + 63) / 64 * 64);
  tiles.push_back({open, slots, bytes, Space::Sbuf});
  sbufUsed += bytes * slots;
  if (static_cast<uint64_t>(sbufUsed) > row->sbufPartitionBytes)
    problem(formatText("SBUF: %lld bytes of a partition", static_cast<long long>(sbufUsed)));
  return tile;
}

Tile Kernel::psum(DType dtype, unsigned partitions, uint64_t elements, unsigned slots) {
  Tile tile{static_cast<int>(tiles.size()), Space::Psum, dtype, partitions, elements, psumUsed};
  int64_t bank = static_cast<int64_t>(row->psumBankBytes);
  int64_t bytes = static_cast<int64_t>(elements * byteSize(dtype));
  bytes = (bytes + bank - 1) / bank * bank;
  tiles.push_back({open, slots, bytes, Space::Psum});
  psumUsed += bytes * slots;
  if (static_cast<uint64_t>(psumUsed) > row->psumBanks * row->psumBankBytes)
    problem(formatText("PSUM: %lld bytes of a partition", static_cast<long long>(psumUsed)));
  return tile;
}

void Kernel::loop(uint64_t count, const std::function<void(Index)> &body) {
  auto node = std::make_unique<Node>();
  node->parent = open;
  node->isLoop = true;
  node->loop = ++numLoops;
  node->depth = open->depth + 1;
  node->count = count;
  node->lag = std::exchange(openLag, 0);
  node->rank = std::exchange(openRank, 0);
  Node *outer = open;
  open->children.push_back(std::move(node));
  open = outer->children.back().get();
  body(Index{open->loop});
  openLag = open->lag;
  openRank = open->rank;
  open = outer;
}

void Kernel::stage(unsigned lag, int rank, const std::function<void()> &body) {
  openLag = lag;
  openRank = rank;
  body();
  openLag = 0;
  openRank = 0;
}

void Kernel::inFlight(unsigned queue, unsigned transfers) {
  file.queueInFlight[queue] = static_cast<uint8_t>(transfers);
}

// --- Instructions ----------------------------------------------------------------------------

Node &Kernel::add(isa::Inst inst, std::initializer_list<const View *> views) {
  auto node = std::make_unique<Node>();
  node->parent = open;
  unsigned k = 0;
  for (const View *view : views) {
    if (view) {
      node->view[k] = *view;
      inst.operand[k] = view->operand;
    }
    ++k;
  }
  node->inst = inst;
  node->lag = openLag;
  node->rank = openRank;
  open->children.push_back(std::move(node));
  return *open->children.back();
}

void Kernel::described(unsigned queue) {
  file.queuesDescribed = static_cast<uint16_t>(file.queuesDescribed | 1u << queue);
}

void Kernel::dma(const View &dst, const View &src, unsigned queue) {
  Engine owner = queue < 6 ? Engine::Sync : queue < 10 ? Engine::Scalar : Engine::GpSimd;
  isa::Inst inst = isa::Dma::make(owner);
  isa::Dma::setQueue(inst, static_cast<uint8_t>(queue));
  View sides[2] = {dst, src};
  for (View &side : sides) // steps of a transfer count bytes on both sides
    if (side.operand.space != Space::Hbm)
      for (unsigned d = 0; d < side.operand.numDims; ++d)
        side.operand.dim[d].step *= static_cast<int32_t>(byteSize(side.operand.dtype));
  add(inst, {&sides[0], &sides[1]});
}

void Kernel::dmaTranspose(const View &dst, const View &src, unsigned queue) {
  dma(dst, src, queue);
  Node &node = *open->children.back();
  isa::Inst inst = isa::DmaTranspose::make(node.inst.engine);
  isa::DmaTranspose::setQueue(inst, static_cast<uint8_t>(queue));
  inst.operand = node.inst.operand;
  node.inst = inst;
}

void Kernel::ldweights(const View &stationary) { add(isa::LoadWeights::make(), {&stationary}); }

void Kernel::matmul(const View &dst, const View &moving, Accumulate accumulate, bool passThrough) {
  isa::Inst inst = isa::Matmul::make();
  isa::Matmul::setPassThrough(inst, passThrough);
  if (accumulate.kind == Accumulate::Always)
    inst.accumulate = isa::Cond::Always;
  if (accumulate.kind == Accumulate::UnlessFirst)
    inst.accumulate = isa::Cond::IfNotP0;
  Node &node = add(inst, {&dst, &moving});
  if (accumulate.kind == Accumulate::UnlessFirst)
    node.accumulateLoop = static_cast<int>(accumulate.of.loop);
}

void Kernel::activate(const View &dst, const View &src, Activation function,
                      const ActivateOptions &options) {
  isa::Inst inst = isa::Activate::make();
  isa::Activate::setFunction(inst, function);
  isa::Activate::setReduce(inst, options.reduce);
  isa::Activate::setScale(inst, options.scaleColumn ? 0 : options.scale);
  isa::Activate::setBiasImm(inst, options.biasColumn ? 0 : options.bias);
  add(inst, {&dst, &src, options.biasColumn, options.scaleColumn});
}

void Kernel::readReduce(const View &dst) { add(isa::ReadReduce::make(), {&dst}); }

void Kernel::loadTable(Activation function) {
  isa::Inst inst = isa::LoadTable::make();
  isa::LoadTable::setFunction(inst, function);
  add(inst, {});
}

void Kernel::tensorTensor(const View &dst, const View &a, const View &b, AluOp op, Engine engine) {
  isa::Inst inst = isa::TensorTensor::make(engine);
  isa::TensorTensor::setOp(inst, op);
  add(inst, {&dst, &a, &b});
}

void Kernel::tensorScalar(const View &dst, const View &src, AluOp op0, Scalar s0, AluOp op1,
                          Scalar s1, Engine engine) {
  isa::Inst inst = isa::TensorScalar::make(engine);
  isa::TensorScalar::setOp0(inst, op0);
  isa::TensorScalar::setOp1(inst, op1);
  isa::TensorScalar::setImm0(inst, s0.number);
  isa::TensorScalar::setImm1(inst, s1.number);
  add(inst, {&dst, &src, s0.column, s1.column});
}

void Kernel::tensorScalarReduce(const View &dst, const View &src, const View &result, AluOp op0,
                                Scalar s0, AluOp reduce) {
  isa::Inst inst = isa::TensorScalarReduce::make();
  isa::TensorScalarReduce::setOp0(inst, op0);
  isa::TensorScalarReduce::setReduceOp(inst, reduce);
  isa::TensorScalarReduce::setImm0(inst, s0.number);
  add(inst, {&dst, &src, s0.column, &result});
}

void Kernel::scalarTensorTensor(const View &dst, const View &src, AluOp op0, Scalar s0, AluOp op1,
                                const View &b) {
  isa::Inst inst = isa::ScalarTensorTensor::make();
  isa::ScalarTensorTensor::setOp0(inst, op0);
  isa::ScalarTensorTensor::setOp1(inst, op1);
  isa::ScalarTensorTensor::setImm0(inst, s0.number);
  add(inst, {&dst, &src, s0.column, &b});
}

void Kernel::scan(const View &dst, const View &a, const View &b, AluOp op0, AluOp op1,
                  Scalar initial) {
  isa::Inst inst = isa::TensorTensorScan::make();
  isa::TensorTensorScan::setOp0(inst, op0);
  isa::TensorTensorScan::setOp1(inst, op1);
  isa::TensorTensorScan::setImm0(inst, initial.number);
  add(inst, {&dst, &a, &b, initial.column});
}

void Kernel::reduce(const View &dst, const View &src, AluOp op, unsigned axes, bool negate) {
  isa::Inst inst = isa::TensorReduce::make(Engine::Vector);
  isa::TensorReduce::setOp(inst, op);
  isa::TensorReduce::setAxes(inst, static_cast<uint8_t>(axes));
  isa::TensorReduce::setNegate(inst, negate);
  add(inst, {&dst, &src});
}

void Kernel::copy(const View &dst, const View &src, Engine engine) {
  if (engine == Engine::Scalar)
    return activate(dst, src, Activation::Copy);
  add(isa::TensorCopy::make(engine), {&dst, &src});
}

void Kernel::reciprocal(const View &dst, const View &src) {
  add(isa::Reciprocal::make(), {&dst, &src});
}

void Kernel::memset(const View &dst, float value, Engine engine) {
  isa::Inst inst = isa::Memset::make(engine);
  isa::Memset::setValue(inst, value);
  add(inst, {&dst});
}

// --- Values ----------------------------------------------------------------------------------

namespace {

/// Contents name no other tensors.
class NoTensors : public isa::TensorSource {
  Result<isa::Evaluated> tensor(const std::string &name) const override {
    return Status(ErrorCode::InvalidArgument, "no tensor may be named here: " + name);
  }
};

} // namespace

std::vector<double> Kernel::contentOf(const Tensor &tensor) const {
  const isa::AsmTensor &made = file.tensors[static_cast<size_t>(tensor.number)];
  auto value = isa::evaluate(made.content, made.dtype, made.shape, NoTensors(), "");
  if (!value)
    return {};
  return isa::fromBytes(isa::toBytes(*value, made.dtype).data(), made.dtype, made.shape).values;
}

void Kernel::expect(const Tensor &tensor, std::vector<double> expectedValues, double tolerance) {
  results.push_back({tensor.number, std::move(expectedValues), tolerance});
}

} // namespace neuron::kernels
