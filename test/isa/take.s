// A stream counts what it took: three signals are two and one, in two instructions.
.semaphore ready
.tensor y output i32 [1]
.expect_values y = values(3)

.engine vector
  memset sbuf.f32[0:1]@0 signal ready
  memset sbuf.f32[0:1]@4 signal ready
  memset sbuf.f32[0:1]@8 signal ready

.engine sync
  take ready 2
  reg r1 = 2
  nop take ready
  reg r1 = r1 + 1
  reg_store hbm.i32@y+0 src=r1
