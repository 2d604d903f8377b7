// Each waits for what the other gives afterwards.
.machine trn1
.semaphore a
.semaphore b
.expect_fault deadlock "vector at 0 waits for semaphore 0 to reach 1, now 0, from gpsimd; gpsimd at 0 waits for semaphore 1"

.engine vector
  memset sbuf.f32[0:128]@0 {16} take a signal b
.engine gpsimd
  memset sbuf.f32[0:128]@0x100 {16} take b signal a
