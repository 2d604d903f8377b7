// Two operations with a scalar each: an immediate, or a column with a value for every partition;
// reverse swaps the sides.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, 3, 4, 5, 6, 7, 8)
.tensor c input f32 [2, 1] = values(10, 20)
.tensor y output f32 [2, 4]
.tensor z output f32 [2, 4]
.expect_values y = add(multiply(x, all(2)), all(0.5))
.expect_values z = values(9, 8, 7, 6, 15, 14, 13, 12)
.expect complete @op = start @op + 204

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma sbuf.f32[0:2]@8*1024 {1}, hbm.f32@c {2, 1} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  dma hbm.f32@z {2, 4}, sbuf.f32[0:2]@68*1024 {4} signal stored
  take stored 2

.engine vector
  take loaded 2
op:
  tensor_scalar sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4} op0=multiply op1=add imm0=2 imm1=0.5
  tensor_scalar sbuf.f32[0:2]@68*1024 {4}, sbuf.f32[0:2]@4*1024 {4}, sbuf.f32[0:2]@8*1024 op0=subtract reverse0=1 signal computed
