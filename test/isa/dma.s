// HBM to SBUF with a cast, SBUF to HBM transposed by steps, HBM to HBM.
.semaphore loaded
.semaphore stored
.tensor x input f32 [4, 3] = iota
.tensor y output bf16 [3, 4]
.tensor z output f32 [12]
.expect_values y = values(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11)
.expect_values z = iota

.engine sync
load:
  dma sbuf.bf16[0:4]@0 {3}, hbm.f32@x {4, 3} signal loaded
  dma hbm.f32@z {12}, hbm.f32@x {12} signal stored
  dma hbm.bf16@y {4:2, 3:8}, sbuf.bf16[0:4]@0 {3} take loaded signal stored
  take stored 2
