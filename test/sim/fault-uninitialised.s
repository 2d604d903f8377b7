// A byte that nothing wrote cannot be read.
.machine trn1
.semaphore done
.semaphore stored
.tensor y output f32 [128, 16]
.expect_fault uninitialised-read "nothing has written"

.engine sync
  dma hbm.f32@y {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 take done signal stored
  take stored
.engine vector
  memset sbuf.f32[0:128]@0 {15} value=1 signal done
