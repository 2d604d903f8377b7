// An output that is not written whole is not an output.
.machine trn1
.semaphore done
.semaphore stored
.tensor y output f32 [128, 17]
.expect_fault uninitialised-read "output y ends with a byte"

.engine vector
  memset sbuf.f32[0:128]@0 {16} value=1 signal done
.engine sync
  dma hbm.f32@y {128:68, 16}, sbuf.f32[0:128]@0 {16} queue=0 take done signal stored
  take stored
