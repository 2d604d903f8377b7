// Positions from 10 on that are at least low and below high; the others become -100. From generation 3.
.machine trn2
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(1, 2, 3, 4, 5, 6, 7, 8)
.tensor lo input f32 [2, 1] = values(11, 0)
.tensor hi input f32 [2, 1] = values(13, 12)
.tensor y output f32 [2, 4]
.expect_values y = values(-100, 2, 3, -100, 5, 6, -100, -100)
.expect complete @op = start @op + 154

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma sbuf.f32[0:2]@8*1024 {1}, hbm.f32@lo {2, 1} signal loaded
  dma sbuf.f32[0:2]@12*1024 {1}, hbm.f32@hi {2, 1} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine vector
  take loaded 3
op:
  range_select sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4}, sbuf.f32[0:2]@8*1024, sbuf.f32[0:2]@12*1024 op0=is_greater_equal op1=is_less start=10 fill=-100 signal computed
