// Transfers of one queue are not ordered among themselves.
.machine trn1
.semaphore done
.tensor x input f32 [128, 16] = random(1)
.tensor y output f32 [128, 16]
.expect_fault race "sync has to wait for a signal of queue 0"

.engine sync
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128, 16} queue=0 signal done
  dma hbm.f32@y {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 signal done
  take done 2
