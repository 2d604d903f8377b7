//===- IsaMove.td - DMA transfers, register loads and stores ---------------------------------===//
include "dialects/isa/IsaBase.td"

defvar Anywhere = [Hbm, Sbuf];
defvar DmaTriggers = [SyncE, ScalarE, GpSimdE];

def OwnsQueue : Rule<"rule::ownsQueue(i.inst().engine, i.queue())",
                     "the queue belongs to the triggering stream: 0 to 5 sync, 6 to 9 scalar, "
                     "10 to 13 gpsimd">;

class Transfer<string mnem, bits<8> number, list<Operand> ops, list<Field> f = [],
               list<Imm> im = []>
    : Inst<mnem, number, DmaTriggers, ops, !listconcat([Field<"queue", QueueField, 0, 4>], f), im> {
  let isDma = 1;
  let interval = "cost::triggerCycles(m, i.inst())";
  let latency = "cost::triggerCycles(m, i.inst())";
}

def Dma : Transfer<"dma", 0x50, [DmaSide<"dst", Out, Anywhere>, DmaSide<"src", In, Anywhere>]> {
  let summary = "dst = src, element by element in order, cast through fp32 when the types differ";
  let rules = [
    OwnsQueue,
    Rule<"rule::sameTransfer(i.dst(), i.src())",
         "equal elements in all, and the outermost dim of an HBM side counts the partitions">,
    Rule<"rule::canCast(i.dst().dtype, i.src().dtype)", "packed types and scales are not cast">];
  let source = "machine model, DMA: max(latency, bytes / share of the rate)";
}

def DmaAccumulate : Transfer<"dma_accumulate", 0x51,
    [DmaSide<"dst", InOut, Anywhere>, DmaSide<"src", In, Anywhere>]> {
  let summary = "dst = dst + src in fp32";
  let rules = [
    OwnsQueue,
    Rule<"rule::sameTransfer(i.dst(), i.src())",
         "equal elements in all, and the outermost dim of an HBM side counts the partitions">,
    Rule<"rule::canCast(i.dst().dtype, i.src().dtype)", "packed types and scales are not cast">];
  let source = "hardware notes 3.6: half the copy rate up to generation 3";
}

def DmaGather : Transfer<"dma_gather", 0x52,
    [DmaSide<"dst", Out, Anywhere>, DmaSide<"src", In, [Hbm]>, Operand<"index", In, [Sbuf]>],
    [], [Imm<"rowBytes", "uint32_t", 0>, Imm<"rows", "uint32_t", 1>]> {
  let summary = "row r of dst = the row of src at byte offset index[r] * rowBytes; src describes "
                "one row; r runs over dst's partitions (on chip) or its outermost dim";
  let rules = [
    OwnsQueue,
    Rule<"rule::isRow(i.src(), i.dst(), i.index())",
         "dst has a row for every partition of index, and src is one row">,
    Rule<"rule::canCast(i.dst().dtype, i.src().dtype)", "packed types and scales are not cast">,
    Rule<"rule::isIndex(i.index()) && i.index().elements() == 1",
         "index is one i32 or u32 per partition">,
    Rule<"i.rows() > 0 && i.rowBytes() > 0", "rows and rowBytes are positive">,
    Rule<"!m.dmaDynamicOnGpsimdOnly || i.inst().engine == Engine::GpSimd",
         "indirect transfers are triggered by GpSimd on this machine">];
  let constraints = "0 <= index < rows";
  let faults = ["an index outside the rows"];
  let source = "hardware notes 3.6: software descriptor generation on GpSimd";
}

def DmaScatter : Transfer<"dma_scatter", 0x53,
    [DmaSide<"dst", Out, [Hbm]>, DmaSide<"src", In, Anywhere>, Operand<"index", In, [Sbuf]>],
    [], [Imm<"rowBytes", "uint32_t", 0>, Imm<"rows", "uint32_t", 1>]> {
  let summary = "the row of dst at byte offset index[r] * rowBytes = row r of src; dst describes "
                "one row";
  let rules = [
    OwnsQueue,
    Rule<"rule::isRow(i.dst(), i.src(), i.index())",
         "src has a row for every partition of index, and dst is one row">,
    Rule<"rule::canCast(i.dst().dtype, i.src().dtype)", "packed types and scales are not cast">,
    Rule<"rule::isIndex(i.index()) && i.index().elements() == 1",
         "index is one i32 or u32 per partition">,
    Rule<"i.rows() > 0 && i.rowBytes() > 0", "rows and rowBytes are positive">,
    Rule<"!m.dmaDynamicOnGpsimdOnly || i.inst().engine == Engine::GpSimd",
         "indirect transfers are triggered by GpSimd on this machine">];
  let constraints = "0 <= index < rows; equal indices within one transfer are a race";
  let faults = ["an index outside the rows", "two equal indices"];
  let source = "hardware notes 3.6: software descriptor generation on GpSimd";
}

def DmaTranspose : Transfer<"dma_transpose", 0x54,
    [DmaSide<"dst", Out, Anywhere>, DmaSide<"src", In, Anywhere>]> {
  let summary = "dst[j, i] = src[i, j] for 2-byte elements";
  let rules = [
    OwnsQueue,
    Rule<"i.dst().dtype == i.src().dtype && byteSize(i.dst().dtype) == 2",
         "both sides have one 2-byte dtype">,
    Rule<"rule::isTransposed(i.dst(), i.src())", "dst has the rows of src as columns">];
  let minGeneration = 3;
  let source = "hardware notes 3.6: hardware descriptor generation, from generation 3";
}

def QueueSignal : Inst<"queue_signal", 0x55, DmaTriggers, [],
    [Field<"queue", QueueField, 0, 4>]> {
  let isDma = 1;
  let summary = "an empty transfer: its signals fire when all earlier transfers of the queue are done";
  let rules = [OwnsQueue];
  let interval = "cost::triggerCycles(m, i.inst())";
  let latency = "cost::triggerCycles(m, i.inst())";
  let source = "machine model, DMA: a queue signals once per transfer, in trigger order";
}

def RegisterLoad : Inst<"reg_load", 0x56, AllEngines, [DmaSide<"src", In, Anywhere>],
    [Field<"dst", RegisterField, 0, 6>]> {
  let summary = "register dst = the 32-bit integer at src, zero-extended or sign-extended by type";
  let rules = [Rule<"rule::isWord(i.src())", "src is one i32 or u32">];
  let constraints = "the stream waits for the value";
  let isControl = 1;
  let interval = "cost::registerLoad(m, i.src())";
  let latency = "cost::registerLoad(m, i.src())";
  let source = "hardware notes 3.6: 1-2 us from HBM, 100 ns from SBUF, assumed";
}

def RegisterStore : Inst<"reg_store", 0x57, AllEngines, [DmaSide<"dst", Out, Anywhere>],
    [Field<"src", RegisterField, 0, 6>]> {
  let summary = "the 32-bit integer at dst = register src";
  let rules = [Rule<"rule::isWord(i.dst())", "dst is one i32 or u32">];
  let isControl = 1;
  let interval = "cost::registerLoad(m, i.dst())";
  let latency = "cost::registerLoad(m, i.dst())";
  let source = "hardware notes 3.6, assumed as reg_load";
}
