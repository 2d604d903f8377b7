// Y = relu(transpose(W) X): the example of the instruction set.
//
// K in 2 tiles of 128, N in 4 tiles of 512, W resident, X in 3 slots, PSUM in 2 banks, results
// in 2 slots. Every body is encoded once; the streams run ahead of each other by their credits,
// the initial values of the free-semaphores.
.machine trn1
.let kTiles = 2
.let nTiles = 4
.let rowX = 2048*2                // bytes of a row of X
.let rowY = 2048*4
.let slotX = 0x1000
.let slotY = 0x4000
.semaphore weights from queue 0
.semaphore loaded from queue 0
.semaphore freeX = 3 from tensor read
.semaphore freeP = 2 from scalar read
.semaphore ready from tensor complete
.semaphore freeO = 2 from queue 10
.semaphore out from scalar complete
.semaphore done from queue 10
.tensor w weight bf16 [256, 128] = random(1)
.tensor x input bf16 [256, 2048] = random(2)
.tensor y output f32 [128, 2048]
.expect_values y = relu(matmul(w, x))

.func main
.engine sync
  dma sbuf.bf16[0:128]@0 {kTiles, 128}, hbm.bf16@w {128:256, kTiles:32768, 128} signal weights
  loop nTiles (r1 += 1)
    loop kTiles (r2 += 1 wrap kTiles, r3 += 1 wrap 3)
      dma sbuf.bf16[0:128]@slotX+r3*1024 {512}, hbm.bf16@x+r2*128*rowX+r1*1024 {128:rowX, 512} take freeX signal loaded
    endloop
  endloop

.engine tensor
  take weights
  loop nTiles (r4 += 1 wrap 2)
    take freeP
    loop kTiles (r2 += 1 wrap kTiles, r3 += 1 wrap 3)
      ldweights sbuf.bf16[0:128]@0+r2*256 {128}
first_matmul:
      matmul psum.f32[0:128]@b0+r4*2048 {512}, sbuf.bf16[0:128]@slotX+r3*1024 {512} accumulate if r2 != 0 take loaded signal freeX read signal ready if r2 == 1
    endloop
  endloop

.engine scalar
  load_table function=relu
  loop nTiles (r4 += 1 wrap 2, r5 += 1 wrap 2)
    activate sbuf.f32[0:128]@slotY+r5*2048 {512}, psum.f32[0:128]@b0+r4*2048 {512} function=relu scale=1 take ready take freeO signal freeP read signal out
  endloop

.engine gpsimd
  loop nTiles (r1 += 1, r5 += 1 wrap 2)
    dma hbm.f32@y+r1*2048 {128:rowY, 512}, sbuf.f32[0:128]@slotY+r5*2048 {512} queue=10 take out signal freeO signal done
  endloop
  take done nTiles
