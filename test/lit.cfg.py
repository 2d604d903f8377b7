# How the lit tests run: every .mlir and .test file under test/, with our tools and LLVM's
# FileCheck in the path. Tests below the LLVM line are ctest's and not collected here.
import os

import lit.formats

config.name = "neuron"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["runtime", "fuzz", "device", "nets"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.neuron_build, "test")
config.environment["PATH"] = os.pathsep.join(
    [os.path.join(config.neuron_build, "bin"), config.llvm_tools, config.environment["PATH"]])
config.substitutions.append(("%source", config.neuron_source))
config.substitutions.append(("%build", config.neuron_build))
