// dst[p, i] = src[p, index[p, i]].
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(10, 11, 12, 13, 20, 21, 22, 23)
.tensor i input u32 [2, 3] = values(3, 0, 0, 1, 2, 3)
.tensor y output f32 [2, 3]
.expect_values y = values(13, 10, 10, 21, 22, 23)
.expect complete @op = start @op + 162

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma sbuf.u32[0:2]@8*1024 {3}, hbm.u32@i {2, 3} signal loaded
  dma hbm.f32@y {2, 3}, sbuf.f32[0:2]@64*1024 {3} take computed signal stored
  take stored

.engine gpsimd
  take loaded 2
op:
  gather_free sbuf.f32[0:2]@64*1024 {3}, sbuf.f32[0:2]@4*1024 {4}, sbuf.u32[0:2]@8*1024 {3} signal computed
