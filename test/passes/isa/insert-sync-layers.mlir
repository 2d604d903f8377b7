// RUN: neuron-opt %s --neuron-insert-sync | FileCheck %s
// RUN: neuron-opt %s --neuron-insert-sync --neuron-peephole --neuron-verify-isa

// A layer in a loop: two nests take the same registers one after the other, each sets its slots
// anew, and 3 is no multiple of 2. The slots of a nest are still filled two ahead. What the layer
// carries lies in @x at 2048 * p and is written at 2048 - 2048 * p: within an iteration the two
// never meet, so that the load waits for the store of the iteration before, and for no other.

// CHECK-DAG: isa.semaphore [[FREE:[0-9]+]] initial 2 from "vector.read" to ["sync"]
// CHECK-DAG: isa.semaphore [[BACK:[0-9]+]] initial 1 from "queue.10" to ["sync"]
// CHECK-NOT: initial 3

// CHECK:      isa.loop 12 [8, 1, 12, 9, 1, 2]
// CHECK:        sync.take s[[BACK]] 1
// CHECK:        isa.loop 3 [16, 1, 3, 40, 1, 2]
// CHECK:          sync.take s[[FREE]] 1
// CHECK-NEXT:     sync.dma
// CHECK:        isa.loop 3 [16, 1, 3, 40, 1, 2]
// CHECK:          sync.take s[[FREE]] 1
// CHECK-NEXT:     sync.dma
isa.segment @x "scratch" 0 : tensor<2x512xf32>, 4096
isa.segment @w "weight" 1 : tensor<12x384x128xf32>, 2359296 from @w_values
isa.func @main {
  isa.inst "sync.reg r8 = 0"
  isa.inst "sync.reg r9 = 0"
  isa.loop 12 [8, 1, 12, 9, 1, 2] {
    isa.inst "sync.reg r40 = 0"
    isa.loop 3 [16, 1, 3, 40, 1, 2] {
      isa.inst "sync.dma sbuf.f32[0:4]@0+r40*512 {128}, hbm.f32@0:0+r9*2048 {4:512, 128} queue=0"
      isa.inst "vector.tensor_copy sbuf.f32[0:4]@0x4000+r16*512 {128}, sbuf.f32[0:4]@0+r40*512 {128}"
    }
    isa.inst "sync.reg r40 = 0"
    isa.loop 3 [16, 1, 3, 40, 1, 2] {
      isa.inst "sync.dma sbuf.f32[0:128]@0x1000+r40*512 {128}, hbm.f32@1:0+r8*196608+r16*65536 {128:512, 128} queue=1"
      isa.inst "vector.tensor_tensor sbuf.f32[0:4]@0x4000+r16*512 {128}, sbuf.f32[0:4]@0x4000+r16*512 {128}, sbuf.f32[0:4]@0x1000+r40*512 {128} op=add"
    }
    isa.inst "gpsimd.dma hbm.f32@0:2048-r9*2048 {4:512, 128}, sbuf.f32[0:4]@0x4000 {128} queue=10"
  }
}
