// Elements are kept where the predicate is zero.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, 3, 4, 5, 6, 7, 8)
.tensor p input u8 [2, 4] = values(1, 0, 0, 255, 0, 1, 1, 0)
.tensor y output f32 [2, 4]
.expect_values y = values(1, 9, 9, 4, 9, 6, 7, 9)
.expect complete @op = start @op + 208

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma sbuf.u8[0:2]@8*1024 {4}, hbm.u8@p {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine vector
  take loaded 2
  memset sbuf.f32[0:2]@64*1024 {4} value=9
op:
  tensor_copy_predicated sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4}, sbuf.u8[0:2]@8*1024 {4} after 1 signal computed
