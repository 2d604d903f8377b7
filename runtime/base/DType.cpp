// Spellings of element types, from the one table in DType.h.
#include "runtime/base/DType.h"

#include <cstring>

namespace neuron {

bool parseDType(const char *text, unsigned length, DType &type) {
  for (unsigned code = 0; code < kNumDTypes; ++code) {
    const char *name = toText(static_cast<DType>(code));
    if (std::strlen(name) == length && std::memcmp(name, text, length) == 0) {
      type = static_cast<DType>(code);
      return true;
    }
  }
  return false;
}

} // namespace neuron
