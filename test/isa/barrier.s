// Semaphores and what was taken begin again behind it.
.semaphore ready
.tensor y output i32 [1]
.expect_values y = values(2)

.engine vector
  memset sbuf.f32[0:1]@0 signal ready
  barrier
  memset sbuf.f32[0:1]@0 signal ready
  nop

.engine tensor
  barrier

.engine scalar
  barrier

.engine gpsimd
  barrier

.engine sync
  take ready
  reg r1 = 1
  barrier
  take ready
  reg r1 = r1 + 1
  reg_store hbm.i32@y+0 src=r1
