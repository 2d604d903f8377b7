// RUN: neuron-opt %s --neuron-link-blocks | FileCheck %s

// What is called once stands where the call was, callees of callees too; what is called twice is
// still called.

// CHECK-NOT:  isa.func @once
// CHECK-NOT:  isa.func @inner
// CHECK:      isa.func @twice
// CHECK:      isa.func @main
// CHECK-NEXT:   isa.loop 3 [8, 1, 3]
// CHECK-NEXT:     value=1
// CHECK-NEXT:     value=2
// CHECK-NEXT:     isa.call @twice
// CHECK-NEXT:   }
// CHECK-NEXT:   isa.call @twice
isa.func @inner {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0 {8} value=2"
}
isa.func @once {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0 {8} value=1"
  isa.call @inner
}
isa.func @twice {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0 {8} value=3"
}
isa.func @main {
  isa.loop 3 [8, 1, 3] {
    isa.call @once
    isa.call @twice
  }
  isa.call @twice
}
