// Two unordered accumulations into one address lose one of them.
.machine trn1
.semaphore one
.semaphore two
.tensor y state f32 [128, 16] = all(0)
.expect_fault race "dma_accumulate writes bytes that dma_accumulate of sync at 0"

.engine sync
  dma_accumulate hbm.f32@y {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 signal one
  dma_accumulate hbm.f32@y {128, 16}, sbuf.f32[0:128]@0x100 {16} queue=1 signal two
  take one
  take two
