// --weights external: weights stay in the model's files, the program says where.
#pragma once

#include "compiler/emit/Contents.h"

namespace neuron::emit {

/// Makes every weight of `program` that is a piece of a file as it stands a reference to that
/// file: its path relative to the folder of `path`, offset and digest. What has to be transposed,
/// padded or rounded stays a part of the program.
/// Errors: InvalidArgument for a file that is not in the folder of the program or below it, links
/// followed: a loader would refuse it.
/// Cost: one read of the bytes that are referred to.
Status referToFiles(rt::Program &program, const Contents &contents, const WeightStore &store,
                    const std::string &path);

} // namespace neuron::emit
