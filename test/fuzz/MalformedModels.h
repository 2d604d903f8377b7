// MalformedModels: models that are wrong in a known way, with the exit status each must give.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace neuron::fuzz {

/// One file. `statuses` are the exit statuses that are right; random damage may leave a model
/// whole, or spoil it in any of the documented ways.
struct MalformedModel {
  std::string name;
  std::string bytes;
  std::vector<int> statuses;
};

/// All models for `seed`, in a fixed order.
std::vector<MalformedModel> malformedModels(uint64_t seed);

/// The valid model that the others are made from, and the file that its external form names.
std::string validModel();
std::string externalData();

} // namespace neuron::fuzz
