# MLIR for the rooms above the LLVM line.
#
# Only the MLIR and LLVM dylibs are linked: mixing static component libraries with the dylib
# gives duplicate TypeIDs and casts that fail silently. Debian builds LLVM with RTTI and
# without exceptions; LLVM headers are included as system headers.

find_package(MLIR REQUIRED CONFIG HINTS /usr/lib/llvm-22/lib/cmake/mlir)
list(APPEND CMAKE_MODULE_PATH ${MLIR_CMAKE_DIR} ${LLVM_CMAKE_DIR})
# LLVM's headers give some types (llvm::Statistic, and with it every pass) another layout without
# NDEBUG, and Debian's libraries were built with it.
add_compile_definitions(NDEBUG)
include(TableGen)
include(AddLLVM)
include(AddMLIR)

# neuron_compiler_library(NAME SOURCES a.cpp ... [LINK lib ...] [DEPENDS target ...]
#                         [EXCEPTIONS]): a room above the line. EXCEPTIONS is for rooms that
# wrap a throwing library and let nothing escape.
function(neuron_compiler_library name)
  cmake_parse_arguments(R "EXCEPTIONS" "" "SOURCES;LINK;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${R_SOURCES})
  neuron_flags(${name})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 20)
  target_include_directories(${name} SYSTEM PUBLIC ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  if(NOT R_EXCEPTIONS)
    target_compile_options(${name} PRIVATE -fno-exceptions)
  endif()
  target_link_libraries(${name} PUBLIC ${R_LINK} MLIR LLVM)
  if(R_DEPENDS)
    add_dependencies(${name} ${R_DEPENDS})
  endif()
endfunction()

# neuron_compiler_tool(NAME SOURCES a.cpp ... [LINK lib ...]): an executable above the line.
function(neuron_compiler_tool name)
  cmake_parse_arguments(R "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${R_SOURCES})
  neuron_flags(${name})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 20)
  target_include_directories(${name} SYSTEM PRIVATE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
  target_link_libraries(${name} PRIVATE ${R_LINK})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# neuron_tablegen(TARGET name SOURCE x.td OUT file.inc ARGS ...): one generated header in the
# build tree, at the same relative place as its source.
function(neuron_tablegen)
  cmake_parse_arguments(R "" "TARGET;SOURCE" "OUTPUTS" ${ARGN})
  set(LLVM_TARGET_DEFINITIONS ${R_SOURCE})
  set(files)
  while(R_OUTPUTS)
    list(POP_FRONT R_OUTPUTS file args)
    separate_arguments(args)
    mlir_tablegen(${file} ${args} EXTRA_INCLUDES ${CMAKE_SOURCE_DIR} ${MLIR_INCLUDE_DIRS})
  endwhile()
  add_public_tablegen_target(${R_TARGET})
endfunction()
