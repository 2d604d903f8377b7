// Nobody waits for the store.
.machine trn1
.tensor y output f32 [128, 16]
.semaphore filled
.semaphore stored
.expect_fault race "the program ends without a wait for transfer 1 of queue 0"

.engine vector
  memset sbuf.f32[0:128]@0 {16} signal filled
.engine sync
  dma hbm.f32@y {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 take filled signal stored
