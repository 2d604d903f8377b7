// r[i] = a[i] r[i-1] + b[i], r[-1] = 4.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor a input f32 [2, 4] = values(0.5, 2, 1, -1, 1, 1, 2, 0.5)
.tensor b input f32 [2, 4] = values(1, 1, 0.5, 2, 0, 1, 2, 3)
.tensor y output f32 [2, 4]
.expect_values y = values(3, 7, 7.5, -5.5, 4, 5, 12, 9)
.expect complete @op = start @op + 208

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@a {2, 4} signal loaded
  dma sbuf.f32[0:2]@8*1024 {4}, hbm.f32@b {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine vector
  take loaded 2
op:
  tensor_tensor_scan sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4}, sbuf.f32[0:2]@8*1024 {4} op0=multiply op1=add imm0=4 signal computed
