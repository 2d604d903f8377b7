// One signal for all earlier transfers of a queue.
.semaphore loaded
.semaphore stored
.tensor x input f32 [2, 64] = random(1)
.tensor y output f32 [2, 64]
.expect_values y = x

.engine sync
  dma sbuf.f32[0:1]@0 {64}, hbm.f32@x {1, 64}
  dma sbuf.f32[0:1]@256 {64}, hbm.f32@x+256 {1, 64}
  queue_signal signal loaded
  dma hbm.f32@y {1, 64}, sbuf.f32[0:1]@0 {64} take loaded
  dma hbm.f32@y+256 {1, 64}, sbuf.f32[0:1]@256 {64}
  queue_signal signal stored
  take stored
