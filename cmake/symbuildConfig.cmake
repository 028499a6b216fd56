# find_package(symbuild): components of WIT worlds as targets. README.md beside this file is the manual.
#
# CMake 3.20 is the oldest that has all of: DEPFILE of custom commands for Makefiles as for Ninja, $<CONFIG> in their
# outputs (one build directory for Debug and Release), cmake_language(DEFER) and string(JSON).

if(CMAKE_VERSION VERSION_LESS 3.20)
  set(symbuild_FOUND FALSE)
  set(symbuild_NOT_FOUND_MESSAGE "symbuild needs CMake 3.20 or newer; this is ${CMAKE_VERSION}")
  return()
endif()
cmake_policy(PUSH)
cmake_policy(VERSION 3.20...3.31)

include("${CMAKE_CURRENT_LIST_DIR}/SymbuildCommand.cmake")
_symbuild_find_command(_symbuild_command _symbuild_problem)
if(_symbuild_problem)
  set(symbuild_FOUND FALSE)
  set(symbuild_NOT_FOUND_MESSAGE "${_symbuild_problem}")
else()
  set_property(GLOBAL PROPERTY SYMBUILD_COMMAND "${_symbuild_command}")
  if(NOT CMAKE_C_COMPILER_LOADED)
    enable_language(C) # what binds components is written in C, whatever language they are in
  endif()
  set(SYM_TARGET "native" CACHE STRING "What components are built for: native, wasm32-wasip2")
  set_property(CACHE SYM_TARGET PROPERTY STRINGS native wasm32-wasip2)
  set(SYM_PROFILE "auto" CACHE STRING "Where components run: auto, direct, isolated, fused, or a profile file's path")
  foreach(_symbuild_module IN ITEMS Arguments Profile Steps Bindings Rust Native Isolated Fused FusedWasm Wasm Python
      Install Component)
    include("${CMAKE_CURRENT_LIST_DIR}/Symbuild${_symbuild_module}.cmake")
  endforeach()
  unset(_symbuild_module)
endif()
unset(_symbuild_command)
unset(_symbuild_problem)
cmake_policy(POP)
