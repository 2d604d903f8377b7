// A pair of ldweights and matmul takes 512 + 70 cycles: weights are filled in while the matmul runs.
.machine trn1
.param tensorMHz = 1000
.param baseMHz = 1000
.param vectorMHz = 1000
.param portExclusionSbuf = 0
.semaphore filled
.expect start @load = 745         // memset 1 + 512 + 200 (two columns a cycle), 30 until seen, loop and issue
.expect start @multiply = 815     // the pair's 70 cycles cover the 32 of the load
.expect start @load[1] = 815      // the spare plane is free as soon as the matmul runs
.expect start @multiply[1] = 1397  // 815 + 512 + 70
.expect complete @multiply[1] = 2434  // 1397 + 512 + 128 + 397

.engine vector
  memset sbuf.bf16[0:128]@0 {1024} value=0 signal filled
.engine tensor
  take filled
  loop 2 (r1 += 1)
load:
    ldweights sbuf.bf16[0:128]@0 {128}
multiply:
    matmul psum.f32[0:128]@b0+r1*2048 {512}, sbuf.bf16[0:128]@0x200 {512}
  endloop
