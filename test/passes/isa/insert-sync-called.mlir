// RUN: neuron-opt %s --neuron-insert-sync | FileCheck %s

// r16 is only written by loops that leave it at zero: a counter in the callee too, so that the
// transfers of different iterations do not meet. r17 may hold anything there: they wait.

// CHECK-LABEL: isa.func @counted
// CHECK-NEXT:  isa.loop 4
// CHECK-NEXT:    sync.dma {{.*}}"
// CHECK-NEXT:  }
isa.func @counted {
  isa.loop 4 [16, 1, 4] {
    isa.inst "sync.dma hbm.f32@0:0+r16*8192 {128, 16}, sbuf.f32[0:128]@0 {16}"
  }
}

// CHECK-LABEL: isa.func @unknown
// CHECK-NEXT:  isa.loop 4
// CHECK-NEXT:    sync.take
// CHECK-NEXT:    sync.dma {{.*}}"
// CHECK-NEXT:    sync.queue_signal {{.*}}"
// CHECK-NEXT:  }
isa.func @unknown {
  isa.loop 4 [17, 1, 4] {
    isa.inst "sync.dma hbm.f32@0:0+r17*8192 {128, 16}, sbuf.f32[0:128]@0 {16}"
  }
}

// CHECK-LABEL: isa.func @main
// CHECK:       barrier
// CHECK-NEXT:  isa.call @counted
// CHECK-NEXT:  {{.*}}barrier
isa.func @main {
  isa.inst "sync.reg r17 = 1"
  isa.call @counted
  isa.call @unknown
}
