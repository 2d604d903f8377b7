// What a trigger costs its stream: a write where the ring was built before, more where hardware
// describes the transfer piece by piece, which also delays it. The next trigger waits for that, not
// for the time from there to the first byte.
.machine trn2
.param baseMHz = 1000
.param dmaStaticTriggerPs = 30000
.param dmaDynamicTriggerPs = 486000
.param dmaDescribePiecePs = 500
.param dmaDynamicStartPs = 390000
.param dmaLatencyPs = 860000
.queue 1 described
.semaphore ring
.semaphore described
.tensor x input f32 [128, 16] = random(1)
.expect complete @ring = start @ring + 890            // 30 + 860
.expect complete @described = start @described + 1800  // 486 + 128 pieces of 0.5 + 390 + 860
.expect start @ring[1] = start @ring + 30
.expect start @described[1] = start @described + 550

.engine sync
  loop 2 (r1 += 1 wrap 2)
ring:
    dma sbuf.f32[0:128]@0+r1*64 {16}, hbm.f32@x {128, 16} queue=0 signal ring
  endloop
  take ring 2
  loop 2 (r1 += 1 wrap 2)
described:
    dma sbuf.f32[0:128]@0x1000+r1*64 {16}, hbm.f32@x {128, 16} queue=1 signal described
  endloop
  take described 2
