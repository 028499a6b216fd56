# The functions by which projects declare components and programs.
include_guard(GLOBAL)

#[[
symbuild_add_component(<name>
  SOURCES <file>... | CARGO <Cargo.toml> [CARGO_ARGS <arg>...]
  [WIT <file or directory>]             default: wit
  [WORLD <world>]                       default: the name
  [COMPONENTS [<label>=]<component>...] providers of its imports
  [BINDGEN_ARGS <arg>...]               options of `symbuild bindgen`
  [LANGUAGE c|cpp|rust]                 default: as the first source's suffix says
  [TARGET native|wasm32-wasip2]         default: SYM_TARGET
  [PLACEMENT direct|isolated|fused]     where SYM_PROFILE says nothing
  [VERSION <version>] [OPEN_IMPORTS] [EXCLUDE_FROM_ALL]
  [INCLUDE_DIRECTORIES <dir>...] [COMPILE_OPTIONS <arg>...] [LINK_OPTIONS <arg>...] [LINK_LIBRARIES <library>...])

Targets <name>, a shared library, and symbuild::<name>. The library's name, its version node and its soname follow from
<name>. OPEN_IMPORTS: a plugin, whose imports the loading process provides.
]]
function(symbuild_add_component name)
  _symbuild_read_arguments(component "${name}" ${ARGN})
  _symbuild_declare()
  set_property(GLOBAL APPEND PROPERTY SYMBUILD_COMPONENTS "${name}")
endfunction()

#[[
symbuild_add_program(<name> SOURCES <file>... ...)

Target <name>, an executable. Takes what symbuild_add_component() takes, without VERSION and OPEN_IMPORTS. Where the
world of a program exports interfaces, plugins that it loads can import them.
]]
function(symbuild_add_program name)
  _symbuild_read_arguments(program "${name}" ${ARGN})
  _symbuild_declare()
endfunction()

#[[
symbuild_can_build(<c|cpp|rust> <variable>): whether sources of a language can be built for SYM_TARGET.
]]
function(symbuild_can_build language out)
  set(found FALSE)
  if(NOT language MATCHES "^(c|cpp|rust)$")
    _symbuild_fail("symbuild_can_build(${language})" "unknown language" "known: c, cpp, rust")
  elseif(NOT SYM_TARGET STREQUAL "native")
    _symbuild_wasm_compiler(${language} command link problem)
  elseif(language STREQUAL "rust")
    _symbuild_find_rust(command)
  elseif(language STREQUAL "cpp")
    set(command "${CMAKE_CXX_COMPILER}")
  else()
    set(command "${CMAKE_C_COMPILER}")
  endif()
  if(command)
    set(found TRUE)
  endif()
  set(${out} ${found} PARENT_SCOPE)
endfunction()

macro(_symbuild_declare)
  if(TARGET "${name}")
    _symbuild_fail("${where}" "a target of that name exists already" "take another; it is a file name, too")
  endif()
  foreach(_fact IN ITEMS target folder components choices placement wit world)
    string(TOUPPER "${_fact}" _property)
    set_property(GLOBAL PROPERTY SYMBUILD_${name}_${_property} "${${_fact}}")
  endforeach()
  _symbuild_join_graph()
  if(target STREQUAL "native")
    _symbuild_declare_native()
  else()
    _symbuild_declare_wasm()
  endif()
endmacro()
