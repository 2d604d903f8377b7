"""The models that the compiler is judged on: networks, weights, inputs and references. See ../README.md."""
