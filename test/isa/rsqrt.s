// 1 / sqrt(x); powers of four are exact.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 4, 16, 0.25, 64, 256, 0.0625, 1024)
.tensor y output f32 [2, 4]
.expect_values y = rsqrt(x)
.expect complete @op = start @op + 166

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine gpsimd
  take loaded
op:
  rsqrt sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4} signal computed
