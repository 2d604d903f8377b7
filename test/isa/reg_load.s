// A signed and an unsigned word; the loaded value counts a loop.
.tensor x input i32 [1] = values(-5)
.tensor n input u32 [1] = values(3)
.tensor y output i32 [3]
.expect_values y = values(-5, 3, 9)

.engine sync
  reg_load hbm.i32@x dst=r1
  reg_load hbm.u32@n dst=r2
  .bound trips 3
  loop r2 (r3 += 3)
  endloop
  reg_store hbm.i32@y+0 src=r1
  reg_store hbm.i32@y+4 src=r2
  reg_store hbm.i32@y+8 src=r3
