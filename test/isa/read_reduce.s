// The sum of relu over two instructions, from the reduce registers.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, -3, 4, 5, 6, 7, 8)
.tensor y output f32 [2, 1]
.expect_values y = values(14, 52)
.expect complete @op = start @op + 286

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 1}, sbuf.f32[0:2]@64*1024 {1} take computed signal stored
  take stored

.engine scalar
  take loaded
  load_table function=relu
  activate sbuf.f32[0:2]@0x8000 {4}, sbuf.f32[0:2]@4*1024 {4} function=relu reduce=reset_reduce scale=1
  activate sbuf.f32[0:2]@0x8100 {4}, sbuf.f32[0:2]@4*1024 {4} function=relu reduce=reduce scale=1
op:
  read_reduce sbuf.f32[0:2]@64*1024 signal computed
