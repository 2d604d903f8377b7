// out = transpose(lhsT) rhs, 256 x 512 x 1024 (K, M, N): loads hoisted out of the inner loop.
//
// Kernel 2 of the published matmul ladder: for m: load all tiles of lhsT for these 128 rows; for n:
// load all tiles of rhs for these 512 columns; for k: multiply; then copy PSUM to SBUF and store.
// Two sets of each, loads in one queue with one transfer in flight. A set of lhsT needs no credits:
// the loads of rhs for the rows between have waited for its readers.
.machine trn1
.let kTiles = 2               // of 128
.let mTiles = 4               // of 128
.let nTiles = 2               // of 512
.let rowL = 1024              // bytes of a row of lhsT
.let rowR = 2048              // bytes of a row of rhs and of out
.let setL = 512               // bytes of a set of lhsT tiles
.let setR = 2048              // bytes of a set of rhs tiles
.let firstL = 0
.let firstR = 2*setL
.let slotOut = 5120
.semaphore loadedL from queue 0
.semaphore loadedR from queue 0
.semaphore freeR = 4 from tensor read
.semaphore ready from tensor complete
.semaphore freeBank = 2 from vector read
.semaphore copied from vector complete
.semaphore freeOut = 2 from queue 6
.semaphore done from queue 6
.queue 0 in_flight 1
.tensor lhsT input bf16 [256, 512] = random(1)
.tensor rhs input bf16 [256, 1024] = random(2)
.tensor out output bf16 [512, 1024]
.expect_values out = matmul(lhsT, rhs) within 0.25   // half a step of bf16

.func main
.engine sync
  loop mTiles (r1 += 1, r4 += 1 wrap 2)
    loop kTiles (r3 += 1 wrap kTiles)
      dma sbuf.bf16[0:128]@firstL+r3*256+r4*setL {128}, hbm.bf16@lhsT+r3*128*rowL+r1*256 {128:rowL, 128} signal loadedL
    endloop
    loop nTiles (r2 += 1 wrap nTiles, r5 += 1 wrap 2)
      loop kTiles (r3 += 1 wrap kTiles)
        dma sbuf.bf16[0:128]@firstR+r3*1024+r5*setR {512}, hbm.bf16@rhs+r3*128*rowR+r2*1024 {128:rowR, 512} take freeR signal loadedR
      endloop
    endloop
  endloop

.engine tensor
  loop mTiles (r4 += 1 wrap 2)
    take loadedL kTiles
    loop nTiles (r2 += 1 wrap nTiles, r5 += 1 wrap 2, r7 += 1 wrap 2)
      take freeBank
      loop kTiles (r3 += 1 wrap kTiles)
        ldweights sbuf.bf16[0:128]@firstL+r3*256+r4*setL {128}
        matmul psum.f32[0:128]@b0+r7*2048 {512}, sbuf.bf16[0:128]@firstR+r3*1024+r5*setR {512} accumulate if r3 != 0 take loadedR signal freeR read signal ready if r3 == 1
      endloop
    endloop
  endloop

.engine vector
  loop mTiles
    loop nTiles (r5 += 1 wrap 2, r6 += 1 wrap 2)
      tensor_copy sbuf.bf16[0:128]@slotOut+r6*1024 {512}, psum.f32[0:128]@b0+r5*2048 {512} take ready take freeOut signal freeBank read signal copied
    endloop
  endloop

.engine scalar
  loop mTiles (r1 += 1)
    loop nTiles (r2 += 1 wrap nTiles, r6 += 1 wrap 2)
      dma hbm.bf16@out+r1*128*rowR+r2*1024 {128:rowR, 512}, sbuf.bf16[0:128]@slotOut+r6*1024 {512} queue=6 take copied signal freeOut signal done
    endloop
  endloop
  take done mTiles*nTiles
