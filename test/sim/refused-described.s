// Before trn2 no hardware describes transfers when they are triggered: only the GpSimd can.
.machine trn1
.queue 0 described
.semaphore loaded
.tensor x input f32 [128, 16] = random(1)

.engine sync
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128, 16} queue=0 signal loaded
  take loaded
