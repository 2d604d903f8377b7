// One block turned around.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [8, 16] = random(1)
.tensor y output f32 [16, 8]
.expect_values y = transpose(x)
.expect complete @op = start @op + 216

.engine sync
  dma sbuf.f32[0:8]@4*1024 {16}, hbm.f32@x {8, 16} signal loaded
  dma hbm.f32@y {16, 8}, sbuf.f32[0:16]@64*1024 {8} take computed signal stored
  take stored

.engine vector
  take loaded
op:
  transpose32 sbuf.f32[0:16]@64*1024 {8}, sbuf.f32[0:8]@4*1024 {16} signal computed
