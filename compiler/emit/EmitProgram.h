// The program file: streams, metadata and contents, written once.
//
// Everything that can be refused is refused before the file is begun; it is written under a
// temporary name and renamed, so that a reader never finds half a program.
#pragma once

#include "compiler/emit/Contents.h"

namespace neuron::emit {

/// Writes `program` to `path`; contents come from `contents`, weights through `store`.
/// Errors: those of rt::save and WeightStore::read.
/// Cost: linear in the contents; memory for one chunk of 1 MiB.
Status writeProgram(const rt::Program &program, const Contents &contents, const WeightStore &store,
                    const std::string &path);

} // namespace neuron::emit
