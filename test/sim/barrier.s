// A barrier drains the queues and gives every semaphore its initial value back.
.machine trn1
.semaphore loaded
.semaphore done
.tensor x input f32 [128, 16] = random(7)
.tensor y output f32 [128, 16]
.tensor z output f32 [128, 16]
.expect_values y = add(x, all(1))
.expect_values z = add(x, all(2))

.engine tensor
  barrier
.engine scalar
  barrier
.engine gpsimd
  barrier
.engine vector
  tensor_scalar sbuf.f32[0:128]@0 {16}, sbuf.f32[0:128]@0 {16} op0=add imm0=1 take loaded signal done
  barrier
  tensor_scalar sbuf.f32[0:128]@0 {16}, sbuf.f32[0:128]@0 {16} op0=add imm0=1 take loaded signal done
.engine sync
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128, 16} queue=0 signal loaded
  dma hbm.f32@y {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 take done signal loaded
  take loaded 2
  barrier
  dma sbuf.f32[0:128]@64 {16}, hbm.f32@x {128, 16} queue=0 signal loaded
  dma hbm.f32@z {128, 16}, sbuf.f32[0:128]@0 {16} queue=0 take done signal loaded
  take loaded 2
