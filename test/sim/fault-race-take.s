// Scalar reads what a transfer brings, and takes the semaphore of another one.
.machine trn1
.semaphore loaded
.semaphore other
.tensor x input f32 [128, 16] = random(1)
.expect_fault race "dma of sync at 0, transfer 1 of queue 0"

.engine sync
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128, 16} queue=0 signal loaded
  dma sbuf.f32[0:128]@64 {16}, hbm.f32@x {128, 16} queue=1 signal other
  take loaded
  take other
.engine vector
  take other
  tensor_copy sbuf.f32[0:128]@0x1000 {16}, sbuf.f32[0:128]@0 {16}
