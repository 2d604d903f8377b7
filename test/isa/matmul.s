// Overwrites, then accumulates: y = v x + w x.
.semaphore loaded
.semaphore product
.semaphore computed
.semaphore stored
.tensor v input bf16 [64, 96] = random(1)
.tensor w input bf16 [64, 96] = random(2)
.tensor x input bf16 [64, 256] = random(3)
.tensor y output f32 [96, 256]
.expect_values y = add(matmul(v, x), matmul(w, x))
.expect complete @first = start @first + 749
.expect start @second = start @first + 326
.expect complete @second = start @second + 749

.engine sync
  dma sbuf.bf16[0:64]@4*1024 {96}, hbm.bf16@v {64, 96} signal loaded
  dma sbuf.bf16[0:64]@8*1024 {96}, hbm.bf16@w {64, 96} signal loaded
  dma sbuf.bf16[0:64]@12*1024 {256}, hbm.bf16@x {64, 256} signal loaded
  dma hbm.f32@y {96, 256}, sbuf.f32[0:96]@64*1024 {256} take computed signal stored
  take stored

.engine tensor
  take loaded 3
  ldweights sbuf.bf16[0:64]@4*1024 {96}
first:
  matmul psum.f32[0:96]@b0 {256}, sbuf.bf16[0:64]@12*1024 {256}
  ldweights sbuf.bf16[0:64]@8*1024 {96}
second:
  matmul psum.f32[0:96]@b0 {256}, sbuf.bf16[0:64]@12*1024 {256} accumulate signal product

.engine vector
  tensor_copy sbuf.f32[0:96]@64*1024 {256}, psum.f32[0:96]@b0 {256} take product signal computed
