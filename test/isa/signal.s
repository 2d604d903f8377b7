// One signal for everything before it.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, 3, 4, 5, 6, 7, 8)
.tensor y output f32 [2, 4]
.tensor z output f32 [2, 4]
.expect_values y = x
.expect_values z = all(3)

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  dma hbm.f32@z {2, 4}, sbuf.f32[0:2]@68*1024 {4} signal stored
  take stored 2

.engine vector
  take loaded
op:
  tensor_copy sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4}
  memset sbuf.f32[0:2]@68*1024 {4} value=3
  signal computed
