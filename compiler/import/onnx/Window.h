// Window: kernel, strides, dilations and pads of a convolution or pool, all lists filled in.
//
// ONNX gives pads as lows then highs, or leaves them to auto_pad: VALID is none, SAME_UPPER and
// SAME_LOWER make the output ceil(input / stride) and put the odd row after or before.

#ifndef NEURON_COMPILER_IMPORT_ONNX_WINDOW_H
#define NEURON_COMPILER_IMPORT_ONNX_WINDOW_H

#include "compiler/import/onnx/Node.h"

namespace neuron::importer {

class WindowReader {
public:
  enum Kind { Plain, Transposed };

  /// Reads the attributes of `node`; `weightKernel` is the kernel where the attribute
  /// kernel_shape is absent, and must equal it where both are given.
  WindowReader(Node &node, llvm::ArrayRef<int64_t> input, llvm::ArrayRef<int64_t> weightKernel,
               Kind kind = Plain);

  /// Input positions that the window spans along spatial dim `i`.
  int64_t span(size_t i) const { return (kernel[i] - 1) * dilations[i] + 1; }

  Ints input, kernel, strides, dilations, low, high;

private:
  void readPads(Node &node, Kind kind);
};

} // namespace neuron::importer

#endif
