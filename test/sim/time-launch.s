// The launch of a program is no part of its time.
.machine trn1
.param baseMHz = 1000
.param vectorMHz = 1000
.param launchPs = 999000000
.expect total = 3        // nop, nop, return

.engine vector
  nop
  nop
