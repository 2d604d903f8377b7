// Four updates for free: step, wrap, a negative step; zero iterations leave everything.
.tensor y output i32 [5]
.expect_values y = values(6, 0, 4, 94, 0)

.engine sync
  reg r4 = 100
  loop 6 (r1 += 1, r2 += 1 wrap 3, r3 += 2 wrap 8, r4 += -1)
  endloop
  loop 0 (r5 += 1)
  endloop
  reg_store hbm.i32@y+0 src=r1
  reg_store hbm.i32@y+4 src=r2
  reg_store hbm.i32@y+8 src=r3
  reg_store hbm.i32@y+12 src=r4
  reg_store hbm.i32@y+16 src=r5
