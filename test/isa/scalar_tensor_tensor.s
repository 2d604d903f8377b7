// (x - 0.5) * b.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 64] = random(1)
.tensor b input f32 [2, 64] = random(2)
.tensor y output f32 [2, 64]
.expect_values y = multiply(subtract(x, all(0.5)), b)
.expect complete @op = start @op + 328

.engine sync
  dma sbuf.f32[0:2]@4*1024 {64}, hbm.f32@x {2, 64} signal loaded
  dma sbuf.f32[0:2]@8*1024 {64}, hbm.f32@b {2, 64} signal loaded
  dma hbm.f32@y {2, 64}, sbuf.f32[0:2]@64*1024 {64} take computed signal stored
  take stored

.engine vector
  take loaded 2
op:
  scalar_tensor_tensor sbuf.f32[0:2]@64*1024 {64}, sbuf.f32[0:2]@4*1024 {64}, _, sbuf.f32[0:2]@8*1024 {64} op0=subtract op1=multiply imm0=0.5 signal computed
