// Loops close inside out.
.tensor y output i32 [2]
.expect_values y = values(6, 0)

.engine sync
  loop 2
  loop 3 (r1 += 1, r2 += 1 wrap 3)
  endloop
  endloop
  reg_store hbm.i32@y+0 src=r1
  reg_store hbm.i32@y+4 src=r2
