# The steps of a build that run `symbuild`; those that link or compile are targets of CMake's own.
#
# A step is a custom command whose OUTPUT is a stamp, and whose files are BYPRODUCTS: they are written only where they
# change, so what depends on them is not made anew, and the stamp is new, so `make` is content too.
include_guard(GLOBAL)

# _symbuild_step(<target> ARGV <word>... MAKES <file>... [READS <file>...] [AFTER <target>...] [DEPFILE <file>]
#                COMMENT <text>): one run of `symbuild` as a target, which is built with what needs it.
function(_symbuild_step step_target)
  cmake_parse_arguments(PARSE_ARGV 1 step "" "COMMENT;DEPFILE;STAMP" "ARGV;ARGV_OF_CMAKE;MAKES;READS;AFTER;ALSO")
  get_property(command GLOBAL PROPERTY SYMBUILD_COMMAND)
  if(step_ARGV_OF_CMAKE)
    set(command "${CMAKE_COMMAND}" -E ${step_ARGV_OF_CMAKE})
  endif()
  if(NOT step_STAMP)
    set(step_STAMP "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${step_target}.stamp")
  endif()
  set(depfile "")
  if(step_DEPFILE)
    set(depfile DEPFILE "${step_DEPFILE}")
  endif()
  add_custom_command(OUTPUT "${step_STAMP}"
    BYPRODUCTS ${step_MAKES}
    COMMAND ${command} ${step_ARGV}
    COMMAND "${CMAKE_COMMAND}" -E touch "${step_STAMP}"
    DEPENDS ${step_READS} ${step_AFTER}
    ${depfile} COMMENT "${step_COMMENT}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${step_target} DEPENDS "${step_STAMP}")
endfunction()

# `symbuild bindgen`: target NAME-bindings, everything generated from the WIT in `folder`.
function(_symbuild_step_bindgen)
  set(stamp "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}-bindings.stamp")
  set(depfile "${folder}/${name}.d")
  _symbuild_generated(generated)
  set(made "${generated}")
  foreach(suffix IN ITEMS .world.json _manifest.c .map .exp .def)
    list(APPEND made "${folder}/${name}${suffix}")
  endforeach()
  file(MAKE_DIRECTORY "${folder}")
  _symbuild_step(${name}-bindings STAMP "${stamp}" MAKES ${made} DEPFILE "${depfile}"
    ARGV bindgen ${language} "${wit}" -w "${world}" --component "${name}" --out-dir "${folder}"
      --depfile "${depfile}" --depfile-target "${stamp}" --no-runtime ${bindgen_args}
    COMMENT "Generating bindings of ${name}")
endfunction()

# What bindgen writes for the language: what sources include, and then what is compiled.
function(_symbuild_generated out)
  if(language STREQUAL "c")
    set(found "${folder}/${stem}.h" "${folder}/${stem}.c")
  elseif(language STREQUAL "cpp")
    set(found "${folder}/${stem}_cpp.h" "${folder}/${stem}.cpp")
  else()
    set(found "${folder}/${stem}.rs")
  endif()
  set(${out} "${found}" PARENT_SCOPE)
endfunction()

# `symbuild bind`: target NAME-edges, the source that binds imports to providers. A fused library has members.
function(_symbuild_step_bind)
  set(argv bind --door cmake --world-file "${folder}/${name}.world.json" --graph "${graph}" --out-dir "${folder}")
  if(target STREQUAL "native")
    set(made "${folder}/${name}_edges.c" "${folder}/${name}.edges.json")
    list(APPEND argv --format ${format})
  else()
    set(made "${folder}/${name}.edges.json")
    list(APPEND argv --composed)
  endif()
  if(has_stub)
    list(APPEND made "${folder}/${name}_stub.c" "${folder}/${name}_stub.map")
    list(APPEND argv --stub)
  endif()
  set(read "${folder}/${name}.world.json" "${graph}")
  set(after ${name}-bindings ${graph_target})
  foreach(component IN LISTS components)
    get_property(theirs GLOBAL PROPERTY SYMBUILD_${component}_FOLDER)
    list(APPEND argv --provider "${theirs}/${component}.world.json")
    list(APPEND read "${theirs}/${component}.world.json")
    list(APPEND after ${component}-bindings)
  endforeach()
  set(left ${choices})
  while(left)
    list(POP_FRONT left label chosen)
    list(APPEND argv --choose "${label}" "${chosen}")
  endwhile()
  if(open_imports)
    list(APPEND argv --open-imports)
  endif()
  _symbuild_tell_members(${ARGN})
  _symbuild_step(${name}-edges ARGV ${argv} MAKES ${made} READS ${read} AFTER ${after}
    COMMENT "Binding imports of ${name}")
endfunction()

# `graph` and `graph_target` of the caller: the file of the target's graph, and the step that writes it.
macro(_symbuild_find_graph)
  if(target STREQUAL "native")
    set(graph_target symbuild-graph)
    set(graph "${CMAKE_BINARY_DIR}/symbuild-graph/providers.json")
  else()
    set(graph_target symbuild-wasm-graph)
    set(graph "${CMAKE_BINARY_DIR}/symbuild-graph/wasm-providers.json")
  endif()
endmacro()

# The component joins the graph of its target, which a step at the end of the top directory reads: only then are all
# components known.
macro(_symbuild_join_graph)
  _symbuild_find_graph()
  get_property(_has_graph GLOBAL PROPERTY SYMBUILD_${graph_target} SET)
  if(NOT _has_graph)
    cmake_language(EVAL CODE "
      cmake_language(DEFER DIRECTORY [[${CMAKE_SOURCE_DIR}]] CALL _symbuild_step_graph ${graph_target} [[${graph}]])")
  endif()
  set_property(GLOBAL APPEND PROPERTY SYMBUILD_${graph_target} "${name}")
  if(profile_file AND target STREQUAL SYM_TARGET) # only there are all components that it may name
    set_property(GLOBAL PROPERTY SYMBUILD_${graph_target}_PROFILE "${profile_file}")
  endif()
endmacro()

# `symbuild graph`: who provides what.
function(_symbuild_step_graph graph_target graph)
  get_property(names GLOBAL PROPERTY SYMBUILD_${graph_target})
  get_property(profile_file GLOBAL PROPERTY SYMBUILD_${graph_target}_PROFILE)
  get_property(also GLOBAL PROPERTY SYMBUILD_${graph_target}_ALSO)
  set(argv graph ${also})
  if(profile_file)
    list(APPEND argv --profile "${profile_file}")
  endif()
  set(worlds "")
  foreach(component IN LISTS names)
    get_property(theirs GLOBAL PROPERTY SYMBUILD_${component}_FOLDER)
    list(APPEND worlds "${theirs}/${component}.world.json")
  endforeach()
  list(TRANSFORM names APPEND -bindings)
  _symbuild_step(${graph_target} ARGV ${argv} --out "${graph}" ${worlds} MAKES "${graph}" AFTER ${names}
    READS ${worlds} ${profile_file} COMMENT "Listing who provides what")
endfunction()
