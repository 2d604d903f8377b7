// A product before any weights were loaded: the array holds nothing.
.machine trn1
.semaphore filled
.expect_fault undefined-behaviour "multiplies before weights were loaded"

.engine vector
  memset sbuf.f32[0:128]@0 {64} value=1 signal filled
.engine tensor
  take filled
  matmul psum.f32[0:128]@b0 {64}, sbuf.f32[0:128]@0 {64}
