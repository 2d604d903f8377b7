// A queue with one transfer in flight takes a latency for each; with two, half of that; transfers
// that are bound by bytes do not overlap on their engines. One engine serves eight partitions.
.machine trn1
.param baseMHz = 1000
.param dmaEngineBytesPerUs = 16000
.param dmaLatencyPs = 1000000
.param dmaSignalPs = 0
.param dmaElementPs = 0
.param dmaIssuePs = 50000
.param dmaStaticTriggerPs = 30000
.queue 0 in_flight 1
.queue 1 in_flight 2
.semaphore one
.semaphore two
.semaphore narrow
.tensor x input f32 [128, 1024] = random(1)
.expect complete @one[1] = complete @one + 1000
.expect complete @one[3] = complete @one + 3000
.expect complete @two[1] = complete @two + 50      // the queue's least distance
.expect complete @two[2] = complete @two + 1000
.expect complete @two[3] = complete @two + 1050
.expect complete @narrow = start @narrow + 2078    // 30, and 8 x 4096 bytes at 16 a ns
.expect complete @wide = start @wide + 2078        // sixteen times the bytes, sixteen engines

.engine sync
  loop 4 (r1 += 1 wrap 4)
one:
    dma sbuf.f32[0:128]@0+r1*64 {16}, hbm.f32@x {128:4096, 16} queue=0 signal one
  endloop
  take one 4
  loop 4 (r1 += 1 wrap 4)
two:
    dma sbuf.f32[0:128]@0x1000+r1*64 {16}, hbm.f32@x {128:4096, 16} queue=1 signal two
  endloop
  take two 4
narrow:
  dma sbuf.f32[0:8]@0x2000 {1024}, hbm.f32@x {8, 1024} queue=2 signal narrow
  take narrow
wide:
  dma sbuf.f32[0:128]@0x4000 {1024}, hbm.f32@x {128, 1024} queue=2 signal narrow
  take narrow
