// One take more than there are transfers.
.machine trn1
.semaphore loaded
.tensor x input f32 [128, 16] = random(1)
.expect_fault deadlock "from queue 0 of sync, which has ended"

.engine sync
  loop 3 (r1 += 1)
    dma sbuf.f32[0:128]@0+r1*64 {16}, hbm.f32@x {128, 16} queue=0 signal loaded
  endloop
.engine vector
  take loaded 4
