// Two sets of weights, one behind the other: the second is loaded while the first multiplies.
// It starts when that does, after the 70 cycles that the first load took from the array.
.semaphore loaded
.semaphore product
.semaphore computed
.semaphore stored
.tensor v input bf16 [64, 96] = random(1)
.tensor w input bf16 [64, 96] = random(2)
.tensor x input bf16 [64, 256] = random(3)
.tensor y output f32 [96, 256]
.tensor z output f32 [96, 256]
.expect_values y = matmul(v, x)
.expect_values z = matmul(w, x)
.expect complete @first = start @first + 211
.expect start @second = start @first + 70

.engine sync
  dma sbuf.bf16[0:64]@4*1024 {96}, hbm.bf16@v {64, 96} signal loaded
  dma sbuf.bf16[0:64]@8*1024 {96}, hbm.bf16@w {64, 96} signal loaded
  dma sbuf.bf16[0:64]@12*1024 {256}, hbm.bf16@x {64, 256} signal loaded
  dma hbm.f32@y {96, 256}, sbuf.f32[0:96]@64*1024 {256} take computed signal stored
  dma hbm.f32@z {96, 256}, sbuf.f32[0:96]@68*1024 {256} take computed signal stored
  take stored 2

.engine tensor
  take loaded 3
first:
  ldweights sbuf.bf16[0:64]@4*1024 {96}
  matmul psum.f32[0:96]@b0 {256}, sbuf.bf16[0:64]@12*1024 {256} signal product
second:
  ldweights sbuf.bf16[0:64]@8*1024 {96}
  matmul psum.f32[0:96]@b1 {256}, sbuf.bf16[0:64]@12*1024 {256} signal product

.engine vector
  tensor_copy sbuf.f32[0:96]@64*1024 {256}, psum.f32[0:96]@b0 {256} take product signal computed
  tensor_copy sbuf.f32[0:96]@68*1024 {256}, psum.f32[0:96]@b1 {256} take product signal computed
