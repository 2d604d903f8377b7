// An integer operation by a number that is no integer: only both together are illegal.
.machine trn1
.semaphore filled
.expect_fault illegal-instruction "the immediate 0.5 of an integer operation is no integer"

.engine gpsimd
  memset sbuf.i32[0:128]@0 {16} value=1 signal filled
.engine vector
  take filled
  tensor_scalar sbuf.i32[0:128]@0x1000 {16}, sbuf.i32[0:128]@0 {16} op0=bitwise_and imm0=0.5
