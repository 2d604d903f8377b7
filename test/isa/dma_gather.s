// Rows 4, 0 and 4 of a table, by indices in SBUF; GpSimd builds the descriptors on v2.
.semaphore loaded
.semaphore gathered
.semaphore stored
.tensor table input f32 [5, 2] = iota
.tensor i input u32 [3, 1] = values(4, 0, 4)
.tensor y output f32 [3, 2]
.expect_values y = values(8, 9, 0, 1, 8, 9)

.engine sync
  dma sbuf.u32[0:3]@0 {1}, hbm.u32@i {3, 1} signal loaded
  dma hbm.f32@y {3, 2}, sbuf.f32[0:3]@64 {2} take gathered signal stored
  take stored

.engine gpsimd
  dma_gather sbuf.f32[0:3]@64 {2}, hbm.f32@table {2}, sbuf.u32[0:3]@0 {1} queue=10 rowBytes=8 rows=5 take loaded signal gathered
