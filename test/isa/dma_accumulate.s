// y = a + b, added where it lies.
.semaphore loaded
.semaphore added
.semaphore stored
.tensor a input f32 [2, 64] = random(1)
.tensor b input f32 [2, 64] = random(2)
.tensor y output f32 [2, 64]
.expect_values y = add(a, b)

.engine sync
  dma sbuf.f32[0:2]@0 {64}, hbm.f32@a {2, 64} signal loaded
  dma_accumulate sbuf.f32[0:2]@0 {64}, hbm.f32@b {2, 64} take loaded signal added
  dma hbm.f32@y {2, 64}, sbuf.f32[0:2]@0 {64} take added signal stored
  take stored
