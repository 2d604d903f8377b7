// An instruction that waits through `after` starts as long behind completion as one that waits
// for a semaphore: activations of one element are 219 cycles apart; independent ones 111.
.machine trn1
.param scalarMHz = 1000
.param baseMHz = 1000
.param scalarIssueCycles = 110
.param scalarLatencyCycles = 188
.param semaphoreNs = 30
.semaphore ready from vector complete
.expect start @chain[1] = start @chain + 219    // 1 + 188, 30 until it starts
.expect start @chain[9] = start @chain + 1971
.expect start @free[1] = start @free + 111      // 1 + 110

.engine vector
  memset sbuf.f32[0:128]@0 {64} value=1 signal ready
.engine scalar
  take ready
  loop 10
chain:
    activate sbuf.f32[0:128]@0 {1}, sbuf.f32[0:128]@0 {1} scale=1 after 1
  endloop
  nop
  loop 2 (r1 += 1)
free:
    activate sbuf.f32[0:128]@0x1000+r1*4 {1}, sbuf.f32[0:128]@16 {1} scale=1
  endloop
