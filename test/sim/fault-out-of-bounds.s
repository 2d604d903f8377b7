// A register takes an address out of its tensor; the next one is not touched.
.machine trn1
.semaphore loaded
.tensor x input f32 [128, 16] = random(1)
.tensor guard input f32 [128, 16] = random(2)
.expect_fault out-of-bounds "leaves its memory"

.engine sync
  loop 2 (r1 += 1)
    dma sbuf.f32[0:128]@0 {16}, hbm.f32@x+r1*64 {128, 16} queue=0 signal loaded
    take loaded
  endloop
