# Python packages of components: generated code, and an extension that calls the component's library.
include_guard(GLOBAL)

#[[
symbuild_add_python_extension(<name> COMPONENTS <component>
  [MODULE_NAME <module>]                what Python imports; default: the name
  [BINDGEN_ARGS <arg>...]               options of `symbuild bindgen python`
  [LINK_OPTIONS <arg>...] [EXCLUDE_FROM_ALL])

Target <name>, the extension <module>/_native of the package <module>, which lies in the current binary directory, with
several configurations in a folder of each.
]]
function(symbuild_add_python_extension name)
  set(where "symbuild_add_python_extension(${name})")
  _symbuild_read_python_arguments(${ARGN})
  _symbuild_require_python()
  set(folder "${CMAKE_CURRENT_BINARY_DIR}/${module}")
  set(place "${folder}")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(is_multi_config)
    set(place "${CMAKE_CURRENT_BINARY_DIR}/$<CONFIG>/${module}")
  endif()
  foreach(file IN ITEMS __init__.py __init__.pyi py.typed)
    list(APPEND layer "${folder}/${file}")
  endforeach()
  _symbuild_step_python_package()
  _symbuild_add_python_module()
  foreach(fact IN ITEMS module layer components)
    string(TOUPPER "${fact}" property)
    set_property(GLOBAL PROPERTY SYMBUILD_PYTHON_${name}_${property} "${${fact}}")
  endforeach()
endfunction()

# component, module, bindgen_args, link_options and exclude_from_all.
macro(_symbuild_read_python_arguments)
  cmake_parse_arguments(given "EXCLUDE_FROM_ALL" "MODULE_NAME" "COMPONENTS;BINDGEN_ARGS;LINK_OPTIONS" ${ARGN})
  if(given_UNPARSED_ARGUMENTS)
    list(GET given_UNPARSED_ARGUMENTS 0 _first)
    _symbuild_fail("${where}" "unknown argument '${_first}'"
      "known: COMPONENTS, MODULE_NAME, BINDGEN_ARGS, LINK_OPTIONS, EXCLUDE_FROM_ALL")
  elseif(TARGET "${name}")
    _symbuild_fail("${where}" "a target of that name exists already" "take another, and say MODULE_NAME")
  endif()
  set(module "${given_MODULE_NAME}")
  if(NOT module)
    set(module "${name}")
  endif()
  if(NOT module MATCHES "^[A-Za-z_][A-Za-z0-9_]*$")
    _symbuild_fail("${where}" "'${module}' is no name of a module, as Python imports it"
      "take letters, digits and _ for MODULE_NAME")
  endif()
  set(components ${given_COMPONENTS})
  _symbuild_read_components()
  list(LENGTH components _count)
  if(NOT _count EQUAL 1)
    _symbuild_fail("${where}" "COMPONENTS takes the one component that the module is of"
      "leave others out: what that one imports comes with it")
  endif()
  set(component "${components}")
  get_property(target GLOBAL PROPERTY SYMBUILD_${component}_TARGET)
  get_property(wit GLOBAL PROPERTY SYMBUILD_${component}_WIT)
  get_property(world GLOBAL PROPERTY SYMBUILD_${component}_WORLD)
  if(NOT target STREQUAL "native")
    _symbuild_fail("${where}" "component '${component}' is built for ${target}" "set its TARGET to native")
  elseif(NOT world)
    _symbuild_fail("${where}" "fused library '${component}' has a world only once it is built"
      "name the component whose exports you want")
  endif()
  set(bindgen_args ${given_BINDGEN_ARGS})
  set(link_options ${given_LINK_OPTIONS})
  set(exclude_from_all ${given_EXCLUDE_FROM_ALL})
endmacro()

# `python`, the target by which extensions are compiled. Only Windows needs what CMake has from 3.26 on: a library of the
# limited API, whose headers are the others.
macro(_symbuild_require_python)
  if(CMAKE_VERSION VERSION_LESS 3.26)
    set(_artifacts Module)
    if(WIN32)
      _symbuild_fail("${where}" "on Windows it takes CMake 3.26" "install a newer one: pip install cmake")
    endif()
  else()
    set(_artifacts SABIModule)
  endif()
  find_package(Python 3.11 COMPONENTS Interpreter Development.${_artifacts})
  if(NOT Python_Development.${_artifacts}_FOUND)
    _symbuild_fail("${where}" "found no Python 3.11 or newer with its headers"
      "install them (Debian: apt install python3-dev), or set Python_EXECUTABLE")
  endif()
  set(python Python::${_artifacts})
endmacro()

# `symbuild bindgen python`: target NAME-package, all files of the package but the extension.
function(_symbuild_step_python_package)
  set(stamp "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}-package.stamp")
  set(depfile "${folder}/${module}.d")
  file(MAKE_DIRECTORY "${folder}")
  _symbuild_step(${name}-package STAMP "${stamp}" MAKES "${folder}/_native.c" ${layer} DEPFILE "${depfile}"
    ARGV bindgen python "${wit}" -w "${world}" --out-dir "${folder}" --depfile "${depfile}" --depfile-target "${stamp}"
      --no-runtime ${bindgen_args}
    COMMENT "Generating package ${module}")
endfunction()

# The extension, which is linked as a program is: it may name proxies.
function(_symbuild_add_python_module)
  set(kind program)
  _symbuild_find_format()
  set(all "")
  if(exclude_from_all)
    set(all EXCLUDE_FROM_ALL)
  endif()
  add_library(${name} MODULE ${all} "${folder}/_native.c")
  add_dependencies(${name} ${name}-package)
  _symbuild_generated_target(${name})
  set(suffix .abi3.so)
  if(WIN32)
    set(suffix .pyd)
  endif()
  set_target_properties(${name} PROPERTIES PREFIX "" OUTPUT_NAME _native SUFFIX "${suffix}" DEBUG_POSTFIX ""
    LIBRARY_OUTPUT_DIRECTORY "${place}" LINK_DEPENDS "${layer}")
  target_link_libraries(${name} PRIVATE ${python})
  target_link_options(${name} PRIVATE ${link_options})
  _symbuild_link_providers()
  _symbuild_link_proxies()
  if(is_multi_config)
    add_custom_command(TARGET ${name} POST_BUILD
      COMMAND "${CMAKE_COMMAND}" -E copy_if_different ${layer} "${place}" VERBATIM)
  endif()
  # An extension has its components beside it where it is installed.
  if(NOT DEFINED CMAKE_INSTALL_RPATH AND NOT WIN32)
    set_target_properties(${name} PROPERTIES INSTALL_RPATH "$<IF:$<PLATFORM_ID:Darwin>,@loader_path,$ORIGIN>")
  endif()
endfunction()

# The package, and in its folder all components that the extension loads: beside it is where it looks for them.
function(_symbuild_install_python)
  get_property(module GLOBAL PROPERTY SYMBUILD_PYTHON_${name}_MODULE)
  get_property(layer GLOBAL PROPERTY SYMBUILD_PYTHON_${name}_LAYER)
  get_property(needed GLOBAL PROPERTY SYMBUILD_PYTHON_${name}_COMPONENTS)
  set(folder "${module}")
  if(given_PYTHON_DESTINATION)
    set(folder "${given_PYTHON_DESTINATION}/${module}")
  endif()
  install(TARGETS ${name} LIBRARY DESTINATION "${folder}" ${part})
  install(FILES ${layer} DESTINATION "${folder}" ${part})
  set(given_EXPORT "")
  set(given_LIBRARY_DESTINATION "${folder}")
  set(given_RUNTIME_DESTINATION "${folder}")
  _symbuild_closure(needed)
  foreach(name IN LISTS needed)
    _symbuild_install_native()
  endforeach()
endfunction()
