// A tiled matmul without end: K in 8 tiles, 512 columns at a time, loads and stores beside it.
.machine trn1
.let rounds = 100000
.semaphore freeX = 4
.semaphore freeP = 4
.semaphore freeO = 2
.semaphore loaded
.semaphore ready
.semaphore out
.semaphore stored = 4
.semaphore weights
.tensor x input bf16 [1024, 512] = random(1)
.tensor w weight bf16 [1024, 128] = random(2)
.tensor y output bf16 [512, 512]

.let xTile = 128*1024
.let weightsAt = 32768
.let results = 65536

.engine sync
  dma sbuf.bf16[0:128]@weightsAt {8, 128}, hbm.bf16@w {128:2048, 8:256, 128} queue=0 signal weights
  loop rounds
    loop 8 (r21 += 1 wrap 8, r22 += 1 wrap 4)
      dma sbuf.bf16[0:128]@0+r22*1024 {512}, hbm.bf16@x+r21*xTile {128, 512} queue=1 take freeX signal loaded
    endloop
  endloop

.engine tensor
  take weights
  loop rounds (r23 += 1 wrap 4)
    take freeP
    loop 8 (r21 += 1 wrap 8, r22 += 1 wrap 4)
      ldweights sbuf.bf16[0:128]@weightsAt+r21*256 {128}
      matmul psum.f32[0:128]@b0+r23*2048 {512}, sbuf.bf16[0:128]@0+r22*1024 {512} take loaded accumulate if r21 != 0 signal freeX read signal ready if r21 == 7
    endloop
  endloop

.engine scalar
  loop rounds (r23 += 1 wrap 4, r24 += 1 wrap 2)
    activate sbuf.bf16[0:128]@results+r24*1024 {512}, psum.f32[0:128]@b0+r23*2048 {512} function=copy scale=1 take ready take freeO signal freeP read signal out
  endloop

.engine gpsimd
  loop rounds (r24 += 1 wrap 2, r25 += 1 wrap 4)
    dma hbm.bf16@y+r25*xTile {128, 512}, sbuf.bf16[0:128]@results+r24*1024 {512} queue=10 take out take stored signal freeO signal stored
  endloop
  take stored 4
