// A ring that was built before lies in HBM: where the memory is what limits a transfer, a descriptor
// of every piece costs as much as its bytes do. What hardware describes at the trigger fetches none.
.machine trn2
.cores 8
.param baseMHz = 1000
.param dmaEngineBytesPerUs = 100000
.param hbmBytesPerUs = 160000    // 10 B/ns for each of 16 engines
.param dmaElementPs = 0
.param dmaLatencyPs = 0
.param dmaSignalPs = 0
.param dmaStaticTriggerPs = 30000
.param dmaDynamicTriggerPs = 30000
.param dmaDynamicStartPs = 0
.param dmaDescribePiecePs = 0
.param dmaDescriptorBytes = 64
.queue 1 described
.semaphore ring
.semaphore described
.tensor x input f32 [128, 256] = random(1)
.expect complete @ring = start @ring + 900             // 30, and 8 x (1024 + 64) bytes at 10 a ns
.expect complete @short = start @short + 132           // 30, and 8 x (64 + 64)
.expect complete @described = start @described + 849   // 30, and 8 x 1024

.engine sync
ring:
  dma sbuf.f32[0:128]@0 {256}, hbm.f32@x {128, 256} queue=0 signal ring
  take ring
short:
  dma sbuf.f32[0:128]@0x1000 {16}, hbm.f32@x {128:1024, 16} queue=0 signal ring
  take ring
described:
  dma sbuf.f32[0:128]@0x2000 {256}, hbm.f32@x {128, 256} queue=1 signal described
  take described
