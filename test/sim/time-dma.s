// A transfer takes its latency or its bytes; two queues share the engines, one serves in order. The
// signal comes 200 ns behind the last byte, which the latency of a small transfer includes; the next
// transfer of a queue with one in flight does not wait for it.
.machine trn1
.param baseMHz = 1000
.param dmaEngineBytesPerUs = 16000
.param dmaLatencyPs = 1000000
.param dmaElementPs = 0
.param dmaIssuePs = 0
.param dmaSignalPs = 200000
.queue 2 in_flight 1
.param dmaStaticTriggerPs = 30000
.semaphore small
.semaphore one
.semaphore two
.semaphore row
.tensor x input f32 [128, 1024] = random(1)
.expect start @small = 1
.expect complete @small = 1031     // 1 + 30 + 1000
.expect complete @one = 5358       // 32 KiB an engine: alone from 1092 to 1122, then half of 16 B/ns; 200
.expect complete @two = 5388       // as much as the first until then, the last 30 ns alone
.expect complete @row = start @row + 2278       // 30, 2048 and 200
.expect complete @row[1] = complete @row + 2048

.engine sync
small:
  dma sbuf.f32[0:128]@0 {16}, hbm.f32@x {128:4096, 16} queue=0 signal small
  take small
one:
  dma sbuf.f32[0:128]@0x1000 {1024}, hbm.f32@x {128, 1024} queue=0 signal one
two:
  dma sbuf.f32[0:128]@0x2000 {1024}, hbm.f32@x {128, 1024} queue=1 signal two
  take one
  take two
  loop 2 (r1 += 1 wrap 2)
row:
    dma sbuf.f32[0:128]@0x3000+r1*4096 {1024}, hbm.f32@x {128, 1024} queue=2 signal row
  endloop
  take row 2
