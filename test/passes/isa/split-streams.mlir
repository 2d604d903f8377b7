// RUN: neuron-opt %s --split-input-file --neuron-print-streams | FileCheck %s

// Every stream has its own instructions, the loops around them, and of the registers those that
// it uses: r20 is arithmetic of r16 and goes only where r20 goes.

// CHECK-LABEL: stream vector
// CHECK-NEXT:   main:
// CHECK-NEXT:    loop 4 (r17 += 1 wrap 2)
// CHECK-NEXT:      tensor_copy sbuf.f32[0:128]@0x1000+r17*64 {16}, sbuf.f32[0:128]@0x2000 {16}
// CHECK-NEXT:    endloop
// CHECK-NEXT:    return
// CHECK-LABEL: stream scalar
// CHECK-NEXT:   main:
// CHECK-NEXT:    loop 4 (r16 += 1 wrap 4)
// CHECK-NEXT:      reg r20 = r16 * 3
// CHECK-NEXT:      loop 2 (r18 += 1 wrap 2)
// CHECK-NEXT:        activate sbuf.f32[0:128]@0x3000+r20*64+r18*8 {16}
// CHECK-NEXT:      endloop
// CHECK-NEXT:    endloop
// CHECK-NEXT:    return
// CHECK-LABEL: stream sequential
isa.func @main {
  isa.loop 4 [16, 1, 4, 17, 1, 2] {
    isa.inst "scalar.reg r20 = r16 * 3"
    isa.inst "vector.tensor_copy sbuf.f32[0:128]@0x1000+r17*64 {16}, sbuf.f32[0:128]@0x2000 {16}"
    isa.loop 2 [18, 1, 2] {
      isa.inst "activate sbuf.f32[0:128]@0x3000+r20*64+r18*8 {16}, sbuf.f32[0:128]@0x2000 {16}"
    }
  }
}

// -----

// A function goes to the streams that have work in it; a barrier goes to all.

// CHECK-LABEL: stream tensor
// CHECK-NEXT:   main:
// CHECK-NEXT:    barrier
// CHECK-NEXT:    return
// CHECK-LABEL: stream vector
// CHECK-NEXT:   leaf:
// CHECK-NEXT:    memset sbuf.f32[0:128]@0x0+r0*64 {16}
// CHECK-NEXT:    return
// CHECK-NEXT:   main:
// CHECK-NEXT:    reg r0 = 5
// CHECK-NEXT:    barrier
// CHECK-NEXT:    call f1
// CHECK-NEXT:    return
// CHECK-LABEL: stream gpsimd
// CHECK-NEXT:   main:
// CHECK-NEXT:    memset
// CHECK-NEXT:    barrier
// CHECK-NEXT:    return
// CHECK-LABEL: stream sync
// CHECK-NEXT:   main:
// CHECK-NEXT:    barrier
// CHECK-NEXT:    return
// CHECK-LABEL: stream sequential
isa.func @main {
  isa.inst "gpsimd.memset sbuf.f32[0:128]@0x0 {16}"
  isa.inst "sync.reg r0 = 5"
  isa.inst "sync.barrier"
  isa.call @leaf
}
isa.func @leaf {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0+r0*64 {16}"
}
