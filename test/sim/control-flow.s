// Loops of loaded length, calls, predicates, registers: 3 rows of y are x times 1, 2, 3, the
// last row is left at x.
.machine trn1
.semaphore loaded
.semaphore done
.semaphore stored
.tensor n input i32 [1] = values(3)
.tensor x input f32 [4, 16] = random(5)
.tensor factors input f32 [4, 1] = values(1, 2, 3, 4)
.tensor y output f32 [4, 16]
.expect_values y = multiply(x, values(1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1, 2,2,2,2,2,2,2,2,2,2,2,2,2,2,2,2, 3,3,3,3,3,3,3,3,3,3,3,3,3,3,3,3, 1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1))

.func main
.engine sync
  dma sbuf.f32[0:1]@0 {64}, hbm.f32@x {1, 64} queue=0 signal loaded
  dma sbuf.f32[0:1]@1024 {4}, hbm.f32@factors {1, 4} queue=0 signal loaded
  dma hbm.f32@y {1, 64}, sbuf.f32[0:1]@0 {64} queue=1 take done signal stored
  take stored
.engine vector
  take loaded 2
.bound value 4
  reg_load hbm.i32@n dst=r9
  reg r3 = -1
  reg r3 = r3 + 1
.bound trips 4
  loop r9 (r0 += 1)
    call scale
  endloop
  signal done

.func scale
.engine vector
  // The first row is multiplied by 1: left out.
  tensor_scalar sbuf.f32[0:1]@0+r0*64 {16}, sbuf.f32[0:1]@0+r0*64 {16}, sbuf.f32[0:1]@1024+r0*4 op0=multiply op1=bypass if r0 != 3
