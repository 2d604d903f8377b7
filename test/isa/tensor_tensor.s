// Elementwise operations of two tensors: 128 columns of f32, both in SBUF, take two cycles each on v2.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor a input f32 [32, 128] = random(1)
.tensor b input f32 [32, 128] = random(2)
.tensor y output f32 [32, 128]
.tensor z output f32 [32, 128]
.tensor m output f32 [32, 128]
.expect_values y = multiply(a, b)
.expect_values z = max(a, b)
.expect_values m = subtract(a, b)
.expect complete @op = start @op + 456

.engine sync
  dma sbuf.f32[0:32]@4*1024 {128}, hbm.f32@a {32, 128} signal loaded
  dma sbuf.f32[0:32]@8*1024 {128}, hbm.f32@b {32, 128} signal loaded
  dma hbm.f32@y {32, 128}, sbuf.f32[0:32]@64*1024 {128} take computed signal stored
  dma hbm.f32@z {32, 128}, sbuf.f32[0:32]@68*1024 {128} signal stored
  dma hbm.f32@m {32, 128}, sbuf.f32[0:32]@72*1024 {128} signal stored
  take stored 3

.engine vector
  take loaded 2
op:
  tensor_tensor sbuf.f32[0:32]@64*1024 {128}, sbuf.f32[0:32]@4*1024 {128}, sbuf.f32[0:32]@8*1024 {128} op=multiply
  tensor_tensor sbuf.f32[0:32]@68*1024 {128}, sbuf.f32[0:32]@4*1024 {128}, sbuf.f32[0:32]@8*1024 {128} op=max
  tensor_tensor sbuf.f32[0:32]@72*1024 {128}, sbuf.f32[0:32]@4*1024 {128}, sbuf.f32[0:32]@8*1024 {128} op=subtract signal computed
