// 1 / x; powers of two are exact.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, -4, 0.125, 1, 64, -0.5, 1024)
.tensor y output f32 [2, 4]
.expect_values y = reciprocal(x)
.expect complete @op = start @op + 232

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine vector
  take loaded
op:
  reciprocal sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4} signal computed
