// All operations of registers.
.tensor y output i32 [8]
.expect_values y = values(7, 7, 12, 4, 21, 25, 5, 9)

.engine vector
  reg r1 = 7
  reg r2 = r1
  reg r3 = r1 + 5
  reg r4 = r1 - 3
  reg r5 = r1 * 3
  reg r6 = r1 * 3 + r4
  reg r7 = min r1, 5
  reg r8 = max r1, 9
  reg_store hbm.i32@y+0 src=r1
  reg_store hbm.i32@y+4 src=r2
  reg_store hbm.i32@y+8 src=r3
  reg_store hbm.i32@y+12 src=r4
  reg_store hbm.i32@y+16 src=r5
  reg_store hbm.i32@y+20 src=r6
  reg_store hbm.i32@y+24 src=r7
  reg_store hbm.i32@y+28 src=r8
