# Installing components and programs, whatever they are built for and wherever they run.
include_guard(GLOBAL)

#[[
symbuild_install(TARGETS <component, program or Python extension>...
  [EXPORT <name>] [COMPONENT <name>] [LIBRARY_DESTINATION <dir>] [RUNTIME_DESTINATION <dir>] [PYTHON_DESTINATION <dir>])

What install(TARGETS) does, and for isolated components their processes, for wasm the .wasm files: components into the
library directory, programs into that of programs, Python packages with their components into PYTHON_DESTINATION, by
default the prefix, which is a wheel's root. EXPORT names native components for install(EXPORT).
]]
function(symbuild_install)
  set(where "symbuild_install()")
  set(known EXPORT COMPONENT LIBRARY_DESTINATION RUNTIME_DESTINATION PYTHON_DESTINATION)
  cmake_parse_arguments(PARSE_ARGV 0 given "" "${known}" "TARGETS")
  if(given_UNPARSED_ARGUMENTS)
    _symbuild_fail("${where}" "unknown arguments: ${given_UNPARSED_ARGUMENTS}"
      "known: TARGETS, EXPORT, COMPONENT, LIBRARY_DESTINATION, RUNTIME_DESTINATION, PYTHON_DESTINATION")
  endif()
  if(NOT given_TARGETS)
    _symbuild_fail("${where}" "TARGETS is missing" "name components, programs and Python extensions")
  endif()
  _symbuild_destination(given_LIBRARY_DESTINATION CMAKE_INSTALL_LIBDIR lib)
  _symbuild_destination(given_RUNTIME_DESTINATION CMAKE_INSTALL_BINDIR bin)
  set(part "")
  if(given_COMPONENT)
    set(part COMPONENT "${given_COMPONENT}")
  endif()
  foreach(name IN LISTS given_TARGETS)
    get_property(target GLOBAL PROPERTY SYMBUILD_${name}_TARGET)
    get_property(is_python GLOBAL PROPERTY SYMBUILD_PYTHON_${name}_MODULE SET)
    if(is_python)
      _symbuild_install_python()
    elseif(NOT target)
      _symbuild_fail("${where}" "TARGETS has '${name}', which symbuild did not declare" "use install(TARGETS) for it")
    elseif(target STREQUAL "native")
      _symbuild_install_native()
    else()
      _symbuild_install_wasm()
    endif()
  endforeach()
endfunction()

macro(_symbuild_destination variable project_wide default)
  if(NOT ${variable})
    set(${variable} "${${project_wide}}")
  endif()
  if(NOT ${variable})
    set(${variable} "${default}")
  endif()
endmacro()

function(_symbuild_install_native)
  set(export "")
  get_target_property(type ${name} TYPE)
  if(given_EXPORT AND NOT type STREQUAL "EXECUTABLE")
    set(export EXPORT "${given_EXPORT}")
  endif()
  install(TARGETS ${name} ${export}
    RUNTIME DESTINATION "${given_RUNTIME_DESTINATION}" ${part}
    LIBRARY DESTINATION "${given_LIBRARY_DESTINATION}" ${part}
    ARCHIVE DESTINATION "${given_LIBRARY_DESTINATION}" ${part})
  get_property(proxy GLOBAL PROPERTY SYMBUILD_${name}_PROXY)
  if(NOT proxy)
    return()
  endif()
  # Then its proxy takes the place of the component, which goes beside its host.
  set_target_properties(${name} PROPERTIES SYMBUILD_INSTALLED "${given_LIBRARY_DESTINATION}")
  get_property(host GLOBAL PROPERTY SYMBUILD_${name}_GROUP)
  if(NOT host)
    set(host "${name}")
  endif()
  get_property(command GLOBAL PROPERTY SYMBUILD_COMMAND)
  list(JOIN command "]] [[" command)
  install(CODE "
    get_filename_component(_library [[${given_LIBRARY_DESTINATION}]] ABSOLUTE BASE_DIR \"\${CMAKE_INSTALL_PREFIX}\")
    execute_process(COMMAND [[${command}]] install-isolated [[${proxy}]] [[${host}]]
      \"\${_library}/$<TARGET_FILE_NAME:${name}>\" RESULT_VARIABLE _status)
    if(_status)
      message(FATAL_ERROR [[symbuild could not install the process of ${name}]])
    endif()" ${part})
endfunction()
