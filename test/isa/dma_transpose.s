// A [16, 32] matrix of bf16 turned around on its way into SBUF. From generation 3.
.machine trn2
.semaphore loaded
.semaphore stored
.tensor x input bf16 [16, 32] = random(1)
.tensor y output bf16 [32, 16]
.expect_values y = transpose(x)

.engine sync
  dma_transpose sbuf.bf16[0:32]@0 {16}, hbm.bf16@x {16, 32} signal loaded
  dma hbm.bf16@y {32, 16}, sbuf.bf16[0:32]@0 {16} take loaded signal stored
  take stored
