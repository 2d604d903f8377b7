// A branch that leaves the fetch buffer costs a transfer's latency; a loop inside it costs none.
.machine trn1
.param baseMHz = 1000
.param vectorMHz = 1000
.param fetchBufferBytes = 256
.param dmaLatencyPs = 1180000
.param sequencerInstCycles = 1
.param sequencerLoopCycles = 4
.expect complete @inside[1] = complete @inside + 5     // endloop 4, nop 1
.expect complete @far[1] = complete @far + 1196        // 12 instructions, endloop 4, 1180

.func main
.engine vector
  loop 2
inside:
    nop
  endloop
  loop 2
far:
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
    nop
  endloop
