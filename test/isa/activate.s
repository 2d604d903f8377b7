// relu(2 x + 0.5), then the sigmoid with bias and scale from columns.
.semaphore loaded
.semaphore computed
.semaphore stored
.tensor x input f32 [2, 4] = values(-1, 0, 1, 2, -0.25, 3, -2, 0.5)
.tensor bias input f32 [2, 1] = values(1, -1)
.tensor scale input f32 [2, 1] = values(2, 4)
.tensor y output f32 [2, 4]
.tensor z output f32 [2, 4]
.expect_values y = relu(add(multiply(x, all(2)), all(0.5)))
.expect_values z = sigmoid(values(-1, 1, 3, 5, -2, 11, -9, 1)) within 1e-6
.expect complete @op = start @op + 226

.engine sync
  dma sbuf.f32[0:2]@4*1024 {4}, hbm.f32@x {2, 4} signal loaded
  dma sbuf.f32[0:2]@8*1024 {1}, hbm.f32@bias {2, 1} signal loaded
  dma sbuf.f32[0:2]@12*1024 {1}, hbm.f32@scale {2, 1} signal loaded
  dma hbm.f32@y {2, 4}, sbuf.f32[0:2]@64*1024 {4} take computed signal stored
  dma hbm.f32@z {2, 4}, sbuf.f32[0:2]@68*1024 {4} signal stored
  take stored 2

.engine scalar
  take loaded 3
  load_table function=relu
op:
  activate sbuf.f32[0:2]@64*1024 {4}, sbuf.f32[0:2]@4*1024 {4} function=relu scale=2 biasImm=0.5
  load_table function=sigmoid
  activate sbuf.f32[0:2]@68*1024 {4}, sbuf.f32[0:2]@4*1024 {4}, sbuf.f32[0:2]@8*1024, sbuf.f32[0:2]@12*1024 function=sigmoid signal computed
