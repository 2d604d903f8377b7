// Returns in the middle when a register says so; what follows is not executed.
.tensor y output i32 [2]
.expect_values y = values(0, 7)

.func main
.engine sync
  call early
  reg_store hbm.i32@y src=r1
  reg r0 = 7
  call early
  reg_store hbm.i32@y+4 src=r1
  return

.func early
.engine sync
  return if r0 == 0
  reg r1 = r0
  return
