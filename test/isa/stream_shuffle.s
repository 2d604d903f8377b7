// Partitions of a quadrant by a mask; 255 leaves the destination.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [32, 1] = iota
.tensor m input u8 [1, 32] = values(31, 1, 2, 3, 4, 255, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 0)
.tensor y output f32 [32, 1]
.expect_values y = values(31, 1, 2, 3, 4, -7, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 0)
.expect complete @op = start @op + 201

.engine sync
  dma sbuf.f32[0:32]@4*1024 {1}, hbm.f32@x {32, 1} signal loaded
  dma sbuf.u8[0:1]@8*1024 {32}, hbm.u8@m {1, 32} signal loaded
  dma hbm.f32@y {32, 1}, sbuf.f32[0:32]@64*1024 {1} take computed signal stored
  take stored

.engine vector
  take loaded 2
  memset sbuf.f32[0:32]@64*1024 {1} value=-7
op:
  stream_shuffle sbuf.f32[0:32]@64*1024 {1}, sbuf.f32[0:32]@4*1024 {1}, sbuf.u8[0:1]@8*1024 {32} after 1 signal computed
