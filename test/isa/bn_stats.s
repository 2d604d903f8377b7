// Count, mean and sum of squared differences of the even, then of the odd elements.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 5, 3, 7, 2, 2, 4, 6)
.tensor y output f32 [2, 6]
.expect_values y = values(2, 2, 2, 2, 6, 2, 2, 3, 2, 2, 4, 8)
.expect complete @op = start @op + 204

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 6}, sbuf.f32[0:2]@64*1024 {6} take computed signal stored
  take stored

.engine vector
  take loaded
op:
  bn_stats sbuf.f32[0:2]@64*1024 {6}, sbuf.f32[0:2]@4*1024 {4} signal computed
