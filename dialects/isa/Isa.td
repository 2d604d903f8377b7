//===- Isa.td - the instruction table of the machine -----------------------------------------===//
include "dialects/isa/IsaBase.td"
include "dialects/isa/IsaTensor.td"
include "dialects/isa/IsaVector.td"
include "dialects/isa/IsaScalar.td"
include "dialects/isa/IsaGpsimd.td"
include "dialects/isa/IsaMove.td"
include "dialects/isa/IsaControl.td"
