// Equal values get ascending positions; all ones for a value that is not there.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [1, 12] = values(3, 9, 1, 9, 5, -2, 7, 0, 8, 4, 11, 6)
.tensor v input f32 [1, 8] = values(9, 9, 3, 100, 7, 0, 11, 5)
.tensor y output u32 [1, 8]
.expect_values y = values(1, 3, 0, 4294967295, 6, 7, 10, 4)
.expect complete @op = start @op + 212

.engine sync
  dma sbuf.f32[0:1]@4*1024 {12}, hbm.f32@x {1, 12} signal loaded
  dma sbuf.f32[0:1]@8*1024 {8}, hbm.f32@v {1, 8} signal loaded
  dma hbm.u32@y {1, 8}, sbuf.u32[0:1]@64*1024 {8} take computed signal stored
  take stored

.engine vector
  take loaded 2
op:
  find_index8 sbuf.u32[0:1]@64*1024 {8}, sbuf.f32[0:1]@4*1024 {12}, sbuf.f32[0:1]@8*1024 {8} signal computed
