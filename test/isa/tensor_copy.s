// A copy that rounds to bf16, and a strided one that reverses.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 1.00390625, 1.01171875, -3, 4, 5, 6, 7)
.tensor y output bf16 [2, 4]
.tensor z output f32 [2, 4]
.expect_values y = values(1, 1, 1.015625, -3, 4, 5, 6, 7)
.expect_values z = values(-3, 1.01171875, 1.00390625, 1, 7, 6, 5, 4)
.expect complete @op = start @op + 204

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.bf16@y {2, 4}, sbuf.bf16[0:2]@64*1024 {4} take computed signal stored
  dma hbm.f32@z {2, 4}, sbuf.f32[0:2]@68*1024 {4} signal stored
  take stored 2

.engine vector
  take loaded
op:
  tensor_copy sbuf.bf16[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4}
  tensor_copy sbuf.f32[0:2]@68*1024 {4}, sbuf.f32[0:2]@4*1024+12 {4:-1} signal computed
