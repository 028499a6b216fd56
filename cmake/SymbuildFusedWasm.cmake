# Components in one module with the program that calls them, or in one of their own: the step that links their objects,
# which are those of their own modules, so nothing is compiled again.
include_guard(GLOBAL)

# What a component or program is linked of, for modules that have it in them; and the targets that make the files.
function(_symbuild_note_wasm_parts its_language files targets)
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_PARTS ${files})
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_PARTS_OF ${targets})
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_LINK ${link_options})
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_LANGUAGE "${its_language}")
endfunction()

# `fused` and `outer` of a program. `fused_note` is a file that changes with them: make does not look at commands.
macro(_symbuild_find_fused_for_wasm)
  set(fused "")
  set(fused_note "")
  if(kind STREQUAL "program")
    _symbuild_find_fused(fused outer)
    set(fused_note "${folder}/${name}.fused.txt")
    file(CONFIGURE OUTPUT "${fused_note}" CONTENT "@fused@\n" @ONLY)
  endif()
endmacro()

# A program with its fused components: target NAME-component, which makes what the program alone is elsewhere. From then
# on its providers are those of all that is in it.
function(_symbuild_fuse_wasm_program)
  set(members ${name} ${fused})
  _symbuild_fuse_wasm(${name}-component STAMP "${made}/${name}.fused.stamp" READS "${fused_note}" AFTER ${name}-edges
    OPTIONS --root "${name}" --program)
  _symbuild_choices_of_whole()
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_COMPONENTS ${outer})
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_CHOICES ${choices})
endfunction()

# A fused library for wasm: target NAME-fused, a component of one module.
function(_symbuild_fuse_wasm_library)
  set(place "${CMAKE_CURRENT_BINARY_DIR}")
  set(stamp "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}-fused.stamp")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(is_multi_config)
    string(APPEND place "/$<CONFIG>")
    set(stamp "${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/${name}-fused-$<CONFIG>.stamp")
  endif()
  set(component "${place}/${name}.wasm")
  set_property(GLOBAL PROPERTY SYMBUILD_${name}_WASM "${component}")
  _symbuild_tell_whole(${roots})
  _symbuild_fuse_wasm(${name}-fused STAMP "${stamp}" OPTIONS ${roots} LINK_OPTIONS ${given_LINK_OPTIONS})
endfunction()

# _symbuild_fuse_wasm(<target> STAMP <file> [READS <file>...] [AFTER <target>...] OPTIONS <option>...
#                     [LINK_OPTIONS <arg>...]): the step that makes one module of `members`, and `component` of it.
function(_symbuild_fuse_wasm fused_target)
  cmake_parse_arguments(PARSE_ARGV 1 fusing "" "STAMP" "READS;AFTER;OPTIONS;LINK_OPTIONS")
  _symbuild_tell_parts(${fusing_OPTIONS})
  set(linked_language c)
  set(linked "")
  foreach(member IN LISTS members)
    get_property(theirs GLOBAL PROPERTY SYMBUILD_${member}_FOLDER)
    get_property(its_options GLOBAL PROPERTY SYMBUILD_${member}_LINK)
    get_property(its_language GLOBAL PROPERTY SYMBUILD_${member}_LANGUAGE)
    list(APPEND argv --world-file "${theirs}/${member}.world.json")
    list(APPEND read "${theirs}/${member}.world.json")
    list(APPEND after ${member}-bindings)
    list(APPEND linked ${its_options})
    if(its_language STREQUAL "cpp")
      set(linked_language cpp)
    endif()
    _symbuild_listed_providers(${member} listed)
    set_property(GLOBAL APPEND PROPERTY SYMBUILD_${name}_MEMBERS
      --member "${name}" "${theirs}/${member}.world.json" "${listed}")
  endforeach()
  _symbuild_need_wasm_compiler(${linked_language})
  list(TRANSFORM linker REPLACE "^(.+)$" "'\\1'")
  list(JOIN linker " " linker)
  list(APPEND argv --linker "${linker}" "$<$<NOT:$<CONFIG:Debug,RelWithDebInfo>>:--strip>")
  _symbuild_step(${fused_target} STAMP "${fusing_STAMP}"
    ARGV ${argv} -o "${component}" -- ${linked} ${fusing_LINK_OPTIONS}
    MAKES "${component}" READS ${read} ${fusing_READS} AFTER ${after} ${fusing_AFTER}
    COMMENT "Fusing ${name}")
endfunction()
