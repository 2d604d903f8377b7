// The same program twice: split into streams, and in the form before the split. The check runs
// both and compares their bytes.
.machine trn1
.semaphore free = 2
.semaphore loaded
.semaphore done
.tensor x input bf16 [512, 64] = random(3)
.tensor y output f32 [512, 64]
.expect_values y = add(multiply(x, all(2)), all(0.5))

.engine sync
  loop 4 (r1 += 1, r2 += 1 wrap 2)
    dma sbuf.bf16[0:128]@0+r2*128 {64}, hbm.bf16@x+r1*16384 {128, 64} queue=0 take free signal loaded
  endloop
.engine vector
  loop 4 (r2 += 1 wrap 2)
    tensor_scalar sbuf.f32[0:128]@1024+r2*256 {64}, sbuf.bf16[0:128]@0+r2*128 {64} op0=multiply imm0=2 op1=add imm1=0.5 take loaded signal done
  endloop
.engine gpsimd
  loop 4 (r1 += 1, r2 += 1 wrap 2)
    dma hbm.f32@y+r1*32768 {128, 64}, sbuf.f32[0:128]@1024+r2*256 {64} queue=10 take done signal free
  endloop
  take free 6

.engine sequential
  sync.loop 4 (r1 += 1, r2 += 1 wrap 2)
    sync.dma sbuf.bf16[0:128]@0+r2*128 {64}, hbm.bf16@x+r1*16384 {128, 64} queue=0 take free signal loaded
    vector.tensor_scalar sbuf.f32[0:128]@1024+r2*256 {64}, sbuf.bf16[0:128]@0+r2*128 {64} op0=multiply imm0=2 op1=add imm1=0.5 take loaded signal done
    gpsimd.dma hbm.f32@y+r1*32768 {128, 64}, sbuf.f32[0:128]@1024+r2*256 {64} queue=10 take done signal free
  sync.endloop
