// A value's layout on chip and the rewriting of its accesses; see Residence.h.
#include "passes/memory/Residence.h"

#include "passes/tile/OperandRefs.h"
#include "runtime/isa/Check.h"

#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace neuron;
using namespace neuron::memory;
using templates::Ref;
using tile::fitsOperand;
using tile::operandOf;
using tile::refOf;
using tile::setRef;

namespace {

/// A row on one partition alone is read by one engine lane; longer ones take too much room.
constexpr int64_t kLongestLoneRow = 16 * 1024; ///< bytes

bool isOnChip(const Ref &ref) { return ref.space != isa::Space::Hbm; }

bool sameLanes(const Ref &a, const Ref &b) {
  return a.startPartition == b.startPartition && a.partitions == b.partitions;
}

/// How often an op runs when its function does.
int64_t repetitions(Operation *op) {
  int64_t times = 1;
  for (auto loop = op->getParentOfType<scf::ForOp>(); loop;
       loop = loop->getParentOfType<scf::ForOp>())
    times *= iterationsOf(loop.getInductionVar()).value_or(1);
  return times;
}

/// Counted in the encoding, so with the dims of one iteration.
uint32_t outermostCount(tile::InstOp op, unsigned k) {
  const isa::Inst inst = op.getInst();
  return inst.operand[k].numDims ? inst.operand[k].dim[0].count : 1;
}

/// Whether a machine takes the instruction; the registers of its predicates are still to come.
bool isLegal(isa::Inst inst, const target::Machine &machine) {
  for (auto [i, predicate] : llvm::enumerate(inst.pred))
    if (inst.accumulate == (i ? isa::Cond::IfP1 : isa::Cond::IfP0) ||
        inst.accumulate == (i ? isa::Cond::IfNotP1 : isa::Cond::IfNotP0))
      predicate.reg = uint8_t(i);
  return isa::check(inst, machine).ok();
}

/// Whether an engine converts one to the other as a transfer does.
bool copiesAlike(DType a, DType b) { return a == b || (!isInteger(a) && !isInteger(b)); }

} // namespace

int64_t Residence::Use::traffic() const {
  int64_t elements = byteSize(access.dtype);
  for (templates::FreeDim dim : access.dims)
    elements *= dim.count;
  return elements * repetitions(op);
}

bool Residence::add(tile::InstOp op, unsigned k) {
  const isa::Inst inst = op.getInst();
  const isa::InstFacts &facts = isa::factsOf(inst.opcode);
  isa::Role role = facts.operand[k].role;
  std::optional<Ref> access = refOf(op, k);
  bool transfer = inst.opcode == isa::Opcode::Dma;
  Use use{op, k, function.getBody().front().findAncestorOpInBlock(*op), access.value_or(Ref())};
  if (transfer)
    use.partner = refOf(op, 1 - k);
  if (role == isa::Role::Read) {
    if (!access)
      use.partner.reset();
    loads.push_back(use);
    return true;
  }
  if (!transfer || !access || !use.partner || role != isa::Role::Write)
    return false;
  if (!stores.empty() && access->dtype != stored)
    return false;
  stored = access->dtype;
  stores.push_back(use);
  return true;
}

SmallVector<int64_t, 4> Residence::lengths() const {
  int64_t elements = this->elements();
  SmallVector<int64_t, 4> found;
  auto add = [&](int64_t length) {
    if (length > 0 && elements % length == 0 && !llvm::is_contained(found, length))
      found.push_back(length);
  };
  for (const auto &uses : {stores, loads})
    for (const Use &use : uses)
      if (use.partner && isOnChip(*use.partner) && use.partner->partitions > 1 &&
          !use.access.dims.empty()) {
        templates::FreeDim dim = use.access.dims.front();
        add(dim.step * std::max<int64_t>(1, dim.count / use.partner->partitions));
      }
  if (elements * int64_t(byteSize(stored)) <= kLongestLoneRow)
    add(elements);
  return found;
}

bool Residence::layStore(Use &use) const {
  const Ref &from = *use.partner;
  // The outermost dim of a side in device memory counts the partitions of the other.
  uint32_t lanes = isOnChip(from) ? from.partitions : outermostCount(use.op, 1 - use.operand);
  if (lanes > kBlockRows)
    return false;
  std::optional<Ref> place = layout.place(use.access, lanes);
  if (!place || !fitsOperand(*place) ||
      (from.space == isa::Space::Psum && !sameLanes(*place, from)))
    return false;
  use.place = *place;
  use.onChip = true;
  return true;
}

bool Residence::isBehindRepeat(const Use &load) const {
  Operation *begin = stores.front().top;
  for (const Use &store : stores)
    if (store.top->isBeforeInBlock(begin))
      begin = store.top;
  for (Operation *op = begin; op != load.top; op = op->getNextNode())
    if (mlir::isa<tile::RepeatOp>(op))
      return true;
  return false;
}

bool Residence::layLoad(Use &use) const {
  use.onChip = false;
  if (!use.partner || !isOnChip(*use.partner) || use.access.dtype != stored ||
      !copiesAlike(stored, use.partner->dtype))
    return false;
  for (const Use &store : stores)
    if (!store.top->isBeforeInBlock(use.top))
      return false;
  std::optional<Ref> place = layout.place(use.access, use.partner->partitions);
  if (!place || !sameLanes(*place, *use.partner) || !fitsOperand(*place) ||
      !fitsOperand(*use.partner) || isBehindRepeat(use))
    return false;
  use.place = *place;
  use.onChip = true;
  return true;
}

/// The bytes of device memory that a layout spares; none when a store has no place in it.
std::optional<int64_t> Residence::lay(const RowLayout &tried) {
  layout = tried;
  for (Use &store : stores)
    if (!layStore(store))
      return std::nullopt;
  int64_t spared = 0;
  for (Use &load : loads)
    if (layLoad(load))
      spared += load.traffic();
  if (spared && !isKept())
    for (const Use &store : stores)
      spared += store.traffic();
  return spared;
}

bool Residence::isKept() const {
  return llvm::any_of(loads, [](const Use &load) { return !load.onChip; });
}

bool Residence::choose(const Positions &positions) {
  if (stores.empty() || loads.empty())
    return false;
  int64_t elements = this->elements();
  RowLayout best;
  for (int64_t length : lengths()) {
    RowLayout tried{elements / length, length};
    std::optional<int64_t> spared = lay(tried);
    if (spared && *spared > savedBytes) {
      savedBytes = *spared;
      best = tried;
    }
  }
  if (!savedBytes)
    return false;
  lay(best);
  stored = commonType();
  first = INT64_MAX;
  for (const auto &uses : {stores, loads})
    for (const Use &use : uses)
      if (use.onChip)
        liveAt(positions, use);
  return true;
}

/// The buffer lives through the transfer and the life of the tile that it may replace.
void Residence::liveAt(const Positions &positions, const Use &use) {
  auto add = [&](Operation *op) {
    auto [begin, end] = positions.of(function.getBody().front().findAncestorOpInBlock(*op));
    first = std::min(first, begin);
    last = std::max(last, end);
  };
  add(use.op);
  if (isOnChip(*use.partner))
    for (Operation *user : use.partner->buffer.getUsers())
      add(user);
}

/// What all readers round to, where nobody needs more; the type of the tensor otherwise.
DType Residence::commonType() const {
  DType type = loads.front().partner ? loads.front().partner->dtype : stored;
  bool agree = llvm::all_of(
      loads, [&](const Use &load) { return load.onChip && load.partner->dtype == type; });
  return agree && byteSize(type) < byteSize(stored) ? type : stored;
}

/// Of the tensor; `stored` is its type still.
int64_t Residence::elements() const {
  isa::SegmentOp declaration = segment;
  return declaration.getBytes() / int64_t(byteSize(stored));
}

int64_t Residence::bytes() const {
  return llvm::alignTo(layout.columns() * int64_t(byteSize(stored)), 64);
}

Ref Residence::at(const Use &use) const {
  Ref ref = use.place;
  int64_t from = byteSize(use.access.dtype), to = byteSize(stored);
  ref.offset.constant = ref.offset.constant / from * to;
  for (auto &term : ref.offset.terms)
    term.second = term.second / from * to;
  ref.buffer = buffer;
  ref.space = isa::Space::Sbuf;
  ref.dtype = stored;
  return ref;
}

/// Makes the tile of a transfer a part of the buffer; false, and nothing done, where one of the
/// tile's users cannot tell.
bool Residence::replace(Use &use, bool isLoad, Residents &residents) {
  auto alloc = use.partner->buffer.getDefiningOp<tile::AllocOp>();
  if (!alloc || use.partner->space != isa::Space::Sbuf || residents.buffers.contains(alloc) ||
      !copiesAlike(stored, use.partner->dtype) || alloc->getBlock() != use.op->getBlock())
    return false;
  std::optional<Renaming> renaming = Renaming::between(*use.partner, at(use));
  if (!renaming)
    return false;
  SmallVector<std::tuple<tile::InstOp, unsigned, Ref>> renamed;
  for (OpOperand &other : alloc.getBuffer().getUses()) {
    auto op = cast<tile::InstOp>(other.getOwner());
    if (op == use.op)
      continue;
    unsigned k = operandOf(other);
    isa::Inst inst = op.getInst();
    isa::Role role = isa::factsOf(inst.opcode).operand[k].role;
    bool writes = role != isa::Role::Read;
    bool converts = stored != use.partner->dtype;
    if (isLoad ? writes : converts && role != isa::Role::Write)
      return false;
    if (writes && !alloc->getBlock()->findAncestorOpInBlock(*op)->isBeforeInBlock(use.op))
      return false;
    std::optional<Ref> ref = refOf(op, k);
    std::optional<Ref> to = ref ? renaming->rename(*ref) : std::nullopt;
    if (!to || to->dims.size() > isa::kMaxDims)
      return false;
    const isa::InstFacts &facts = isa::factsOf(inst.opcode);
    bool transfer = facts.isDma && facts.operand[k].dmaSide;
    if (!transfer && !fitsOperand(*to))
      return false;
    inst.operand[k] = templates::geometryOf(*to, transfer);
    if (!isLegal(inst, residents.machine))
      return false;
    renamed.push_back({op, k, *to});
  }
  for (auto &[op, k, to] : renamed)
    setRef(op, k, to);
  return true;
}

void Residence::storeOnChip(Use &use, Residents &residents) {
  bool kept = isKept();
  use.partner = refOf(use.op, 1 - use.operand); // another value's place, maybe
  Ref place = at(use);
  if (replace(use, /*isLoad=*/false, residents)) {
    if (!kept)
      return use.op.erase();
    return setRef(use.op, 1 - use.operand, place);
  }
  OpBuilder builder(use.op);
  if (isOnChip(*use.partner) && sameLanes(place, *use.partner) && fitsOperand(*use.partner) &&
      copiesAlike(stored, use.partner->dtype)) {
    templates::TileBuilder(builder, use.op.getLoc()).copy(place, *use.partner);
    if (!kept)
      use.op.erase();
    return;
  }
  auto transfer = kept ? cast<tile::InstOp>(builder.clone(*use.op)) : use.op;
  setRef(transfer, use.operand, place);
}

void Residence::loadOnChip(Use &use, Residents &residents) {
  use.partner = refOf(use.op, 1 - use.operand);
  Ref place = at(use);
  if (use.partner->dtype == stored && replace(use, /*isLoad=*/true, residents))
    return use.op.erase();
  if (!fitsOperand(*use.partner))
    return setRef(use.op, use.operand, place);
  OpBuilder builder(use.op);
  templates::TileBuilder(builder, use.op.getLoc()).copy(*use.partner, place);
  use.op.erase();
}

void Residence::moveIn(Residents &residents) {
  OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
  auto type = tile::BufferType::get(builder.getContext(), "sbuf", layout.partitions(), bytes());
  auto alloc = tile::AllocOp::create(builder, segment.getLoc(), type, /*slots=*/1, /*address=*/-1);
  residents.buffers.insert(alloc);
  buffer = alloc;
  for (Use &store : stores)
    storeOnChip(store, residents);
  for (Use &load : loads)
    if (load.onChip)
      loadOnChip(load, residents);
}
