// All tables of the nn dialect, for generators that need every op at once.
include "dialects/nn/NnElementwise.td"
include "dialects/nn/NnLinear.td"
include "dialects/nn/NnNorm.td"
include "dialects/nn/NnReduce.td"
include "dialects/nn/NnShape.td"
include "dialects/nn/NnIndex.td"
include "dialects/nn/NnState.td"
include "dialects/nn/NnControl.td"
