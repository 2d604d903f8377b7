# Installs the runtime into a fresh folder and builds the C example against it, once by the
# CMake package and once by pkg-config.

set(root ${CMAKE_CURRENT_BINARY_DIR}/installed)
file(REMOVE_RECURSE ${root})
file(MAKE_DIRECTORY ${root}/consumer)

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE out)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "failed: ${ARGN}\n${out}")
  endif()
  set(output "${out}" PARENT_SCOPE)
endfunction()

function(expect_sums)
  if(NOT output MATCHES "y: 0 2 4 6 8 10 12 14\nsum: 0 2 4 6 8 10 12 14\n")
    message(FATAL_ERROR "unexpected output: ${output}")
  endif()
endfunction()

if(SANITIZE)
  set(sanitize -fsanitize=${SANITIZE})
endif()
run(${CMAKE_COMMAND} --install ${BUILD} --component runtime --prefix ${root}/prefix)

file(WRITE ${root}/consumer/CMakeLists.txt "
cmake_minimum_required(VERSION 3.25)
project(consumer C)
find_package(neuron REQUIRED)
add_executable(consumer ${EXAMPLE})
target_link_libraries(consumer PRIVATE neuron::runtime)
")
run(${CMAKE_COMMAND} -G Ninja -S ${root}/consumer -B ${root}/build -DCMAKE_PREFIX_PATH=${root}/prefix
    -DCMAKE_C_COMPILER=${CC} "-DCMAKE_C_FLAGS=${sanitize}")
run(${CMAKE_COMMAND} --build ${root}/build)
run(${root}/build/consumer ${PROGRAM})
expect_sums()

find_program(PKG_CONFIG NAMES pkg-config pkgconf)
if(PKG_CONFIG)
  set(ENV{PKG_CONFIG_PATH} ${root}/prefix/${LIBDIR}/pkgconfig)
  run(${PKG_CONFIG} --define-variable=prefix=${root}/prefix --cflags --libs neuron-runtime)
  string(STRIP "${output}" flags)
  separate_arguments(flags)
  run(${CC} ${sanitize} ${EXAMPLE} -o ${root}/by-pkg-config ${flags}
      -Wl,-rpath,${root}/prefix/${LIBDIR})
  run(${root}/by-pkg-config ${PROGRAM})
  expect_sums()
  message("both run")
else()
  message("the package runs, there is no pkg-config")
endif()
