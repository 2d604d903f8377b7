// The .npy format: one array in one file, as NumPy writes it.
//
// Versions 1.0, 2.0 and 3.0; little-endian numbers in C order. The header is a Python literal;
// what is read here is the form that NumPy documents: a dict with exactly the keys descr,
// fortran_order and shape. Anything else is refused with the byte where it stands.
// Source: the NEP 1 and numpy.lib.format documentation.
#pragma once

#include "runtime/base/HostTensor.h"

namespace neuron {

/// Reads a file. Errors: MissingInput, Io; Malformed with file and byte; Unsupported for a type,
/// byte order or element order that the program cannot take.
Result<HostTensor> readNpy(const std::string &path);

/// As readNpy, from the bytes of a file that messages call `name`.
Result<HostTensor> parseNpy(ByteSpan file, const std::string &name);

/// Writes version 1.0 through a temporary name. Types that NumPy lacks (bf16, fp8, ...) are
/// widened to f4, which holds them exactly.
/// Errors: Io.
Status writeNpy(const std::string &path, const HostTensor &tensor);

} // namespace neuron
