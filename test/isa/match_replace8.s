// The first occurrence of each of eight values becomes -1.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [1, 12] = values(3, 9, 1, 9, 5, -2, 7, 0, 8, 4, 11, 6)
.tensor v input f32 [1, 8] = values(9, 3, 5, 7, 8, 4, 11, 6)
.tensor y output f32 [1, 12]
.expect_values y = values(-1, -1, 1, 9, -1, -2, -1, 0, -1, -1, -1, -1)
.expect complete @op = start @op + 212

.engine sync
  dma sbuf.f32[0:1]@4*1024 {12}, hbm.f32@x {1, 12} signal loaded
  dma sbuf.f32[0:1]@8*1024 {8}, hbm.f32@v {1, 8} signal loaded
  dma hbm.f32@y {1, 12}, sbuf.f32[0:1]@64*1024 {12} take computed signal stored
  take stored

.engine vector
  take loaded 2
op:
  match_replace8 sbuf.f32[0:1]@64*1024 {12}, sbuf.f32[0:1]@4*1024 {12}, sbuf.f32[0:1]@8*1024 {8} value=-1 signal computed
