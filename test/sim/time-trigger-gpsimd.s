// Before trn2 only the GpSimd describes transfers at run time, and computes nothing meanwhile.
.machine trn1
.param gpsimdMHz = 1000
.param baseMHz = 1000
.param dmaDynamicTriggerPs = 740000
.param dmaLatencyPs = 1180000
.queue 10 described
.semaphore loaded
.tensor x input f32 [128, 16] = random(1)
.expect complete @load = start @load + 1920     // 740 + 1180
.expect start @next = start @load + 740

.engine gpsimd
load:
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128, 16} queue=10 signal loaded
next:
  memset sbuf.f32[0:128]@0x1000 {16}
  take loaded
