/* Runs a program of neuron-compile on the simulated core through the libnrt form.
 *
 *   run_program PROGRAM.nprog
 *
 * Inputs of type f32 count up from 0 in steps of 1, all others are zero. The first eight values
 * of every f32 output are printed. */
#include <neuron/nrt.h>
#include <neuron/runtime.h>

#include <stdio.h>
#include <stdlib.h>

#define CHECK(call)                                                                                \
  do {                                                                                             \
    NRT_STATUS check_status = (call);                                                              \
    if (check_status != NRT_SUCCESS) {                                                             \
      fprintf(stderr, "%s: %s: %s\n", #call, nrt_get_status_as_str(check_status),                  \
              neuron_last_error());                                                                \
      exit(1);                                                                                     \
    }                                                                                              \
  } while (0)

static void *read_file(const char *path, size_t *size) {
  FILE *file = fopen(path, "rb");
  long length;
  void *bytes;
  if (!file || fseek(file, 0, SEEK_END) != 0 || (length = ftell(file)) < 0) {
    fprintf(stderr, "%s: cannot read\n", path);
    exit(1);
  }
  rewind(file);
  *size = (size_t)length;
  bytes = malloc(*size + 1);
  if (!bytes || fread(bytes, 1, *size, file) != *size) {
    fprintf(stderr, "%s: cannot read\n", path);
    exit(1);
  }
  fclose(file);
  return bytes;
}

static void fill(nrt_tensor_t *tensor, const nrt_tensor_info_t *info) {
  if (info->dtype != NRT_DTYPE_FLOAT32 || info->usage != NRT_TENSOR_USAGE_INPUT)
    return;
  for (size_t i = 0; i < info->size / sizeof(float); ++i) {
    float value = (float)i;
    CHECK(nrt_tensor_write(tensor, &value, i * sizeof value, sizeof value));
  }
}

static void print(const nrt_tensor_t *tensor, const nrt_tensor_info_t *info) {
  if (info->dtype != NRT_DTYPE_FLOAT32 || info->usage != NRT_TENSOR_USAGE_OUTPUT)
    return;
  printf("%s:", info->name);
  for (size_t i = 0; i < 8 && i < info->size / sizeof(float); ++i) {
    float value;
    CHECK(nrt_tensor_read(tensor, &value, i * sizeof value, sizeof value));
    printf(" %g", (double)value);
  }
  printf("\n");
}

int main(int argc, char **argv) {
  size_t size;
  void *bytes;
  nrt_model_t *model;
  nrt_tensor_info_array_t *infos;
  nrt_tensor_set_t *inputs, *outputs;
  nrt_tensor_t **tensors;
  if (argc != 2) {
    fprintf(stderr, "usage: run_program PROGRAM.nprog\n");
    return 2;
  }
  CHECK(nrt_init(NRT_FRAMEWORK_TYPE_NO_FW, "", ""));
  bytes = read_file(argv[1], &size);
  CHECK(nrt_load(bytes, size, -1, -1, &model));
  free(bytes);
  CHECK(nrt_get_model_tensor_info(model, &infos));
  CHECK(nrt_allocate_tensor_set(&inputs));
  CHECK(nrt_allocate_tensor_set(&outputs));
  tensors = calloc(infos->tensor_count + 1, sizeof *tensors);
  if (!tensors)
    return 1;
  for (uint64_t i = 0; i < infos->tensor_count; ++i) {
    const nrt_tensor_info_t *info = &infos->tensor_array[i];
    int is_input = info->usage == NRT_TENSOR_USAGE_INPUT;
    CHECK(nrt_tensor_allocate(NRT_TENSOR_PLACEMENT_DEVICE, 0, info->size, info->name, &tensors[i]));
    fill(tensors[i], info);
    CHECK(nrt_add_tensor_to_tensor_set(is_input ? inputs : outputs, info->name, tensors[i]));
  }
  CHECK(nrt_execute(model, inputs, outputs));
  for (uint64_t i = 0; i < infos->tensor_count; ++i)
    print(tensors[i], &infos->tensor_array[i]);
  nrt_destroy_tensor_set(&inputs);
  nrt_destroy_tensor_set(&outputs);
  for (uint64_t i = 0; i < infos->tensor_count; ++i)
    nrt_tensor_free(&tensors[i]);
  free(tensors);
  CHECK(nrt_free_model_tensor_info(infos));
  CHECK(nrt_unload(model));
  nrt_close();
  return 0;
}
