// One credit more than there are slots: the third load begins while the first may still write.
.machine trn1
.semaphore loaded
.semaphore free = 3
.tensor x input f32 [128, 160] = random(1)
.expect_fault race "dma of sync at 1, transfer 1 of queue 0"

.engine sync
  loop 10 (r1 += 1, r2 += 1 wrap 2)
    dma sbuf.f32[0:128]@0+r2*64 {16}, hbm.f32@x+r1*64 {128:640, 16} queue=0 take free signal loaded
  endloop
.engine vector
  loop 10 (r2 += 1 wrap 2)
    tensor_copy sbuf.f32[0:128]@0x1000 {16}, sbuf.f32[0:128]@0+r2*64 {16} take loaded signal free read after 1
  endloop
