// A causal row: x[p, i] where p - i >= 0, else -9; channel 1 and step -1 are packed as 0xffff0001.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [3, 4] = all(1)
.tensor y output f32 [3, 4]
.expect_values y = values(1, -9, -9, -9, 1, 1, -9, -9, 1, 1, 1, -9)
.expect complete @op = start @op + 154

.engine sync
  dma sbuf.f32[0:3]@4*1024 {4}, hbm.f32@x {3, 4} signal loaded
  dma hbm.f32@y {3, 4}, sbuf.f32[0:3]@64*1024 {4} take computed signal stored
  take stored

.engine gpsimd
  take loaded
op:
  affine_select sbuf.f32[0:3]@64*1024 {4}, sbuf.f32[0:3]@4*1024 {4} op=is_greater_equal fill=-9 packed=0xffff0001 signal computed
