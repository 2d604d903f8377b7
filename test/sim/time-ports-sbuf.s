// On trn1 the VectorE and the GpSimd exclude each other on SBUF for their columns.
.machine trn1
.param vectorMHz = 1000
.param gpsimdMHz = 1000
.param baseMHz = 1000
.param vectorIssueCycles = 60
.param gpsimdStartCycles = 150
.expect start @vector = 1
.expect start @gpsimd = 513       // asked at 2, the VectorE holds the port from 1 to 513
.expect start @second = 769       // asked at 573, held from 513 to 769

.engine vector
vector:
  memset sbuf.f32[0:128]@0 {512}
second:
  memset sbuf.f32[0:128]@0x1000 {512}
.engine gpsimd
  nop
gpsimd:
  memset sbuf.f32[0:128]@0x2000 {256}
