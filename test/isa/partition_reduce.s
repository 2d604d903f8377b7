// The largest of three partitions.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [3, 4] = values(1, 9, 3, 4, 5, 6, 7, 8, 2, 0, 8, -1)
.tensor y output f32 [1, 4]
.expect_values y = values(5, 9, 8, 8)
.expect complete @op = start @op + 214

.engine sync
  dma sbuf.f32[0:3]@4*1024 {4}, hbm.f32@x {3, 4} signal loaded
  dma hbm.f32@y {1, 4}, sbuf.f32[0:1]@64*1024 {4} take computed signal stored
  take stored

.engine gpsimd
  take loaded
op:
  partition_reduce sbuf.f32[0:1]@64*1024 {4}, sbuf.f32[0:3]@4*1024 {4} op=max signal computed
