# Components in processes of their own: the step that makes a proxy, and what links programs with proxies.
#
# Components are linked alike in every placement. A program names the proxies of all that it needs, and finds them in
# the first folder of its run path: the loader takes the first library of a name, so the components stay as they are.
include_guard(GLOBAL)

# The folder of all proxies of a build directory; hosts, and what they load, lie in folders there.
function(_symbuild_isolated_folder out)
  set(found "${CMAKE_BINARY_DIR}/symbuild-isolated")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(is_multi_config)
    string(APPEND found "/$<CONFIG>")
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# `symbuild isolate`: target NAME-isolated, the proxy and the host of the component.
function(_symbuild_isolate)
  _symbuild_isolation_runtime()
  _symbuild_isolated_folder(isolated)
  # The first number of a version is in the soname.
  string(REGEX REPLACE "^([^.]+).*" ".\\1" major "${version}")
  set(proxy "${isolated}/lib${name}.so${major}")
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_PROXY "${proxy}")
  # The compiler with its flags: a host can load what they have made.
  string(STRIP "${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}" flags)
  set(argv isolate "$<TARGET_FILE:${name}>" -o "${isolated}" --in-place --cc "'${CMAKE_C_COMPILER}' ${flags}"
    --runtime "$<TARGET_FILE:symbuild-isolate>")
  if(profile_names_it)
    list(APPEND argv --profile "${profile_file}")
  endif()
  # An installed proxy has another run path, which the user may say below.
  list(APPEND argv "$<$<BOOL:$<TARGET_PROPERTY:${name},SYMBUILD_INSTALLED>>:--install-rpath>"
    "$<$<BOOL:$<TARGET_PROPERTY:${name},SYMBUILD_INSTALLED>>:$<JOIN:$<TARGET_PROPERTY:${name},INSTALL_RPATH>,:>>")
  _symbuild_step(${name}-isolated STAMP "${isolated}/${name}.stamp" ARGV ${argv} MAKES "${proxy}"
    READS "$<TARGET_FILE:${name}>" "$<TARGET_FILE:symbuild-isolate>" ${profile_file} AFTER ${name} symbuild-isolate
    COMMENT "Isolating ${name}")
  if(NOT exclude_from_all)
    set_target_properties(${name}-isolated PROPERTIES EXCLUDE_FROM_ALL OFF)
  endif()
endfunction()

# What proxies and hosts are made of besides generated code, one for the whole build.
function(_symbuild_isolation_runtime)
  if(TARGET symbuild-isolate)
    return()
  endif()
  get_property(package GLOBAL PROPERTY SYMBUILD_PACKAGE)
  file(GLOB files "${package}/runtime/src/isolate/*.c")
  add_library(symbuild-isolate STATIC EXCLUDE_FROM_ALL ${files})
  target_include_directories(symbuild-isolate PRIVATE "${package}/runtime/include")
  target_compile_options(symbuild-isolate PRIVATE -std=gnu11 -O2 -pthread -w -fno-lto)
  set_target_properties(symbuild-isolate PROPERTIES POSITION_INDEPENDENT_CODE ON C_VISIBILITY_PRESET hidden
    UNITY_BUILD OFF COMPILE_WARNING_AS_ERROR OFF INTERPROCEDURAL_OPTIMIZATION OFF)
endfunction()

# Links a program with the proxies of all that it needs.
function(_symbuild_link_proxies)
  set(needed ${components})
  set(seen "")
  set(proxies "")
  while(needed)
    list(POP_FRONT needed component)
    if(component IN_LIST seen)
      continue()
    endif()
    list(APPEND seen "${component}")
    get_property(proxy GLOBAL PROPERTY SYMBUILD_${component}_PROXY)
    get_property(theirs GLOBAL PROPERTY SYMBUILD_${component}_COMPONENTS)
    list(APPEND needed ${theirs})
    if(proxy)
      list(APPEND proxies "${proxy}")
      add_dependencies(${name} ${component}-isolated)
    endif()
  endwhile()
  if(NOT proxies)
    return()
  endif()
  _symbuild_isolated_folder(isolated)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS ${proxies})
  list(JOIN proxies "," proxies)
  # CMake hands a word after `-` to the shell as it is, so the quotes are part of it.
  _symbuild_link_with("-Wl,--push-state,--no-as-needed,\"${proxies}\",--pop-state")
  # DT_RPATH goes before LD_LIBRARY_PATH, in which the folders of the components may be.
  _symbuild_link_with("-Wl,--disable-new-dtags")
  set_property(TARGET ${name} APPEND PROPERTY BUILD_RPATH "${isolated}")
endfunction()
