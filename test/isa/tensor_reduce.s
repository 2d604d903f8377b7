// Over the last dim with the sign turned around, and over both dims.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 12] = values(-5, 9, -7, -1, -6, 6, 5, 6, 3, -3, -6, 6, -9, 3, 4, -9, 5, -1, -2, 9, -6, 1, -9, -9)
.tensor y output f32 [2, 3]
.tensor z output f32 [2, 1]
.expect_values y = values(4, -11, 0, 11, -11, 23)
.expect_values z = values(9, 9)
.expect complete @op = start @op + 212

.engine sync
  dma sbuf.f32[0:2]@4*1024 {12}, hbm.f32@x {2, 12} signal loaded
  dma hbm.f32@y {2, 3}, sbuf.f32[0:2]@64*1024 {3} take computed signal stored
  dma hbm.f32@z {2, 1}, sbuf.f32[0:2]@68*1024 {1} signal stored
  take stored 2

.engine vector
  take loaded
op:
  tensor_reduce sbuf.f32[0:2]@64*1024 {3}, sbuf.f32[0:2]@4*1024 {3, 4} op=add axes=1 negate=1
  tensor_reduce sbuf.f32[0:2]@68*1024 {1}, sbuf.f32[0:2]@4*1024 {3, 4} op=max axes=2 signal computed
