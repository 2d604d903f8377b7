// What the libnrt form says about itself: versions, counts, names of status codes.
#include "runtime/core/NrtSession.h"

#include <algorithm>

using namespace neuron::rt;

extern "C" {

NRT_STATUS nrt_get_version(nrt_version_t *version, size_t size) {
  if (!version)
    return nullArgument("version");
  nrt_version_t full{};
  full.rt_major = NEURON_VERSION_MAJOR;
  full.rt_minor = NEURON_VERSION_MINOR;
  full.rt_patch = NEURON_VERSION_PATCH;
  std::strncpy(full.rt_detail, "neuron-compile simulator", sizeof(full.rt_detail) - 1);
  std::memcpy(version, &full, std::min(size, sizeof(full)));
  return NRT_SUCCESS;
}

NRT_STATUS nrt_get_visible_nc_count(uint32_t *count) {
  if (!count)
    return nullArgument("count");
  *count = 1;
  return NRT_SUCCESS;
}

NRT_STATUS nrt_get_total_nc_count(uint32_t *count) { return nrt_get_visible_nc_count(count); }

const char *nrt_get_status_as_str(NRT_STATUS status) {
  switch (numberOf(status)) {
  case NRT_SUCCESS:
    return "NRT_SUCCESS";
  case NRT_FAILURE:
    return "NRT_FAILURE";
  case NRT_INVALID:
    return "NRT_INVALID";
  case NRT_INVALID_HANDLE:
    return "NRT_INVALID_HANDLE";
  case NRT_RESOURCE:
    return "NRT_RESOURCE";
  case NRT_TIMEOUT:
    return "NRT_TIMEOUT";
  case NRT_HW_ERROR:
    return "NRT_HW_ERROR";
  case NRT_QUEUE_FULL:
    return "NRT_QUEUE_FULL";
  case NRT_LOAD_NOT_ENOUGH_NC:
    return "NRT_LOAD_NOT_ENOUGH_NC";
  case NRT_UNSUPPORTED_NEFF_VERSION:
    return "NRT_UNSUPPORTED_NEFF_VERSION";
  case NRT_FAIL_HOST_MEM_ALLOC:
    return "NRT_FAIL_HOST_MEM_ALLOC";
  case NRT_UNINITIALIZED:
    return "NRT_UNINITIALIZED";
  case NRT_CLOSED:
    return "NRT_CLOSED";
  case NRT_QUEUE_EMPTY:
    return "NRT_QUEUE_EMPTY";
  case NRT_EXEC_UNIT_UNRECOVERABLE:
    return "NRT_EXEC_UNIT_UNRECOVERABLE";
  case NRT_EXEC_BAD_INPUT:
    return "NRT_EXEC_BAD_INPUT";
  case NRT_EXEC_COMPLETED_WITH_NUM_ERR:
    return "NRT_EXEC_COMPLETED_WITH_NUM_ERR";
  case NRT_EXEC_COMPLETED_WITH_ERR:
    return "NRT_EXEC_COMPLETED_WITH_ERR";
  case NRT_EXEC_NC_BUSY:
    return "NRT_EXEC_NC_BUSY";
  case NRT_EXEC_OOB:
    return "NRT_EXEC_OOB";
  }
  return "unknown status";
}

} // extern "C"
