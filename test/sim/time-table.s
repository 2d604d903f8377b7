// A function of another table set costs a load, during which the ScalarE does nothing else.
.machine trn1
.param scalarMHz = 1000
.param baseMHz = 1000
.param tableLoadNs = 368
.semaphore ready from vector complete
.expect complete @table = start @table + 368
.expect start @exp = start @table + 368

.engine vector
  memset sbuf.f32[0:128]@0 {64} value=1 signal ready
.engine scalar
  take ready
table:
  load_table function=exp
exp:
  activate sbuf.f32[0:128]@0x1000 {64}, sbuf.f32[0:128]@0 {64} function=exp scale=1
