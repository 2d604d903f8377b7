// Rows to places 2, 0 and 1 of the output.
.semaphore loaded
.semaphore stored
.tensor x input f32 [3, 2] = iota
.tensor i input u32 [3, 1] = values(2, 0, 1)
.tensor y output f32 [3, 2]
.expect_values y = values(2, 3, 4, 5, 0, 1)

.engine sync
  dma sbuf.u32[0:3]@0 {1}, hbm.u32@i {3, 1} signal loaded
  dma sbuf.f32[0:3]@64 {2}, hbm.f32@x {3, 2} signal loaded

.engine gpsimd
  take loaded 2
  dma_scatter hbm.f32@y {2}, sbuf.f32[0:3]@64 {2}, sbuf.u32[0:3]@0 {1} queue=10 rowBytes=8 rows=3 signal stored
  take stored
