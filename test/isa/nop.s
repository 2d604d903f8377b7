// Waits and signals, and does so even when its condition is false.
.semaphore ready
.tensor y output i32 [1]
.expect_values y = values(1)

.engine vector
  nop if r1 == 1 signal ready

.engine sync
  nop if r1 == 1 take ready
  reg r1 = 1 if r0 == 0
  reg_store hbm.i32@y+0 src=r1
