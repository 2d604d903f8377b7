// The floor of a model: what any program of it reads, writes and multiplies at least.
//
// RUN: rm -rf %t && mkdir -p %t && cp %s %t/m.mlir && head -c 288768 /dev/zero > %t/w.bin
// RUN: neuron-compile %t/m.mlir -o %t/f32.nprog --report %t/f32.json
// RUN: neuron-objdump %t/f32.nprog | FileCheck %s --check-prefix=F32
// RUN: neuron-compile %t/m.mlir -o %t/bf16.nprog --auto-cast matmult
// RUN: neuron-objdump %t/bf16.nprog | FileCheck %s --check-prefix=BF16
//
// Bytes: ids as i32 16, position 4, four rows of the table 1024, weights 32768, the state read 2048
// and four rows of it written 1024, the result 4096; the splat is made on the chip. Cycles:
// 8 x 64 x 128 multiply-adds on 128 x 128 cells are 4, in fp32 four times as many.
// F32:  least      40980 bytes across HBM, 16 TensorE cycles
// Weights of products may be kept in bf16; states and outputs have the model's type.
// BF16: least      24596 bytes across HBM, 4 TensorE cycles
//
// Both reports judge by it: 40980 bytes at 272 GB/s.
// RUN: FileCheck %s --input-file %t/f32.json --check-prefixes=REPORT,COMPILED
// RUN: neuron-run %t/f32.nprog --mode time --report json | FileCheck %s --check-prefix=REPORT
// RUN: neuron-run %t/f32.nprog --mode time | FileCheck %s --check-prefix=TEXT
// COMPILED: "predicted_latency_us": {{[1-9]}}
// COMPILED: "not_predicted": null
// REPORT:   "floor_us": 0.1506
// REPORT:   "floor_bound_by": "dma"
// REPORT:   "floor_dma_us": 0.1506
// REPORT:   "floor_tensor_us": 0.00571
// REPORT:   "latency_over_floor": {{[1-9][0-9]*\.}}
// TEXT:     floor    0.151 us by DMA (DMA 0.151 us for 40.0 KiB, TensorE 0.006 us); latency is
//
// The prediction is what neuron-run says; -O1 makes none.
// RUN: neuron-run %t/f32.nprog --mode time --report json=%t/run.json
// RUN: sh -c 'grep -h "latency_us" %t/f32.json %t/run.json | sed "s/.*_us..//; s/\(\.[0-9][0-9][0-9]\).*/\1/" | sort -u | wc -l' | FileCheck %s --check-prefix=SAME
// SAME: {{^}}1{{$}}
// RUN: neuron-compile %t/m.mlir -o %t/o1.nprog -O1 --report %t/o1.json
// RUN: FileCheck %s --input-file %t/o1.json --check-prefix=O1
// O1: "predicted_latency_us": null
// O1: "not_predicted": "-O1 does not simulate"
// O1: "floor_us": 0.1506
// O1: "latency_over_floor": null

module {
  nn.weight @table : tensor<1000x64xf32> [#nn.blob<"w.bin", 0, 256000 : tensor<1000x64xf32>>]
  nn.weight @w : tensor<64x128xf32> [#nn.blob<"w.bin", 256000, 32768 : tensor<64x128xf32>>]
  nn.state @kv : tensor<8x64xf32>
  func.func @main(%ids: tensor<4xi64> {nn.name = "ids"},
                  %position: tensor<1xi64> {nn.name = "position"})
      -> (tensor<8x128xf32> {nn.name = "y"}) {
    %table = nn.weight_value @table : tensor<1000x64xf32>
    %rows = nn.gather %table, %ids {axis = 0 : i64} : (tensor<1000x64xf32>, tensor<4xi64>) -> tensor<4x64xf32>
    %cache = nn.state_read @kv : tensor<8x64xf32>
    %next = nn.cache_update %cache, %rows, %position {axis = 0 : i64} : (tensor<8x64xf32>, tensor<4x64xf32>, tensor<1xi64>) -> tensor<8x64xf32>
    nn.state_write @kv, %next : tensor<8x64xf32>
    %w = nn.weight_value @w : tensor<64x128xf32>
    %product = nn.matmul %next, %w : (tensor<8x64xf32>, tensor<64x128xf32>) -> tensor<8x128xf32>
    %one = nn.constant dense<1.0> : tensor<8x128xf32>
    %y = nn.add %product, %one : (tensor<8x128xf32>, tensor<8x128xf32>) -> tensor<8x128xf32>
    return %y : tensor<8x128xf32>
  }
}
