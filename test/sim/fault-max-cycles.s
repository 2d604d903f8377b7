// A bound on cycles stops a program that would run for hours before its values are computed.
.machine trn1
.max_cycles 1000
.expect_fault timeout "more than 5000 instructions"

.engine vector
  loop 4000000000
    loop 4000000000
      nop
    endloop
  endloop
