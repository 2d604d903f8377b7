// The eight largest, descending, equal ones as often as they come.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [1, 12] = values(3, 9, 1, 9, 5, -2, 7, 0, 8, 4, 11, 6)
.tensor y output f32 [1, 8]
.expect_values y = values(11, 9, 9, 8, 7, 6, 5, 4)
.expect complete @op = start @op + 212

.engine sync
  dma sbuf.f32[0:1]@4*1024 {12}, hbm.f32@x {1, 12} signal loaded
  dma hbm.f32@y {1, 8}, sbuf.f32[0:1]@64*1024 {8} take computed signal stored
  take stored

.engine vector
  take loaded
op:
  max8 sbuf.f32[0:1]@64*1024 {8}, sbuf.f32[0:1]@4*1024 {12} signal computed
