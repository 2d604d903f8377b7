// An fp32 matmul takes four passes, one that turns a matrix around in the array two (from trn2 on);
// each matmul alone takes its pass times its columns, 128 rows and the latency.
.machine trn2
.param tensorMHz = 1000
.param baseMHz = 1000
.param tensorPairOverheadCycles = 8
.param tensorLatencyCycles = 264
.semaphore filled
.semaphore loaded
.tensor one input f32 [1, 1] = values(1)
.expect complete @narrow = start @narrow + 648     // 256 + 128 + 264
.expect complete @wide = start @wide + 1416        // 4 * 256 + 128 + 264
.expect complete @through = start @through + 393   // 2 * 64 + 1 + 264
.expect start @wide = start @narrow + 264          // 256, and the pair's 8
.expect start @through = start @wide + 1032        // 4 * 256, and the pair's 8
.expect start @narrowest = start @through + 136    // 2 * 64, and the pair's 8
.expect start @last = start @narrowest + 72        // at least 64 columns a pass, and the pair's 8

.engine sync
  dma sbuf.f32[0:1]@0x1000 {1}, hbm.f32@one {1, 1} signal loaded
.engine vector
  memset sbuf.f32[0:128]@0 {1024} value=0 signal filled
.engine tensor
  take filled
  take loaded
  ldweights sbuf.bf16[0:128]@0 {128}
narrow:
  matmul psum.f32[0:128]@b0 {256}, sbuf.bf16[0:128]@0 {256}
  ldweights sbuf.f32[0:128]@0 {128}
wide:
  matmul psum.f32[0:128]@b1 {256}, sbuf.f32[0:128]@0 {256}
  ldweights sbuf.f32[0:1]@0x1000 {1}
through:
  matmul psum.f32[0:1]@b2 {1}, sbuf.f32[0:1]@0x1000 {1} passThrough=1
  ldweights sbuf.bf16[0:128]@0 {128}
narrowest:
  matmul psum.f32[0:128]@b3 {4}, sbuf.bf16[0:128]@0 {4}
  ldweights sbuf.bf16[0:128]@0 {128}
last:
  matmul psum.f32[0:128]@b4 {4}, sbuf.bf16[0:128]@0 {4}
