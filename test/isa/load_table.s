// exp and its set; 368 ns on trn1.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(0, 1, -1, 2, 0.5, -8, 3, 4)
.tensor y output f32 [2, 4]
.expect_values y = exp(x) within 1e-5
.expect complete @op = start @op + 516

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  take stored

.engine scalar
  take loaded
op:
  load_table function=exp
  activate sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4} function=exp scale=1 signal computed
