// Accumulating needs something to add to: cells that the vector engine wrote since do not count.
.machine trn1
.semaphore filled
.semaphore product
.semaphore cleared
.expect_fault undefined-behaviour "accumulates"

.engine gpsimd
  memset sbuf.f32[0:128]@0 {64} value=1 signal filled
.engine vector
  take product
  memset psum.f32[0:128]@b0 {64} signal cleared
.engine tensor
  take filled
  ldweights sbuf.f32[0:128]@0 {64}
  matmul psum.f32[0:64]@b0 {64}, sbuf.f32[0:128]@0 {64} signal product
  take cleared
  matmul psum.f32[0:64]@b0 {64}, sbuf.f32[0:128]@0 {64} accumulate
