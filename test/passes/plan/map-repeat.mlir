// RUN: rm -rf %t && mkdir -p %t && cp %s %t/m.mlir
// RUN: sh -c 'for high in 75 275 74; do for n in $(seq 4096); do printf "\\0\\0\\200\\$high"; done; done' > %t/w.bin
// RUN: neuron-opt --neuron-map-block %s | FileCheck %s
// RUN: neuron-opt --neuron-map-block %s --mlir-disable-threading | FileCheck %s
// RUN: neuron-opt --neuron-map-block --neuron-link-blocks --neuron-insert-sync --neuron-peephole --neuron-verify-isa %s | FileCheck %s --check-prefix=LINKED
// RUN: neuron-compile %t/m.mlir -o %t/m.nprog --no-cache -j 1 --verify output --report - | FileCheck %s --check-prefix=REPORT
// RUN: neuron-compile %t/m.mlir -o %t/n.nprog --no-cache -j 4 && cmp %t/m.nprog %t/n.nprog

// What crosses the border has its home before any function is mapped: the carried value two, the
// bias and the factors the inputs of the program, what is collected the output of the program. The
// block finds them by r8, the iteration, and r9, its parity; after three iterations what is carried
// lies at home 1.

// CHECK-DAG: isa.segment @[[X:x.0]] "input" 0
// CHECK-DAG: isa.segment @[[BIAS:bias.1]] "input" 1
// CHECK-DAG: isa.segment @[[FACTORS:factors.2]] "input" 2
// CHECK-DAG: isa.segment @[[SUMS:sums.4]] "output" 4 : tensor<3x32x64xf32>
// CHECK-DAG: isa.segment @[[STATE:s.5]] "state" 5 : tensor<3x32x64xf32>
// CHECK-DAG: isa.segment @{{carried.*}} "scratch" 6 : tensor<2x32x64xf32>
// CHECK-DAG: isa.segment @{{w.*}} "weight" 7 : tensor<3x64x64xf32>, 49152 from @w

// CHECK:     isa.func @layer
// CHECK-DAG: hbm.f32@6:0x0+r9*8192
// CHECK-DAG: hbm.f32@7:0x0+r8*16384
// CHECK-DAG: hbm.f32@1:0x0 {
// CHECK-DAG: hbm.f32@2:0x0+r8*128
// CHECK-DAG: dma hbm.f32@6:0x2000-r9*8192
// CHECK-DAG: dma hbm.f32@4:0x0+r8*8192
// CHECK-DAG: dma hbm.f32@5:0x0+r8*8192
// CHECK:     isa.func @main
// CHECK:     dma hbm.f32@6:0x0 {
// CHECK:     reg r8 = 0
// CHECK:     reg r9 = 0
// CHECK:     isa.loop 3 [8, 1, 3, 9, 1, 2]
// CHECK-NEXT:  isa.call @layer
// CHECK:     hbm.f32@6:0x2000 {

// REPORT: "distinct_blocks": 2

// Without a call there is no barrier.
// LINKED-NOT: isa.call
// LINKED-NOT: isa.func @layer
// LINKED-NOT: barrier
nn.weight @w : tensor<3x64x64xf32> [#nn.blob<"w.bin", 0, 16384 : tensor<64x64xf32>>, #nn.blob<"w.bin", 16384, 16384 : tensor<64x64xf32>>, #nn.blob<"w.bin", 32768, 16384 : tensor<64x64xf32>>]
nn.state @s : tensor<3x32x64xf32>
func.func private @layer(%x: tensor<32x64xf32>, %bias: tensor<32x64xf32>, %factor: tensor<32x1xf32>)
    -> (tensor<32x64xf32>, tensor<32x64xf32>) {
  %w = nn.weight_value @w each : tensor<64x64xf32>
  %y = nn.matmul %x, %w : (tensor<32x64xf32>, tensor<64x64xf32>) -> tensor<32x64xf32>
  %z = nn.add %y, %bias : (tensor<32x64xf32>, tensor<32x64xf32>) -> tensor<32x64xf32>
  %u = nn.multiply %z, %factor : (tensor<32x64xf32>, tensor<32x1xf32>) -> tensor<32x64xf32>
  %t = nn.tanh %u : (tensor<32x64xf32>) -> tensor<32x64xf32>
  %s = nn.state_read @s each : tensor<32x64xf32>
  %sum = nn.add %s, %t : (tensor<32x64xf32>, tensor<32x64xf32>) -> tensor<32x64xf32>
  nn.state_write @s each, %sum : tensor<32x64xf32>
  return %t, %sum : tensor<32x64xf32>, tensor<32x64xf32>
}
func.func @main(%x: tensor<32x64xf32> {nn.name = "x"}, %bias: tensor<32x64xf32> {nn.name = "bias"},
                %factors: tensor<3x32x1xf32> {nn.name = "factors"})
    -> (tensor<32x64xf32> {nn.name = "y"}, tensor<3x32x64xf32> {nn.name = "sums"}) {
  %first = nn.relu %x : (tensor<32x64xf32>) -> tensor<32x64xf32>
  %r:2 = nn.repeat @layer, 3 carried(%first) invariant(%bias) sliced(%factors) : (tensor<32x64xf32>, tensor<32x64xf32>, tensor<3x32x1xf32>) -> (tensor<32x64xf32>, tensor<3x32x64xf32>)
  %y = nn.exp %r#0 : (tensor<32x64xf32>) -> tensor<32x64xf32>
  return %y, %r#1 : tensor<32x64xf32>, tensor<3x32x64xf32>
}
