// One operation with a scalar, and the sum of the result over the free dims; reading the sum takes
// 64 more cycles.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 128] = random(1)
.tensor y output f32 [2, 128]
.tensor s output f32 [2, 1]
.expect_values y = multiply(x, all(2))
.expect_values s = sum(multiply(x, all(2)))
.expect complete @op = start @op + 392

.engine sync
  dma sbuf.f32[0:2]@4*1024 {128}, hbm.f32@x {2, 128} signal loaded
  dma hbm.f32@y {2, 128}, sbuf.f32[0:2]@64*1024 {128} take computed signal stored
  dma hbm.f32@s {2, 1}, sbuf.f32[0:2]@68*1024 {1} signal stored
  take stored 2

.engine vector
  take loaded
op:
  tensor_scalar_reduce sbuf.f32[0:2]@64*1024 {128}, sbuf.f32[0:2]@4*1024 {128}, _, sbuf.f32[0:2]@68*1024 op0=multiply reduceOp=add imm0=2 signal computed
