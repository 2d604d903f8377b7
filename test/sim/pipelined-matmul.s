// Y = relu(W^T X - 3), K in 2 tiles of 128, N in 5 tiles of 64 columns: the pipeline of the
// design. Each body is written once; streams run ahead of each other by their credits.
.machine trn1
.semaphore freeX = 2
.semaphore freeP = 2
.semaphore freeO = 2
.semaphore loaded
.semaphore ready
.semaphore out
.semaphore weights
.tensor x input f32 [256, 320] = random(1)
.tensor w weight f32 [256, 128] = random(2)
.tensor y output f32 [128, 320]
.expect_values y = relu(subtract(matmul(w, x), all(3)))

.let xRow = 320*4
.let slots = 4096
.let results = 8192

.engine sync
  dma sbuf.f32[0:128]@0 {128}, hbm.f32@w {128, 128} queue=0 signal weights
  dma sbuf.f32[0:128]@512 {128}, hbm.f32@w+128*512 {128, 128} queue=0 signal weights
  loop 5 (r20 += 1)
    loop 2 (r21 += 1 wrap 2, r22 += 1 wrap 2)
      take freeX
      dma sbuf.f32[0:128]@slots+r22*256 {64}, hbm.f32@x+r21*163840+r20*256 {128:xRow, 64} queue=1 signal loaded
    endloop
  endloop

.engine tensor
  take weights 2
  loop 5 (r23 += 1 wrap 2)
    take freeP
    loop 2 (r21 += 1 wrap 2, r22 += 1 wrap 2)
      take loaded
      ldweights sbuf.f32[0:128]@0+r21*512 {128}
      matmul psum.f32[0:128]@b0+r23*2048 {64}, sbuf.f32[0:128]@slots+r22*256 {64} accumulate if r21 != 0 signal freeX read signal ready if r21 == 1
    endloop
  endloop

.engine scalar
  loop 5 (r23 += 1 wrap 2, r24 += 1 wrap 2)
    take ready
    take freeO
    activate sbuf.f32[0:128]@results+r24*256 {64}, psum.f32[0:128]@b0+r23*2048 {64} function=relu scale=1 biasImm=-3 signal freeP read signal out
  endloop

.engine gpsimd
  loop 5 (r20 += 1, r24 += 1 wrap 2)
    take out
    dma hbm.f32@y+r20*256 {128:xRow, 64}, sbuf.f32[0:128]@results+r24*256 {64} queue=10 signal freeO
  endloop
  take freeO 7
