// What a loop's own waits bring is not waited for before the loop: the vector engine fills y, the
// transfer of every iteration waits for it, and the scalar engine, which waits for the transfer
// before it reads y, needs no wait of its own. Without that wait inside it would need one.
//
// RUN: neuron-opt %s -split-input-file --neuron-insert-sync | FileCheck %s
// RUN: neuron-opt %s -split-input-file --neuron-insert-sync --neuron-verify-isa=machine=trn1

// CHECK-LABEL: isa.func @main
// CHECK:      vector.memset
// CHECK-NOT:  scalar.take
// CHECK:      isa.loop 4
// CHECK:      scalar.take
// CHECK-NEXT: activate
isa.segment @out "scratch" 0 : tensor<1048576xi8>, 1048576
isa.func @main {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0 {64} value=1"
  isa.loop 4 [16, 1, 4] {
    isa.inst "sync.dma sbuf.f32[0:128]@0x400 {64}, sbuf.f32[0:128]@0x0 {64} queue=1"
    isa.inst "scalar.activate sbuf.f32[0:128]@0x800+r16*256 {64}, sbuf.f32[0:128]@0x400 {64} function=copy scale=1"
    isa.inst "scalar.activate sbuf.f32[0:128]@0x1800+r16*256 {64}, sbuf.f32[0:128]@0x0 {64} function=copy scale=1"
  }
}

// -----

// CHECK-LABEL: isa.func @main
// CHECK:      vector.memset
// CHECK:      scalar.take
// CHECK:      isa.loop 4
isa.segment @out "scratch" 0 : tensor<1048576xi8>, 1048576
isa.func @main {
  isa.inst "vector.memset sbuf.f32[0:128]@0x0 {64} value=1"
  isa.loop 4 [16, 1, 4] {
    isa.inst "scalar.activate sbuf.f32[0:128]@0x1800+r16*256 {64}, sbuf.f32[0:128]@0x0 {64} function=copy scale=1"
    isa.inst "sync.dma sbuf.f32[0:128]@0x400 {64}, sbuf.f32[0:128]@0x0 {64} queue=1"
    isa.inst "scalar.activate sbuf.f32[0:128]@0x800+r16*256 {64}, sbuf.f32[0:128]@0x400 {64} function=copy scale=1"
  }
}
