//===- Machines.td - the machines: parameters, and a row for each ---------------------------===//
//
// Values that all generations share come first, then what belongs to a core generation, then
// what a chip changes; a later value replaces an earlier one. "notes" are the project's notes
// on public material, "model" is the project's machine model.
//
//===--------------------------------------------------------------------------------------===//
include "dialects/target/Target.td"

// --- Parameters ------------------------------------------------------------------------------
def Generation   : Small<"generation", "number", "NeuronCore generation", 4>;
def CoresPerChip : Small<"coresPerChip", "cores", "NeuronCores of a chip", 128>;

def TensorMHz : Clock<"tensorMHz", "clock of the TensorE">;
def VectorMHz : Clock<"vectorMHz", "clock of the VectorE">;
def ScalarMHz : Clock<"scalarMHz", "clock of the ScalarE">;
def GpsimdMHz : Clock<"gpsimdMHz", "clock of the GpSimd">;
def BaseMHz   : Clock<"baseMHz", "clock of sequencers and memories">;

def SbufPartitionBytes : Small<"sbufPartitionBytes", "bytes", "usable SBUF of a partition", 4194304>;
def PsumBanks          : Small<"psumBanks", "banks", "PSUM banks of a partition", 64>;
def PsumBankBytes      : Small<"psumBankBytes", "bytes", "bytes of a PSUM bank in a partition", 65536>;
def PsumTileBanks      : Small<"psumTileBanks", "banks", "banks that one matmul's result may span", 64>;
def MovingColumnsMax   : Small<"movingColumnsMax", "columns", "most columns of a matmul's moving operand", 65535>;
def RowTileMin         : Small<"rowTileMin", "partitions", "smallest row tile of the TensorE; operands start at its multiples", 128>;

def MinIntervalCycles : Cost<"minIntervalCycles", "cycles", "least distance of two instructions on an engine">;
def TensorPairOverheadCycles : Cost<"tensorPairOverheadCycles", "cycles", "what a load of weights takes from the array">;
def TensorLatencyCycles : Cost<"tensorLatencyCycles", "cycles", "matmul: start to last write, beyond columns and rows">;
def LoadWeightsLatencyCycles : Cost<"loadWeightsLatencyCycles", "cycles", "ldweights: start to completion, beyond its columns">;
def LoadWeightsColumnsPerCycle : Small<"loadWeightsColumnsPerCycle", "columns", "columns that a load of weights takes in a cycle", 128>;
def Fp32Passes : Small<"fp32Passes", "passes", "passes of an fp32 matmul", 64>;
def Fp32PassThroughPasses : Small<"fp32PassThroughPasses", "passes", "passes of an fp32 matmul that copies through an identity", 64>;

def VectorIssueCycles : Cost<"vectorIssueCycles", "cycles", "VectorE: interval beyond the columns">;
def VectorLatencyCycles : Cost<"vectorLatencyCycles", "cycles", "VectorE: start to last write, beyond the columns">;
def ScalarIssueCycles : Cost<"scalarIssueCycles", "cycles", "ScalarE: interval beyond the columns">;
def ScalarLatencyCycles : Cost<"scalarLatencyCycles", "cycles", "ScalarE: start to last write, beyond the columns">;
def GpsimdStartCycles : Cost<"gpsimdStartCycles", "cycles", "GpSimd: start of an instruction">;
def ReduceReadCycles : Cost<"reduceReadCycles", "cycles", "reading the reduce registers">;
def TableLoadNs : Cost<"tableLoadNs", "ns", "loading an activation table set">;

def StrideFullRateBytes : Small<"strideFullRateBytes", "bytes", "largest innermost stride at which a port runs at full rate; beyond, half", 65536>;
def TensorTensorFp32TwoSbufFactor : Small<"tensorTensorFp32TwoSbufFactor", "factor", "two-tensor operations with both inputs in SBUF and not 16-bit take this many cycles a column", 64>;
def TensorTensorFactor16 : Small<"tensorTensorFactor16", "columns", "columns a cycle of 16-bit two-tensor operations in SBUF", 64>;
def CopyFastFactor16 : Small<"copyFastFactor16", "columns", "columns a cycle of one-tensor operations: 16-bit, contiguous, SBUF to SBUF", 64>;
def CopyFactor16 : Small<"copyFactor16", "columns", "columns a cycle of one-tensor operations: 16-bit, strided, or contiguous with one side in PSUM", 64>;
def CopyFactor8 : Small<"copyFactor8", "columns", "columns a cycle of one-tensor operations: 16-bit to 8-bit floats, contiguous, SBUF to SBUF", 64>;
def ReduceFactor16 : Small<"reduceFactor16", "columns", "columns a cycle of bf16 add and max reductions", 64>;
def MemsetFactor32 : Small<"memsetFactor32", "columns", "columns a cycle of memset", 64>;
def MemsetZeroFactor16 : Small<"memsetZeroFactor16", "columns", "columns a cycle of a 16-bit memset to zero", 64>;
def ScalarFactor16 : Small<"scalarFactor16", "columns", "columns a cycle of activations with 16-bit and 8-bit sides", 64>;

def PortExclusionPsum : Flag<"portExclusionPsum", "VectorE and ScalarE exclude each other on PSUM">;
def PortExclusionSbuf : Flag<"portExclusionSbuf", "VectorE and GpSimd exclude each other on SBUF">;

def SemaphoreNs : Cost<"semaphoreNs", "ns", "completion to the start of an instruction that waits for it, by a semaphore or by `after`">;
def SequencerInstCycles : Cost<"sequencerInstCycles", "cycles", "base clock: issue of one instruction">;
def SequencerLoopCycles : Cost<"sequencerLoopCycles", "cycles", "base clock: end of a loop's iteration">;
def SequencerWaitNs : Cost<"sequencerWaitNs", "ns", "a wait that is already satisfied">;
def EngineQueueDepth : Small<"engineQueueDepth", "instructions", "queue between a sequencer and its engine", 4096>;
def FetchBufferBytes : Small<"fetchBufferBytes", "bytes", "instruction buffer of a stream; loops inside it fetch nothing", 1073741824>;
def RegisterLoadHbmNs : Cost<"registerLoadHbmNs", "ns", "a register from or to HBM">;
def RegisterLoadSbufNs : Cost<"registerLoadSbufNs", "ns", "a register from or to SBUF">;

def DmaEngines : Small<"dmaEngines", "engines", "DMA engines of a core; each serves 128 / engines partitions", 128>;
def DmaEngineBytesPerUs : Small<"dmaEngineBytesPerUs", "bytes per us", "sustained rate of a DMA engine", 1000000000>;
def DmaLatencyPs : Cost<"dmaLatencyPs", "ps", "least time of a transfer">;
def DmaSignalPs : Cost<"dmaSignalPs", "ps", "last byte of a transfer to its signal; its place in flight is free before">;
def DmaElementPs : Cost<"dmaElementPs", "ps", "least time of one contiguous piece of a transfer on its engine">;
def DmaIssuePs : Cost<"dmaIssuePs", "ps", "least distance of two transfers of a queue">;
def DmaInFlight : Small<"dmaInFlight", "transfers", "transfers of a queue in flight, where a program does not say", 4096>;
def DmaQueueDepth : Small<"dmaQueueDepth", "transfers", "triggered and unfinished transfers of a queue; a further trigger blocks", 65536>;
def DmaStaticTriggerPs : Cost<"dmaStaticTriggerPs", "ps", "trigger of a transfer whose addresses are known when loading">;
def DmaDynamicTriggerPs : Cost<"dmaDynamicTriggerPs", "ps", "trigger of a transfer whose addresses or rows come from memory">;
def DmaDescribePiecePs : Cost<"dmaDescribePiecePs", "ps", "the same, for every contiguous piece of the transfer">;
def DmaDynamicStartPs : Cost<"dmaDynamicStartPs", "ps", "end of the trigger of such a transfer to its first byte; triggers behind it do not wait">;
def DmaDynamicOnGpsimdOnly : Flag<"dmaDynamicOnGpsimdOnly", "only GpSimd triggers dynamic transfers, and is busy meanwhile">;
def DmaDescriptorBytes : Small<"dmaDescriptorBytes", "bytes", "descriptor of one contiguous piece, fetched from HBM", 4096>;
def DmaPacketBytes : Small<"dmaPacketBytes", "bytes", "chunk of an HBM to HBM transfer", 1048576>;
def DmaAccumulateRatePercent : Small<"dmaAccumulateRatePercent", "percent", "rate of accumulating transfers", 1000>;
def DmaTransposeRatePercent : Small<"dmaTransposeRatePercent", "percent", "rate of transposing transfers", 1000>;
def HbmBytes : Param<"hbmBytes", "bytes", "device memory of a core's share">;
def HbmBytesPerUs : Small<"hbmBytesPerUs", "bytes per us", "HBM rate of a core's share", 1000000000>;
def HbmStackCores : Small<"hbmStackCores", "cores", "cores that share a part of the HBM, all of whose rate one of them can use", 64>;
def HbmChipBytesPerUs : Small<"hbmChipBytesPerUs", "bytes per us", "HBM rate of the chip", 1000000000>;
def LaunchPs : Cost<"launchPs", "ps", "launch of a program, kept apart in reports">;

// --- All generations -------------------------------------------------------------------------
defvar Common = [
  Value<PsumBanks, 8, Documented, "notes 1.3">,
  Value<PsumBankBytes, 2048, Documented, "notes 1.3">,
  Value<PsumTileBanks, 1, Documented, "notes 2.4">,
  Value<MovingColumnsMax, 512, Documented, "notes 1.3">,
  Value<MinIntervalCycles, 64, Documented, "notes 3.1">,
  Value<LoadWeightsColumnsPerCycle, 4, Documented, "notes 3.2: fast load, 128 columns in 32 cycles">,
  Value<Fp32Passes, 4, Documented, "notes 3.2">,
  Value<GpsimdStartCycles, 150, Documented, "notes 3.5">,
  Value<ReduceReadCycles, 64, Documented, "notes 3.1">,
  Value<StrideFullRateBytes, 16, Documented, "notes 2.3">,
  Value<ScalarFactor16, 1, Documented, "notes 3.3: max(64, N)">,
  Value<SemaphoreNs, 30, Measured, "notes 4.2: dependent activations on trn1, 189 ns apart of which 159 are the first">,
  Value<SequencerInstCycles, 1, Assumed, "model, engines">,
  Value<SequencerLoopCycles, 4, Assumed, "model, engines">,
  Value<SequencerWaitNs, 9, Measured, "notes 3.7: visible semaphore instruction; on satisfied waits assumed">,
  Value<EngineQueueDepth, 8, Assumed, "model, engines">,
  Value<FetchBufferBytes, 16384, Assumed, "model, engines">,
  Value<RegisterLoadHbmNs, 1500, Assumed, "notes 3.6: 1 to 2 us">,
  Value<RegisterLoadSbufNs, 100, Assumed, "notes 3.6">,
  Value<DmaEngines, 16, Documented, "notes 1.4">,
  Value<DmaSignalPs, 280000, Measured, "notes 4.2: 310 ns from completion to a waiting engine on trn2, less the semaphore">,
  Value<DmaElementPs, 7000, Measured, "notes 4.4: 4-byte pieces on trn1">,
  Value<DmaIssuePs, 50000, Fitted, "model, DMA: many transfers in flight">,
  Value<DmaInFlight, 16, Assumed, "model, DMA: a property of the program">,
  Value<DmaQueueDepth, 64, Assumed, "model, DMA">,
  Value<DmaStaticTriggerPs, 30000, Assumed, "model, DMA: one write by the triggering engine">,
  Value<DmaDescriptorBytes, 64, Assumed, "addresses, size and flags; no public figure">,
  Value<DmaPacketBytes, 4096, Documented, "notes 4.4">,
  Value<DmaAccumulateRatePercent, 50, Documented, "notes 3.6">,
  Value<DmaTransposeRatePercent, 90, Documented, "notes 3.6: up to 90 % of the copy rate">,
  Value<LaunchPs, 13500000, Measured, "notes 4.1: 13 to 17 us before the first useful work in profiles">,
];

// --- NeuronCore-v2 ---------------------------------------------------------------------------
defvar CoreV2 = !listconcat(Common, [
  Value<Generation, 2, Documented, "notes 1">,
  Value<TensorMHz, 2800, Documented, "notes 1.1">,
  Value<VectorMHz, 1120, Documented, "notes 1.1">,
  Value<ScalarMHz, 1400, Documented, "notes 1.1">,
  Value<GpsimdMHz, 1400, Documented, "notes 1.1">,
  Value<BaseMHz, 1400, Documented, "notes 1.1">,
  Value<SbufPartitionBytes, 196608, Documented, "notes 1.3: 192 KiB; a reserve is not published">,
  Value<RowTileMin, 64, Documented, "notes 3.2">,
  Value<TensorPairOverheadCycles, 70, Fitted, "notes 4.8; 64 to 80 by notes 3.2">,
  Value<TensorLatencyCycles, 397, Fitted, "notes 3.2: 219 and 188 ns on trn1">,
  Value<LoadWeightsLatencyCycles, 187, Fitted, "notes 3.2: 67 ns for one column">,
  Value<Fp32PassThroughPasses, 4, Documented, "notes 3.2: no transpose mode">,
  Value<VectorIssueCycles, 60, Fitted, "model, engines">,
  Value<VectorLatencyCycles, 200, Fitted, "notes 3.4">,
  Value<ScalarIssueCycles, 110, Fitted, "model, engines">,
  Value<ScalarLatencyCycles, 222, Measured, "notes 3.3: one element takes 159 ns">,
  Value<TableLoadNs, 368, Measured, "notes 3.3">,
  Value<TensorTensorFp32TwoSbufFactor, 2, Documented, "notes 3.4">,
  Value<TensorTensorFactor16, 1, Documented, "notes 3.4">,
  Value<CopyFastFactor16, 1, Documented, "notes 3.4">,
  Value<CopyFactor16, 1, Documented, "notes 3.4">,
  Value<CopyFactor8, 1, Documented, "notes 3.4">,
  Value<ReduceFactor16, 2, Documented, "notes 3.4">,
  Value<MemsetFactor32, 1, Documented, "notes 3.4">,
  Value<MemsetZeroFactor16, 2, Documented, "notes 3.4">,
  Value<PortExclusionPsum, 1, Documented, "notes 2.3">,
  Value<PortExclusionSbuf, 1, Documented, "notes 2.3">,
  Value<DmaEngineBytesPerUs, 17000, Documented, "notes 1.4: sustained">,
  Value<DmaLatencyPs, 1180000, Fitted, "model, DMA: the published matmul ladder">,
  Value<DmaDynamicTriggerPs, 740000, Measured, "notes 3.5: first byte of a software-built transfer, on trn2">,
  Value<DmaDescribePiecePs, 0, Assumed, "as part of the trigger">,
  Value<DmaDynamicStartPs, 0, Assumed, "as part of the trigger, which was measured up to the first byte">,
  Value<DmaSignalPs, 280000, Assumed, "as v3">,
  Value<DmaDynamicOnGpsimdOnly, 1, Documented, "notes 4.5: no hardware descriptor generation">,
]);

def Trn1 : Machine<"trn1", "Trainium1, one NeuronCore-v2", !listconcat(CoreV2, [
  Value<CoresPerChip, 2, Documented, "notes 1.2">,
  Value<HbmBytes, 17179869184, Documented, "notes 1.4: 32 GiB by 2 cores">,
  Value<HbmBytesPerUs, 410000, Documented, "notes 1.4: 820 GB/s by 2 cores">,
  Value<HbmStackCores, 2, Assumed, "two stacks; that one core reaches both is assumed">,
  Value<HbmChipBytesPerUs, 820000, Documented, "notes 1.4">,
])>;

def Inf2 : Machine<"inf2", "Inferentia2, one NeuronCore-v2", !listconcat(CoreV2, [
  Value<CoresPerChip, 2, Documented, "notes 1.2">,
  Value<HbmBytes, 17179869184, Documented, "notes 1.4: 32 GiB by 2 cores">,
  Value<HbmBytesPerUs, 410000, Documented, "notes 1.4: 820 GB/s by 2 cores">,
  Value<HbmStackCores, 2, Assumed, "two stacks; that one core reaches both is assumed">,
  Value<HbmChipBytesPerUs, 820000, Documented, "notes 1.4">,
])>;

// --- NeuronCore-v1: a performance row over the common instruction set ------------------------
def Inf1 : Machine<"inf1", "Inferentia1, one NeuronCore-v1; what it lacks is emulated", !listconcat(CoreV2, [
  Value<Generation, 1, Documented, "notes 1">,
  Value<CoresPerChip, 4, Documented, "notes 1.2">,
  Value<TensorMHz, 488, Assumed, "16 TFLOPS of a 128 x 128 array; the real array is not documented">,
  Value<VectorMHz, 1000, Documented, "notes 1.1: 256 flop a cycle at the base clock">,
  Value<ScalarMHz, 1000, Documented, "notes 1.1: 512 flop a cycle at the base clock">,
  Value<GpsimdMHz, 1000, Assumed, "emulated: v1 has no GpSimd">,
  Value<BaseMHz, 1000, Documented, "notes 1.1">,
  Value<SbufPartitionBytes, 196608, Assumed, "not published; as v2">,
  Value<PsumBanks, 8, Assumed, "not published; as v2">,
  Value<PsumBankBytes, 2048, Assumed, "not published; as v2">,
  Value<Fp32Passes, 4, Assumed, "emulated: v1 multiplies 16-bit numbers">,
  Value<Fp32PassThroughPasses, 4, Assumed, "emulated">,
  Value<TensorPairOverheadCycles, 70, Assumed, "as v2">,
  Value<TensorLatencyCycles, 397, Assumed, "as v2">,
  Value<LoadWeightsLatencyCycles, 187, Assumed, "as v2">,
  Value<VectorIssueCycles, 60, Assumed, "as v2">,
  Value<VectorLatencyCycles, 200, Assumed, "as v2">,
  Value<ScalarIssueCycles, 110, Assumed, "as v2">,
  Value<ScalarLatencyCycles, 222, Assumed, "as v2">,
  Value<TableLoadNs, 368, Assumed, "as v2">,
  Value<DmaEngineBytesPerUs, 17000, Assumed, "as v2; the memory is slower than the engines">,
  Value<DmaLatencyPs, 1180000, Assumed, "as v2">,
  Value<DmaDynamicTriggerPs, 740000, Assumed, "emulated: v1 has no dynamic shapes">,
  Value<DmaDescribePiecePs, 0, Assumed, "as part of the trigger">,
  Value<HbmBytes, 2147483648, Documented, "notes 1.4: 8 GiB by 4 cores">,
  Value<HbmBytesPerUs, 13421, Documented, "notes 1.4: 50 GiB/s by 4 cores">,
  Value<HbmStackCores, 4, Assumed, "one memory">,
  Value<HbmChipBytesPerUs, 53687, Documented, "notes 1.4: 50 GiB/s">,
  Value<LaunchPs, 13500000, Assumed, "as v2">,
])>;

// --- NeuronCore-v3 ---------------------------------------------------------------------------
defvar CoreV3 = !listconcat(Common, [
  Value<Generation, 3, Documented, "notes 1">,
  Value<TensorMHz, 2400, Documented, "notes 1.1">,
  Value<VectorMHz, 960, Documented, "notes 1.1">,
  Value<ScalarMHz, 1200, Documented, "notes 1.1">,
  Value<GpsimdMHz, 1200, Documented, "notes 1.1">,
  Value<BaseMHz, 1200, Documented, "notes 1.1">,
  Value<SbufPartitionBytes, 212728, Measured, "notes 1.3: 224 KiB less 16 KiB and 264 bytes">,
  Value<RowTileMin, 32, Documented, "notes 3.2">,
  Value<TensorPairOverheadCycles, 8, Fitted, "notes 3.2: 521.8 cycles a pair">,
  Value<TensorLatencyCycles, 264, Fitted, "notes 3.2: 590 ns for fp32, N = 512">,
  Value<LoadWeightsLatencyCycles, 419, Fitted, "notes 3.2: visible 188 ns for 128 columns">,
  Value<Fp32PassThroughPasses, 2, Documented, "notes 3.2: transpose mode">,
  Value<VectorIssueCycles, 50, Fitted, "notes 3.4">,
  Value<VectorLatencyCycles, 150, Fitted, "notes 3.4: 144 to 152 cycles">,
  Value<ScalarIssueCycles, 50, Fitted, "notes 3.4">,
  Value<ScalarLatencyCycles, 350, Fitted, "notes 3.3: 290 to 300 ns">,
  Value<TableLoadNs, 1280, Measured, "notes 3.3">,
  Value<TensorTensorFp32TwoSbufFactor, 1, Assumed, "notes 3.4: by the width of the data path">,
  Value<TensorTensorFactor16, 2, Documented, "notes 3.4">,
  Value<CopyFastFactor16, 4, Documented, "notes 3.4">,
  Value<CopyFactor16, 2, Documented, "notes 3.4">,
  Value<CopyFactor8, 2, Measured, "notes 3.4: 16,384 bf16 to fp8 in 8.8 us">,
  Value<ReduceFactor16, 1, Assumed, "notes 3.4">,
  Value<MemsetFactor32, 2, Measured, "notes 3.4: 512 words in 434 ns">,
  Value<MemsetZeroFactor16, 4, Assumed, "notes 3.4">,
  Value<PortExclusionPsum, 0, Documented, "notes 2.3">,
  Value<PortExclusionSbuf, 0, Documented, "notes 2.3">,
  Value<DmaEngineBytesPerUs, 23000, Documented, "notes 1.4: sustained">,
  Value<DmaLatencyPs, 860000, Fitted, "model, DMA: 11 points of the payload curve">,
  Value<DmaDynamicTriggerPs, 486000, Fitted, "notes 7.12: additions of one element a tile, 1.46 us for three transfers">,
  Value<DmaDescribePiecePs, 1000, Fitted, "notes 7.12: the same of 128 elements, 1.89 us">,
  Value<DmaDynamicStartPs, 386000, Measured, "notes 4.4: 1.0 us from a trigger to the first byte, less the trigger of 128 pieces">,
  Value<DmaDynamicOnGpsimdOnly, 0, Documented, "notes 4.5">,
  Value<LaunchPs, 13500000, Assumed, "as trn1">,
]);

def Trn2 : Machine<"trn2", "Trainium2, one NeuronCore-v3", !listconcat(CoreV3, [
  Value<CoresPerChip, 8, Documented, "notes 1.2">,
  Value<HbmBytes, 12884901888, Documented, "notes 1.4: 96 GiB by 8 cores">,
  Value<HbmBytesPerUs, 358400, Measured, "notes 1.4: 716.8 GB/s of a stack by 2 cores">,
  Value<HbmStackCores, 2, Documented, "notes 1.4: each stack shared by 2 cores">,
  Value<HbmChipBytesPerUs, 2867200, Measured, "notes 1.4: 4 stacks of 716.8 GB/s">,
])>;

// --- NeuronCore-v4 ---------------------------------------------------------------------------
def Trn3 : Machine<"trn3", "Trainium3, one NeuronCore-v4", !listconcat(CoreV3, [
  Value<Generation, 4, Documented, "notes 1">,
  Value<CoresPerChip, 8, Documented, "notes 1.2">,
  Value<VectorMHz, 1200, Documented, "notes 1.1">,
  Value<BaseMHz, 1200, Assumed, "notes 1.1">,
  Value<SbufPartitionBytes, 245496, Assumed, "notes 1.3: 256 KiB less the reserve of v3">,
  Value<PsumTileBanks, 8, Documented, "notes 2.4">,
  Value<MovingColumnsMax, 4096, Documented, "notes 1.3: fp32 results">,
  Value<TensorPairOverheadCycles, 8, Assumed, "as v3">,
  Value<TensorLatencyCycles, 264, Assumed, "as v3">,
  Value<LoadWeightsLatencyCycles, 419, Assumed, "as v3">,
  Value<VectorIssueCycles, 50, Assumed, "as v3">,
  Value<VectorLatencyCycles, 150, Assumed, "as v3">,
  Value<ScalarIssueCycles, 50, Assumed, "as v3">,
  Value<ScalarLatencyCycles, 350, Assumed, "as v3">,
  Value<TableLoadNs, 1280, Assumed, "as v3">,
  Value<MemsetFactor32, 2, Assumed, "as v3">,
  Value<ScalarFactor16, 2, Documented, "notes 1.1: 256 elements a cycle in 16 and 8 bits">,
  Value<DmaEngineBytesPerUs, 33000, Documented, "notes 1.4: sustained">,
  Value<DmaLatencyPs, 860000, Assumed, "as v3">,
  Value<DmaDynamicStartPs, 386000, Assumed, "as v3">,
  Value<DmaSignalPs, 280000, Assumed, "as v3">,
  Value<DmaDynamicTriggerPs, 486000, Assumed, "as v3">,
  Value<DmaDescribePiecePs, 1000, Assumed, "as v3">,
  Value<DmaAccumulateRatePercent, 100, Documented, "notes 3.6">,
  Value<HbmBytes, 19327352832, Documented, "notes 1.4: 144 GiB by 8 cores">,
  Value<HbmBytesPerUs, 612500, Documented, "notes 1.4: 4.9 TB/s by 8 cores">,
  Value<HbmStackCores, 2, Documented, "notes 1.4: 4 stacks, 8 cores">,
  Value<HbmChipBytesPerUs, 4900000, Documented, "notes 1.4">,
])>;
