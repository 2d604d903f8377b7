// RUN: neuron-opt %s --neuron-insert-sync | FileCheck %s
// RUN: neuron-opt %s --neuron-insert-sync --neuron-peephole --neuron-verify-isa

// y = relu(w^T x) by tiles: x has 3 slots, p two banks, o two slots. Every slot is given back by
// its reader, at the distance of its slots; nothing waits for a whole loop except the activation
// for its last matmul and the program's end for the transfers.

// CHECK-DAG: isa.semaphore [[FREEX:[0-9]+]] initial 3 from "tensor.read" to ["sync"]
// CHECK-DAG: isa.semaphore [[FREEP:[0-9]+]] initial 2 from "scalar.read" to ["tensor"]
// CHECK-DAG: isa.semaphore [[FREEO:[0-9]+]] initial 2 from "queue.10" to ["scalar"]
// CHECK-DAG: isa.semaphore [[LOADED:[0-9]+]] initial 0 from "queue.0" to ["tensor"]
// CHECK-DAG: isa.semaphore [[READY:[0-9]+]] initial 0 from "tensor.complete" to ["scalar"]
// CHECK-DAG: isa.semaphore [[OUT:[0-9]+]] initial 0 from "scalar.complete" to ["gpsimd"]

// CHECK:      isa.func @main
// CHECK:      sync.dma
// CHECK:      sync.queue_signal queue=1
// CHECK:      tensor.take
// CHECK-NEXT: isa.loop 4
// CHECK-NEXT:   tensor.take s[[FREEP]] 1
// CHECK-NEXT:   isa.loop 8
// CHECK-NEXT:     sync.take s[[FREEX]] 1
// CHECK-NEXT:     sync.dma
// CHECK-NEXT:     sync.queue_signal signal s[[LOADED]]
// CHECK-NEXT:     ldweights
// CHECK-NEXT:     tensor.take s[[LOADED]] 1
// CHECK-NEXT:     matmul
// CHECK-NEXT:     tensor.signal s[[FREEX]] read
// CHECK-NEXT:   }
// CHECK-NEXT:   tensor.signal s[[READY]]
// CHECK-NEXT:   scalar.take s[[READY]] 1
// CHECK-NEXT:   scalar.take s[[FREEO]] 1
// CHECK-NEXT:   activate
// CHECK-NEXT:   scalar.signal s[[OUT]]
// CHECK-NEXT:   scalar.signal s[[FREEP]] read
// CHECK-NEXT:   gpsimd.take s[[OUT]] 1
// CHECK-NEXT:   gpsimd.dma
// CHECK-NEXT:   gpsimd.queue_signal queue=10 signal s[[FREEO]]
// CHECK-NEXT: }
// The last transfer began after the loads that fed it were done: one wait is enough.
// CHECK-NEXT: gpsimd.queue_signal queue=10
// CHECK-NEXT: sync.take
// CHECK-NEXT: }
isa.segment @x "input" 0 : tensor<1024x2048xbf16>, 4194304
isa.segment @w "input" 1 : tensor<128x1024xbf16>, 262144
isa.segment @y "output" 2 : tensor<128x2048xbf16>, 524288
isa.func @main {
  isa.inst "gpsimd.reg r20 = 0"
  isa.inst "gpsimd.reg r21 = 0"
  isa.inst "gpsimd.reg r22 = 0"
  isa.inst "sync.dma sbuf.bf16[0:128]@0x8000 {1024}, hbm.bf16@1:0 {128:2048, 1024} queue=1"
  isa.loop 4 [16, 1, 4, 21, 1, 2, 22, 1, 2] {
    isa.loop 8 [17, 1, 8, 20, 1, 3] {
      isa.inst "sync.dma sbuf.bf16[0:128]@0+r20*1024 {512}, hbm.bf16@0:0+r17*524288+r16*1024 {128:4096, 512} queue=0"
      isa.inst "ldweights sbuf.bf16[0:128]@0x8000+r17*256 {128}"
      isa.inst "matmul psum.f32[0:128]@b0+r21*2048 {512}, sbuf.bf16[0:128]@0+r20*1024 {512} accumulate if r17 != 0"
    }
    isa.inst "activate sbuf.bf16[0:128]@0x4000+r22*1024 {512}, psum.f32[0:128]@b0+r21*2048 {512} function=relu scale=1"
    isa.inst "gpsimd.dma hbm.bf16@2:0+r16*1024 {128:4096, 512}, sbuf.bf16[0:128]@0x4000+r22*1024 {512} queue=10"
  }
}
