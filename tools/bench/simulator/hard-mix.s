// Transfers of three engines over parts of the partitions and all the ports, a wait at nearly
// every instruction: nothing that a fast path could lean on.
.machine trn1
.let rounds = 60000
.semaphore freeA = 3
.semaphore loadedA
.semaphore freeB = 2
.semaphore loadedB
.semaphore freeC = 2
.semaphore loadedC
.semaphore moved
.semaphore freeP = 2
.semaphore product
.semaphore freeS = 2
.semaphore squashed
.semaphore freeV = 2
.semaphore summed
.semaphore freeG = 2
.semaphore scaled
.semaphore written
.tensor a input f32 [128, 256] = random(1)
.tensor b input f32 [96, 128] = random(1)
.tensor c input f32 [40, 512] = random(1)
.tensor m input f32 [8, 3000] = random(1)
.tensor n scratch f32 [8, 3000]
.tensor y output f32 [96, 128]

.engine sync
  loop rounds (r22 += 1 wrap 2)
    loop 4 (r21 += 1 wrap 3)
      dma sbuf.f32[0:128]@0+r21*1024 {256}, hbm.f32@a {128, 256} queue=0 take freeA signal loadedA
    endloop
    dma sbuf.f32[0:96]@8192+r22*512 {128}, hbm.f32@b {96, 128} queue=1 take freeB signal loadedB
    dma hbm.f32@n {8, 3000}, hbm.f32@m {8, 3000} queue=2 signal moved
    take moved
  endloop

.engine tensor
  loop rounds (r23 += 1 wrap 2)
    take freeP
    loop 4 (r20 += 1 wrap 4, r21 += 1 wrap 3)
      ldweights sbuf.f32[0:128]@0+r21*1024 {96} take loadedA
      matmul psum.f32[0:96]@b0+r23*2048 {128}, sbuf.f32[0:128]@512+r21*1024 {128} accumulate if r20 != 0 signal freeA read signal product if r20 == 3
    endloop
  endloop

.engine scalar
  loop rounds (r22 += 1 wrap 2, r23 += 1 wrap 2)
    dma sbuf.f32[32:72]@32768+r22*2048 {512}, hbm.f32@c {40, 512} queue=6 take freeC signal loadedC
    activate sbuf.f32[0:96]@16384+r22*512 {128}, psum.f32[0:96]@b0+r23*2048 {128} function=relu scale=1 take product take freeS signal freeP read signal squashed
  endloop

.engine vector
  loop rounds (r22 += 1 wrap 2)
    take loadedB
    tensor_tensor sbuf.f32[0:96]@20480+r22*512 {128}, sbuf.f32[0:96]@16384+r22*512 {128}, sbuf.f32[0:96]@8192+r22*512 {128} op=add take squashed take freeV signal freeB read signal freeS read
    tensor_scalar sbuf.f32[0:96]@20480+r22*512 {128}, sbuf.f32[0:96]@20480+r22*512 {128} op0=multiply imm0=0.5 after 1 signal summed
  endloop

.engine gpsimd
  loop rounds (r22 += 1 wrap 2)
    tensor_scalar sbuf.f32[32:64]@49152+r22*512 {128}, sbuf.f32[32:64]@32768+r22*2048 {128} op0=multiply imm0=2 take loadedC take freeG signal freeC read signal scaled
    dma hbm.f32@y {96, 128}, sbuf.f32[0:96]@20480+r22*512 {128} queue=10 take summed signal freeV signal written
    take scaled
    take written
    signal freeG
  endloop
