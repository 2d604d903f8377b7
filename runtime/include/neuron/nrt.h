/* The runtime in the form of libnrt: names, argument order and status codes as published, so
 * that host code written for a NeuronCore device builds and runs against the simulator.
 *
 * One simulated core per process. A "NEFF" is a program file of neuron-compile. Tensors are
 * untyped buffers of the host; names serve debugging. nrt_execute computes values and is
 * synchronous. A state of the program (a cache that is updated in place) is held by the model
 * between executes, unless the input set has a tensor of its name: then that tensor is the state.
 *
 * Threads: nrt_init, nrt_close, nrt_load and nrt_unload are serialised; nrt_execute may be called
 * from many threads and is queued per model; tensors may be read and written concurrently when
 * they are different. No call returns a pointer that outlives its object. What went wrong in
 * words: neuron_last_error() of <neuron/runtime.h>. */
#ifndef NEURON_NRT_H
#define NEURON_NRT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum NRT_STATUS {
  NRT_SUCCESS = 0,
  NRT_FAILURE = 1,
  NRT_INVALID = 2,        /* an argument */
  NRT_INVALID_HANDLE = 3, /* not an object, or one that is gone */
  NRT_RESOURCE = 4,
  NRT_TIMEOUT = 5,
  NRT_HW_ERROR = 6,
  NRT_QUEUE_FULL = 7,
  NRT_LOAD_NOT_ENOUGH_NC = 9,
  NRT_UNSUPPORTED_NEFF_VERSION = 10,
  NRT_FAIL_HOST_MEM_ALLOC = 11,
  NRT_UNINITIALIZED = 13,
  NRT_CLOSED = 14,
  NRT_QUEUE_EMPTY = 15,
  NRT_EXEC_UNIT_UNRECOVERABLE = 101,
  NRT_EXEC_BAD_INPUT = 1002, /* a tensor is missing or has another size */
  NRT_EXEC_COMPLETED_WITH_NUM_ERR = 1003,
  NRT_EXEC_COMPLETED_WITH_ERR = 1004, /* the simulated machine faulted */
  NRT_EXEC_NC_BUSY = 1005,
  NRT_EXEC_OOB = 1006 /* the simulated machine left a tensor or a memory */
} NRT_STATUS;

typedef enum nrt_framework_type_t {
  NRT_FRAMEWORK_TYPE_INVALID = 0,
  NRT_FRAMEWORK_TYPE_NO_FW = 1,
  NRT_FRAMEWORK_TYPE_TENSORFLOW = 2,
  NRT_FRAMEWORK_TYPE_PYTORCH = 3,
  NRT_FRAMEWORK_TYPE_MXNET = 4
} nrt_framework_type_t;

typedef enum nrt_tensor_placement_t {
  NRT_TENSOR_PLACEMENT_DEVICE = 0,
  NRT_TENSOR_PLACEMENT_HOST = 1,
  NRT_TENSOR_PLACEMENT_VIRTUAL = 2
} nrt_tensor_placement_t;

typedef enum nrt_dtype_t {
  NRT_DTYPE_UNKNOWN = 0,
  NRT_DTYPE_UINT64 = 1,
  NRT_DTYPE_INT8 = 2,
  NRT_DTYPE_UINT8 = 3,
  NRT_DTYPE_INT16 = 4,
  NRT_DTYPE_UINT16 = 5,
  NRT_DTYPE_BFLOAT16 = 6,
  NRT_DTYPE_FLOAT16 = 7,
  NRT_DTYPE_INT32 = 8,
  NRT_DTYPE_UINT32 = 9,
  NRT_DTYPE_FLOAT32 = 10,
  NRT_DTYPE_FP32R = 11,
  NRT_DTYPE_INT64 = 12,
  NRT_DTYPE_FP8_E3 = 13,
  NRT_DTYPE_FP8_E4 = 14,
  NRT_DTYPE_FP8_E5 = 15
} nrt_dtype_t;

typedef enum nrt_tensor_usage_t {
  NRT_TENSOR_USAGE_INPUT = 0,
  NRT_TENSOR_USAGE_OUTPUT = 1
} nrt_tensor_usage_t;

typedef struct nrt_model nrt_model_t;
typedef struct nrt_tensor nrt_tensor_t;
typedef void nrt_tensor_set_t;

#define NRT_TENSOR_NAME_MAX 256

typedef struct nrt_tensor_info {
  char name[NRT_TENSOR_NAME_MAX]; /* longer names are cut, zero-terminated */
  nrt_tensor_usage_t usage;
  size_t size; /* bytes */
  nrt_dtype_t dtype;
  uint32_t *shape;
  uint32_t ndim;
} nrt_tensor_info_t;

typedef struct nrt_tensor_info_array {
  uint64_t tensor_count;
  nrt_tensor_info_t tensor_array[];
} nrt_tensor_info_array_t;

typedef struct nrt_version {
  uint64_t rt_major;
  uint64_t rt_minor;
  uint64_t rt_patch;
  uint64_t rt_maintenance;
  char rt_detail[128];
  char git_hash[64];
} nrt_version_t;

/* --- Life cycle ------------------------------------------------------------------------------ */

/* Once before anything else; again after nrt_close. The versions are for logs and may be null. */
NRT_STATUS nrt_init(nrt_framework_type_t framework, const char *fw_version,
                    const char *fal_version);
/* Unloads all models and frees all tensors and sets. */
void nrt_close(void);
/* Fills the first `size` bytes of a version; callable before nrt_init. */
NRT_STATUS nrt_get_version(nrt_version_t *version, size_t size);
NRT_STATUS nrt_get_visible_nc_count(uint32_t *count);
NRT_STATUS nrt_get_total_nc_count(uint32_t *count);
/* Static text, also for numbers that are no status. */
const char *nrt_get_status_as_str(NRT_STATUS status);

/* --- Models ---------------------------------------------------------------------------------- */

/* Loads a program from memory; the bytes are copied. `vnc` is -1 (any) or 0, `vnc_count` -1
 * or 1. */
NRT_STATUS nrt_load(const void *neff_bytes, size_t size, int32_t vnc, int32_t vnc_count,
                    nrt_model_t **model);
NRT_STATUS nrt_unload(nrt_model_t *model);
/* Inputs, states (as inputs) and outputs, in the order of the program. */
NRT_STATUS nrt_get_model_tensor_info(nrt_model_t *model, nrt_tensor_info_array_t **tensor_info);
NRT_STATUS nrt_free_model_tensor_info(nrt_tensor_info_array_t *tensor_info);

/* --- Tensors --------------------------------------------------------------------------------- */

/* A buffer of zeros. `vnc` is -1 or 0. The name is copied and may be null. */
NRT_STATUS nrt_tensor_allocate(nrt_tensor_placement_t tensor_placement, int vnc, size_t size,
                               const char *name, nrt_tensor_t **tensor);
/* A tensor without a buffer, for nrt_tensor_attach_buffer. */
NRT_STATUS nrt_tensor_allocate_empty(const char *name, nrt_tensor_t **tensor);
/* Uses a buffer of the caller, who keeps it alive and owns it. A buffer of the tensor's own is
 * freed. */
NRT_STATUS nrt_tensor_attach_buffer(nrt_tensor_t *tensor, void *buffer, size_t size);
void nrt_tensor_free(nrt_tensor_t **tensor);
NRT_STATUS nrt_tensor_read(const nrt_tensor_t *tensor, void *buf, size_t offset, size_t size);
NRT_STATUS nrt_tensor_write(nrt_tensor_t *tensor, const void *buf, size_t offset, size_t size);
size_t nrt_tensor_get_size(const nrt_tensor_t *tensor);
/* The buffer itself, or null. */
void *nrt_tensor_get_va(const nrt_tensor_t *tensor);

/* --- Tensor sets ----------------------------------------------------------------------------- */

NRT_STATUS nrt_allocate_tensor_set(nrt_tensor_set_t **result);
/* The tensors stay. */
void nrt_destroy_tensor_set(nrt_tensor_set_t **tensor_set);
/* A second tensor of one name replaces the first. */
NRT_STATUS nrt_add_tensor_to_tensor_set(nrt_tensor_set_t *tensor_set, const char *tensor_name,
                                        nrt_tensor_t *tensor);
NRT_STATUS nrt_get_tensor_from_tensor_set(nrt_tensor_set_t *tensor_set, const char *tensor_name,
                                          nrt_tensor_t **tensor);

/* --- Execution ------------------------------------------------------------------------------- */

/* Runs the model once. Every input of the program must be in the input set, with exactly its
 * bytes. Outputs that the output set leaves out are dropped. */
NRT_STATUS nrt_execute(nrt_model_t *model, const nrt_tensor_set_t *input_set,
                       nrt_tensor_set_t *output_set);
/* Runs it `repeat_count` times on the same tensors. */
NRT_STATUS nrt_execute_repeat(nrt_model_t *model, const nrt_tensor_set_t *input_set,
                              nrt_tensor_set_t *output_set, int repeat_count);

#ifdef __cplusplus
}
#endif

#endif
