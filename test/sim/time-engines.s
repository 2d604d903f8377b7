// Interval = max(64, columns + 60), latency = columns + 200 on the VectorE; `after` and semaphores.
.machine trn1
.param vectorMHz = 1000
.param scalarMHz = 1000
.param baseMHz = 1000
.param vectorIssueCycles = 60
.param vectorLatencyCycles = 200
.param scalarLatencyCycles = 220
.param semaphoreNs = 30
.semaphore done
.expect start @first = 1
.expect complete @first = 713     // 1 + 512 + 200
.expect start @second = 573       // 1 + 512 + 60
.expect complete @second = 1285   // 573 + 712
.expect start @dependent = 1315   // complete @second + 30
.expect start @scalar = 1561      // complete @dependent (1315 + 16 + 200) + 30
.expect complete @scalar = 1797   // 1561 + 16 + 220
.expect total = 1797

.engine vector
first:
  memset sbuf.f32[0:128]@0 {512}
second:
  memset sbuf.f32[0:128]@0x1000 {512}
dependent:
  tensor_copy sbuf.f32[0:128]@0x2000 {16}, sbuf.f32[0:128]@0x1000 {16} after 1 signal done
.engine scalar
scalar:
  activate sbuf.f32[0:128]@0x3000 {16}, sbuf.f32[0:128]@0x2000 {16} scale=1 take done
