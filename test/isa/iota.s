// offset + 10 p + i.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor y output i32 [2, 6]
.expect_values y = values(100, 101, 102, 103, 104, 105, 110, 111, 112, 113, 114, 115)
.expect complete @op = start @op + 156

.engine sync
  dma hbm.i32@y {2, 6}, sbuf.i32[0:2]@64*1024 {6} take computed signal stored
  take stored

.engine gpsimd
op:
  iota sbuf.i32[0:2]@64*1024 {2, 3} offset=100 channelMultiplier=10 signal computed
