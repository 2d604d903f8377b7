// On trn1 the VectorE and the ScalarE exclude each other on PSUM: first come, first served.
.machine trn1
.param vectorMHz = 1000
.param scalarMHz = 1000
.param gpsimdMHz = 1000
.param baseMHz = 1000
.param memsetFactor32 = 1
.param vectorIssueCycles = 60
.param gpsimdStartCycles = 150
.param portExclusionSbuf = 0
.semaphore ready
.expect start @first = 438        // memset of gpsimd 1 + 256 + 150, 30 until seen, issue
.expect start @other = 694        // asked at 439
.expect start @second = 950       // asked at 438 + 316

.engine gpsimd
  memset sbuf.f32[0:128]@0 {256} signal ready
.engine vector
  take ready
first:
  memset psum.f32[0:128]@b0 {256}
second:
  memset psum.f32[0:128]@b1 {64}
.engine scalar
  take ready
  nop
other:
  activate psum.f32[0:128]@b2 {256}, sbuf.f32[0:128]@0 {256} scale=1
