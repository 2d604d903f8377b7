// Loop ends cost 4 cycles and a satisfied wait 9 ns; both hide behind a busy engine.
.machine trn1
.param vectorMHz = 1000
.param gpsimdMHz = 1000
.param baseMHz = 1000
.param portExclusionSbuf = 0
.param vectorIssueCycles = 60
.semaphore credit = 100
.expect complete @bare[9] = 137    // loop 1, then 10 x (nop 1, wait 9) and 9 x endloop 4
.expect start @busy[9] = 5159      // 11 + 9 x 572

.engine gpsimd
  loop 10
bare:
    nop take credit
  endloop
.engine vector
  loop 10 (r1 += 1)
busy:
    memset sbuf.f32[0:128]@0+r1*2048 {512} take credit
  endloop
