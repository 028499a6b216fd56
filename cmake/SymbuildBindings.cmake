# What is compiled of generated sources, and how users' sources find them.
include_guard(GLOBAL)

# Objects of generated sources, apart from the user's: the user's warning flags are not for them.
# Link-time optimisation loses a `.symver`, and may lose a section that nothing refers to: `edges` and `manifest` are without.
function(_symbuild_generated_objects)
  add_library(${name}-manifest OBJECT EXCLUDE_FROM_ALL "${folder}/${name}_manifest.c")
  add_library(${name}-edges-objects OBJECT EXCLUDE_FROM_ALL "${folder}/${name}_edges.c")
  add_dependencies(${name}-edges-objects ${name}-edges)
  foreach(part IN ITEMS ${name}-manifest ${name}-edges-objects)
    add_dependencies(${part} ${name}-bindings)
    _symbuild_generated_target(${part})
    set_target_properties(${part} PROPERTIES INTERPROCEDURAL_OPTIMIZATION OFF)
    target_compile_options(${part} PRIVATE $<$<C_COMPILER_ID:GNU,Clang,AppleClang>:-fno-lto>)
  endforeach()
  if(language STREQUAL "rust")
    return()
  endif()
  _symbuild_generated(generated)
  list(POP_FRONT generated header)
  add_library(${name}-glue OBJECT EXCLUDE_FROM_ALL ${generated})
  add_dependencies(${name}-glue ${name}-bindings)
  _symbuild_generated_target(${name}-glue)
  if(language STREQUAL "cpp")
    # Generated C++ includes the user's classes of exported resources, and headers that `--with` names.
    target_compile_features(${name}-glue PRIVATE cxx_std_20)
    target_include_directories(${name}-glue PRIVATE "$<TARGET_PROPERTY:${name},INCLUDE_DIRECTORIES>")
    target_compile_definitions(${name}-glue PRIVATE "$<TARGET_PROPERTY:${name},COMPILE_DEFINITIONS>")
  endif()
endfunction()

function(_symbuild_generated_target generated_target)
  get_property(package GLOBAL PROPERTY SYMBUILD_PACKAGE)
  target_include_directories(${generated_target} PRIVATE "${folder}" "${package}/runtime/include")
  target_compile_options(${generated_target} PRIVATE $<IF:$<C_COMPILER_ID:MSVC>,/w,-w>)
  set_target_properties(${generated_target} PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden
    CXX_VISIBILITY_PRESET hidden UNITY_BUILD OFF COMPILE_WARNING_AS_ERROR OFF)
endfunction()

# The headers of a component's own sources, which plain targets that link it may include as well.
function(_symbuild_headers)
  get_property(package GLOBAL PROPERTY SYMBUILD_PACKAGE)
  target_include_directories(${name} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}" ${include_directories}
    PUBLIC "$<BUILD_INTERFACE:${folder}>" "$<BUILD_INTERFACE:${package}/runtime/include>")
endfunction()
