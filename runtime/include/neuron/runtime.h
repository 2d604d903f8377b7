/* The runtime by instances: what libnrt lacks.
 *
 * Any number of simulated devices per process, programs mapped from files without a copy,
 * descriptions of all tensors, simulated time, the reason of a failure in words. Status codes
 * are those of <neuron/nrt.h>.
 *
 * Structs that the caller fills or receives begin with their size, so that programs built
 * against an older header keep working: set `struct_size = sizeof(the struct)` first.
 *
 * Threads: calls on different models run concurrently; calls on one model are queued. A model
 * must be unloaded before its device is destroyed, by one thread. */
#ifndef NEURON_RUNTIME_H
#define NEURON_RUNTIME_H

#include <neuron/nrt.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct neuron_device neuron_device_t;
typedef struct neuron_model neuron_model_t;

/* Why the last call of this thread that did not return NRT_SUCCESS failed; "" before the first.
 * Valid until the next failure on this thread. */
const char *neuron_last_error(void);

typedef struct neuron_device_options {
  size_t struct_size;
  /* Refuse programs for other machines than this one ("trn1"); null: the program decides. */
  const char *machine;
  /* Upper bound on the bytes of one model's weights, tensors and scratch; 0: none. */
  uint64_t memory_limit;
} neuron_device_options_t;

/* `options` may be null. */
NRT_STATUS neuron_device_create(const neuron_device_options_t *options, neuron_device_t **device);
/* Fails with NRT_EXEC_NC_BUSY while models are loaded. Null is allowed. */
NRT_STATUS neuron_device_destroy(neuron_device_t *device);

/* Maps a program file; weights are used where they lie. */
NRT_STATUS neuron_model_load_file(neuron_device_t *device, const char *path,
                                  neuron_model_t **model);
/* As above from memory; the bytes are copied. */
NRT_STATUS neuron_model_load_bytes(neuron_device_t *device, const void *bytes, size_t size,
                                   neuron_model_t **model);
NRT_STATUS neuron_model_unload(neuron_model_t *model);

typedef enum neuron_tensor_kind {
  NEURON_TENSOR_INPUT = 0,
  NEURON_TENSOR_OUTPUT = 1,
  NEURON_TENSOR_STATE = 2
} neuron_tensor_kind_t;

#define NEURON_MAX_RANK 16

typedef struct neuron_tensor_info {
  size_t struct_size;
  const char *name;  /* valid while the model is loaded */
  const char *dtype; /* "f32", "bf16", "i32", ... */
  uint64_t bytes;
  neuron_tensor_kind_t kind;
  nrt_dtype_t nrt_dtype; /* NRT_DTYPE_UNKNOWN for types that libnrt has no number for */
  const char *state;     /* outputs: the name of the state that this is a view of, or null */
  uint32_t rank;
  uint64_t shape[NEURON_MAX_RANK];
} neuron_tensor_info_t;

NRT_STATUS neuron_model_tensor_count(neuron_model_t *model, size_t *count);
NRT_STATUS neuron_model_tensor_info(neuron_model_t *model, size_t index,
                                    neuron_tensor_info_t *info);
/* Name of the machine that the program is made for. */
NRT_STATUS neuron_model_machine(neuron_model_t *model, const char **machine);

/* A buffer of the caller for one tensor of the program. */
typedef struct neuron_binding {
  const char *name;
  void *data; /* inputs are only read */
  size_t size;
} neuron_binding_t;

typedef enum neuron_mode {
  NEURON_MODE_VALUES_AND_TIME = 0,
  NEURON_MODE_TIME = 1, /* no buffers are needed or touched */
  NEURON_MODE_VALUES = 2
} neuron_mode_t;

typedef struct neuron_execute_options {
  size_t struct_size;
  neuron_mode_t mode;
  /* Stop with NRT_TIMEOUT beyond this; 0: the bound in the program. */
  uint64_t max_cycles;
} neuron_execute_options_t;

/* Simulated time; zeros in mode VALUES. */
typedef struct neuron_execute_result {
  size_t struct_size;
  double latency_us;             /* from the first instruction to the last, without the launch */
  uint64_t latency_femtoseconds; /* the same, exact */
  double launch_us;              /* what starting a program costs on this machine, beside it */
} neuron_execute_result_t;

/* Runs the program once. All inputs must be bound, outputs that are not are dropped. A state that
 * is bound is that buffer for this execute, others are held by the model. After a fault outputs
 * hold NaN patterns, and states that the model holds are as neuron_model_reset leaves them.
 * `options` and `result` may be null. */
NRT_STATUS neuron_model_execute(neuron_model_t *model, const neuron_binding_t *bindings,
                                size_t binding_count, const neuron_execute_options_t *options,
                                neuron_execute_result_t *result);

/* The report of the last execute with time, as JSON text: latency, activity of the engines,
 * utilisation, bytes moved. `needed` (may be null) is set to the bytes of the text with its zero;
 * with a `size` of 0 nothing is copied, with one that is too small what fits, and NRT_INVALID. */
NRT_STATUS neuron_model_report(neuron_model_t *model, char *buffer, size_t size, size_t *needed);

/* Sets all states that the model holds to their initial values. */
NRT_STATUS neuron_model_reset(neuron_model_t *model);
/* Copies bytes out of or into a state that the model holds. */
NRT_STATUS neuron_model_read_state(neuron_model_t *model, const char *name, void *buffer,
                                   size_t offset, size_t size);
NRT_STATUS neuron_model_write_state(neuron_model_t *model, const char *name, const void *buffer,
                                    size_t offset, size_t size);

#ifdef __cplusplus
}
#endif

#endif
