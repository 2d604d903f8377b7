// Mean and variance of 1, 2, 3, 4 and of 5, 6, 7, 8 from their even and odd halves.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor t input f32 [2, 6] = values(2, 2, 2, 2, 3, 2, 2, 6, 2, 2, 7, 2)
.tensor y output f32 [2, 2]
.expect_values y = values(2.5, 1.25, 6.5, 1.25)
.expect complete @op = start @op + 226

.engine sync
  dma sbuf.f32[0:2]@4*1024 {6}, hbm.f32@t {2, 6} signal loaded
  dma hbm.f32@y {2, 2}, sbuf.f32[0:2]@64*1024 {2} take computed signal stored
  take stored

.engine vector
  take loaded
op:
  bn_aggr sbuf.f32[0:2]@64*1024 {2}, sbuf.f32[0:2]@4*1024 {6} signal computed
