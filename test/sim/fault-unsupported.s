// A transfer in more pieces than the simulator keeps.
.machine trn1
.tensor x input u8 [16818200] = random(1)
.tensor y scratch u8 [16818200]
.semaphore done
.expect_fault unsupported "more than 2^22 pieces"

.engine sync
  dma hbm.u8@y {2050:8204, 2050:4, 2}, hbm.u8@x {2050:8204, 2050:4, 2} signal done
  take done
