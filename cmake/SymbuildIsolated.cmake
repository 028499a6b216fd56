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
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_GROUP "${group}")
  # The compiler with its flags: a host can load what they have made.
  string(STRIP "${CMAKE_C_COMPILER_ARG1} ${CMAKE_C_FLAGS}" flags)
  set(with --cc "'${CMAKE_C_COMPILER}' ${flags}")
  if(profile_names_it)
    list(APPEND with --profile "${profile_file}")
  endif()
  set(files "$<TARGET_FILE:${name}>")
  set(after ${name})
  set(argv isolate "$<TARGET_FILE:${name}>" -o "${isolated}")
  if(group)
    _symbuild_join_group()
    list(APPEND argv --part member ${with})
    list(APPEND files "${isolated}/${group}.isolated/client/lib${group}.group.so")
    list(APPEND after ${group}-group)
  else()
    list(APPEND argv --in-place ${with})
    _symbuild_host_arguments(${name})
  endif()
  _symbuild_step(${name}-isolated STAMP "${isolated}/${name}.stamp" ARGV ${argv} MAKES "${proxy}"
    READS ${files} ${profile_file} AFTER ${after} COMMENT "Isolating ${name}")
  if(NOT exclude_from_all)
    set_target_properties(${name}-isolated PROPERTIES EXCLUDE_FROM_ALL OFF)
  endif()
endfunction()

# What a host, and the proxy that starts it, are made of besides; added to argv, files and after. An installed proxy has
# another run path, which the user may say below.
macro(_symbuild_host_arguments)
  list(APPEND argv --runtime "$<TARGET_FILE:symbuild-isolate>")
  list(APPEND files "$<TARGET_FILE:symbuild-isolate>")
  list(APPEND after symbuild-isolate)
  foreach(_member IN ITEMS ${ARGN})
    set(_is_installed "$<BOOL:$<TARGET_PROPERTY:${_member},SYMBUILD_INSTALLED>>")
    list(APPEND argv "$<${_is_installed}:--install-rpath>"
      "$<${_is_installed}:$<JOIN:$<TARGET_PROPERTY:${_member},INSTALL_RPATH>,:>>")
  endforeach()
endmacro()

# The component joins its group, whose process a step at the end of the top directory makes: only then are all known.
function(_symbuild_join_group)
  get_property(has_step GLOBAL PROPERTY SYMBUILD_GROUP_${group} SET)
  if(NOT has_step)
    set_property(GLOBAL PROPERTY SYMBUILD_GROUP_${group}_WITH "${with}")
    cmake_language(EVAL CODE "cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]]
      CALL _symbuild_step_isolate_group [[${group}]] [[${isolated}]] [[${profile_file}]])")
  endif()
  set_property(GLOBAL APPEND PROPERTY SYMBUILD_GROUP_${group} "${name}")
endfunction()

# `symbuild isolate` for several: target GROUP-group, the process that they share, and its proxy.
function(_symbuild_step_isolate_group group isolated profile_file)
  get_property(members GLOBAL PROPERTY SYMBUILD_GROUP_${group})
  get_property(with GLOBAL PROPERTY SYMBUILD_GROUP_${group}_WITH)
  _symbuild_require_installed_alike(${members})
  set(files "")
  foreach(member IN LISTS members)
    list(APPEND files "$<TARGET_FILE:${member}>")
  endforeach()
  set(after ${members})
  set(argv isolate ${files} -o "${isolated}" --in-place --part group ${with})
  _symbuild_host_arguments(${members})
  _symbuild_step(${group}-group STAMP "${isolated}/${group}.group.stamp" ARGV ${argv}
    MAKES "${isolated}/${group}.isolated/client/lib${group}.group.so" READS ${files} "${profile_file}" AFTER ${after}
    COMMENT "Isolating group ${group}")
endfunction()

# What shares a process is installed together.
function(_symbuild_require_installed_alike first)
  get_property(place TARGET ${first} PROPERTY SYMBUILD_INSTALLED)
  foreach(other IN LISTS ARGN)
    get_property(its_place TARGET ${other} PROPERTY SYMBUILD_INSTALLED)
    if(NOT its_place STREQUAL place)
      _symbuild_fail("group '${group}' of the profile" "'${first}' and '${other}' are installed as one"
        "give symbuild_install() both, for one LIBRARY_DESTINATION")
    endif()
  endforeach()
endfunction()

# Writes down where the component runs, for `symbuild explain`. Where that is new its proxy goes: programs look for
# libraries in its folder first, and make would find it good enough.
function(_symbuild_note_placement)
  set(note "${folder}/${name}.placement.json")
  set(before "")
  if(EXISTS "${note}")
    file(READ "${note}" before)
  endif()
  file(CONFIGURE OUTPUT "${note}" CONTENT "@choice@" @ONLY)
  file(READ "${note}" now)
  if(before STREQUAL now)
    return()
  endif()
  foreach(config IN ITEMS "" ${CMAKE_CONFIGURATION_TYPES})
    set(isolated "${CMAKE_BINARY_DIR}/symbuild-isolated/${config}")
    file(GLOB old "${isolated}/lib${name}.so*" "${isolated}/${name}.stamp")
    if(group)
      list(APPEND old "${isolated}/${group}.group.stamp")
    endif()
    if(old)
      file(REMOVE ${old})
    endif()
  endforeach()
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

# Adds to a list of components all that they import from, each once.
function(_symbuild_closure list)
  set(left ${${list}})
  set(found "")
  while(left)
    list(POP_FRONT left component)
    if(NOT component IN_LIST found)
      list(APPEND found "${component}")
      get_property(theirs GLOBAL PROPERTY SYMBUILD_${component}_COMPONENTS)
      list(APPEND left ${theirs})
    endif()
  endwhile()
  set(${list} "${found}" PARENT_SCOPE)
endfunction()

# Links a program with the proxies of all that it needs.
function(_symbuild_link_proxies)
  set(needed ${components})
  _symbuild_closure(needed)
  set(proxies "")
  foreach(component IN LISTS needed)
    get_property(proxy GLOBAL PROPERTY SYMBUILD_${component}_PROXY)
    if(proxy)
      list(APPEND proxies "${proxy}")
      add_dependencies(${name} ${component}-isolated)
    endif()
  endforeach()
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
  get_property(path TARGET ${name} PROPERTY BUILD_RPATH)
  set_property(TARGET ${name} PROPERTY BUILD_RPATH "${isolated}" ${path})
endfunction()
