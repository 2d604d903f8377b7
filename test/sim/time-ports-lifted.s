// From trn2 on nobody waits for the ports: VectorE, ScalarE and GpSimd work side by side.
.machine trn2
.param vectorMHz = 1000
.param scalarMHz = 1000
.param gpsimdMHz = 1000
.param baseMHz = 1000
.param memsetFactor32 = 1
.semaphore ready from gpsimd complete
.expect start @vector = start @scalar + 0
.expect start @other = start @scalar + 1

.engine gpsimd
  memset sbuf.f32[0:128]@0 {256} value=1 signal ready
  take ready
  nop
other:
  memset sbuf.f32[0:128]@0x2000 {256}
.engine vector
  take ready
vector:
  memset psum.f32[0:128]@b0 {256}
.engine scalar
  take ready
scalar:
  activate psum.f32[0:128]@b2 {256}, sbuf.f32[0:128]@0 {256} scale=1
