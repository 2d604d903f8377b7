// Cores that run a copy each share the HBM of their stack: two have half of the stack's each.
.machine trn2
.cores 2
.param baseMHz = 1000
.param dmaEngineBytesPerUs = 20000
.param hbmBytesPerUs = 160000    // half of a stack's, 10 B/ns for each of 16 engines
.param hbmStackCores = 2
.param hbmChipBytesPerUs = 1280000
.param dmaElementPs = 0
.param dmaLatencyPs = 1000000
.param dmaSignalPs = 0
.param dmaStaticTriggerPs = 30000
.semaphore loaded
.tensor x input f32 [128, 2048] = random(1)
.expect complete @load = start @load + 6635    // 30, and 64 KiB and 8 descriptors at 10 B/ns

.engine sync
load:
  dma sbuf.f32[0:128]@0 {2048}, hbm.f32@x {128, 2048} queue=0 signal loaded
  take loaded
