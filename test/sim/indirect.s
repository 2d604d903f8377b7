// Rows by index: gathered from a table, scattered into another.
.machine trn1
.semaphore loaded
.semaphore gathered
.semaphore scattered
.tensor table weight f32 [6, 8] = iota
.tensor rows input i32 [3, 1] = values(5, 0, 2)
.tensor y output f32 [3, 8]
.tensor z state f32 [6, 8] = all(0)
.expect_values y = values(40,41,42,43,44,45,46,47, 0,1,2,3,4,5,6,7, 16,17,18,19,20,21,22,23)
.expect_values z = values(0,1,2,3,4,5,6,7, 0,0,0,0,0,0,0,0, 16,17,18,19,20,21,22,23, 0,0,0,0,0,0,0,0, 0,0,0,0,0,0,0,0, 40,41,42,43,44,45,46,47)

.engine sync
  dma sbuf.i32[0:3]@0 {1}, hbm.i32@rows {3, 1} queue=0 signal loaded
.engine gpsimd
  dma_gather sbuf.f32[0:3]@64 {8}, hbm.f32@table {8}, sbuf.i32[0:3]@0 queue=10 rowBytes=32 rows=6 take loaded signal gathered
  dma_scatter hbm.f32@z {8}, sbuf.f32[0:3]@64 {8}, sbuf.i32[0:3]@0 queue=11 rowBytes=32 rows=6 take gathered signal scattered
  dma hbm.f32@y {3, 8}, sbuf.f32[0:3]@64 {8} queue=11 signal scattered
  take scattered 2
