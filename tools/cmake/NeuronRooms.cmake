# How a room of the house becomes a library, a tool or a test.
#
# One call a room, sources listed explicitly. Include paths start at the root of the
# sources; below the LLVM line the language is C++17 without exceptions and RTTI, above it
# C++20 with RTTI as Debian's LLVM was built.

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
find_program(NEURON_CCACHE ccache)
if(NEURON_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${NEURON_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${NEURON_CCACHE})
endif()
if(NEURON_SANITIZE)
  # vptr needs RTTI everywhere; below the LLVM line there is none.
  add_compile_options(-fsanitize=${NEURON_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NEURON_SANITIZE})
endif()

function(neuron_flags target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wno-unused-parameter -ffp-contract=off)
  target_include_directories(${target} PUBLIC ${CMAKE_SOURCE_DIR} ${CMAKE_BINARY_DIR})
endfunction()

# neuron_runtime_library(NAME SOURCES a.cpp ... [LINK lib ...]): a room below the LLVM line.
function(neuron_runtime_library name)
  cmake_parse_arguments(R "" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${R_SOURCES})
  neuron_flags(${name})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 17)
  target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti>)
  if(CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64")
    target_compile_options(${name} PRIVATE -march=x86-64-v3)
  endif()
  target_link_libraries(${name} PUBLIC ${R_LINK})
endfunction()

# neuron_tool(NAME SOURCES a.cpp ... [LINK lib ...]): an executable below the LLVM line.
function(neuron_tool name)
  cmake_parse_arguments(R "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${R_SOURCES})
  neuron_flags(${name})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 17)
  target_link_libraries(${name} PRIVATE ${R_LINK})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()

# neuron_unit_test(NAME SOURCES a.cpp ... [LINK lib ...]): a Catch2 executable, one ctest entry.
function(neuron_unit_test name)
  cmake_parse_arguments(R "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${R_SOURCES})
  neuron_flags(${name})
  set_target_properties(${name} PROPERTIES CXX_STANDARD 17
                        RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/unit)
  target_link_libraries(${name} PRIVATE ${R_LINK} neuron_catch_main)
  add_test(NAME ${name} COMMAND ${name})
endfunction()
