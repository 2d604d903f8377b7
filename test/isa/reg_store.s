// To HBM and, by way of SBUF, again.
.tensor y output i32 [2]
.expect_values y = values(-70000, -70000)

.engine sync
  reg r1 = -70000
  reg_store hbm.i32@y+0 src=r1
  reg_store sbuf.i32[3:4]@64 src=r1
  reg_load sbuf.i32[3:4]@64 dst=r2
  reg_store hbm.i32@y+4 src=r2
