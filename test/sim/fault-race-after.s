// The VectorE is pipelined: a result is not there when the next instruction starts.
.machine trn1
.expect_fault race "it needs `after` 1 to 2"

.engine vector
  memset sbuf.f32[0:128]@0 {16}
  memset sbuf.f32[0:128]@0x100 {16}
  tensor_copy sbuf.f32[0:128]@0x200 {16}, sbuf.f32[0:128]@0 {16}
