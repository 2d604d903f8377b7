// RUN: neuron-opt %s --neuron-peephole | FileCheck %s

// A signal goes into the work before it, two to a slot pair; the third stays.
// CHECK-LABEL: isa.func @signals
// CHECK-NEXT: vector.memset sbuf.f32[0:128]@0x0 {16} signal s0 signal s1 read
// CHECK-NEXT: vector.signal s2 signal s3
// CHECK-NEXT: }
isa.func @signals {
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16}"
  isa.inst "vector.signal s0"
  isa.inst "vector.signal s1 read"
  isa.inst "vector.signal s2"
  isa.inst "vector.signal s3"
}

// A queue's signal goes into a transfer of the same queue, past other streams and arithmetic.
// CHECK-LABEL: isa.func @queues
// CHECK-NEXT: sync.dma {{.*}} signal s0
// CHECK-NEXT: gpsimd.memset
// CHECK-NEXT: sync.reg
// CHECK-NEXT: sync.dma {{.*}} queue=1"
// CHECK-NEXT: sync.queue_signal signal s1
// CHECK-NEXT: }
isa.func @queues {
  isa.inst "sync.dma sbuf.f32[0:128]@0 {16}, hbm.f32@0:0 {128, 16}"
  isa.inst "gpsimd.memset sbuf.f32[0:128]@64 {16}"
  isa.inst "sync.reg r16 = 0"
  isa.inst "sync.queue_signal signal s0"
  isa.inst "sync.dma sbuf.f32[0:128]@0 {16}, hbm.f32@0:0 {128, 16} queue=1"
  isa.inst "sync.queue_signal signal s1"
}

// Takes go into what follows; the third begins the next free one.
// CHECK-LABEL: isa.func @takes
// CHECK-NEXT: vector.take s1 2 take s0
// CHECK-NEXT: vector.memset {{.*}} take s3 2 take s2
// CHECK-NEXT: }
isa.func @takes {
  isa.inst "vector.take s0 1"
  isa.inst "vector.take s1 2"
  isa.inst "vector.take s2 1"
  isa.inst "vector.take s3 1"
  isa.inst "vector.take s3 1"
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16}"
}

// Nothing moves across a loop, a call or a barrier.
// CHECK-LABEL: isa.func @boundaries
// CHECK-NEXT: vector.take s0 1
// CHECK-NEXT: isa.loop
// CHECK-NEXT:   vector.memset sbuf.f32[0:128]@0x0 {16}"
// CHECK-NEXT: }
// CHECK-NEXT: vector.signal s1
// CHECK-NEXT: vector.take s0 1
// CHECK-NEXT: barrier
// CHECK-NEXT: vector.memset sbuf.f32[0:128]@0x0 {16}"
// CHECK-NEXT: isa.call @takes
// CHECK-NEXT: vector.signal s1
isa.func @boundaries {
  isa.inst "vector.take s0 1"
  isa.loop 2 [] {
    isa.inst "vector.memset sbuf.f32[0:128]@0 {16}"
  }
  isa.inst "vector.signal s1"
  isa.inst "vector.take s0 1"
  isa.inst "sync.barrier"
  isa.inst "vector.memset sbuf.f32[0:128]@0 {16}"
  isa.call @takes
  isa.inst "vector.signal s1"
}
