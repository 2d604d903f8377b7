// A function with its argument in r0, called twice.
.tensor y output i32 [2]
.expect_values y = values(10, 20)

.func main
.engine sync
  loop 2 (r0 += 1)
    call store
  endloop

.func store
.engine sync
  reg r8 = r0 * 10
  reg r8 = r8 + 10
  reg_store hbm.i32@y+r0*4 src=r8
