// Absolute: waits for the value, takes nothing.
.semaphore ready
.tensor y output i32 [1]
.expect_values y = values(1)

.engine vector
  memset sbuf.f32[0:1]@0 signal ready
  memset sbuf.f32[0:1]@4 signal ready

.engine sync
  wait_ge ready 2
  wait_ge ready 1
  take ready 2
  reg r1 = 1
  reg_store hbm.i32@y+0 src=r1
