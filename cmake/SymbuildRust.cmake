# Components and programs in Rust: sources, which rustc compiles, and Cargo packages.
#
# What links is the C linker, also of programs, so that a file exports its world and nothing else: rustc, which knows
# nothing of export maps, makes archives and objects.
include_guard(GLOBAL)

# rustc of Rust_COMPILER, else of PATH; empty where there is none.
function(_symbuild_find_rust out)
  find_program(Rust_COMPILER NAMES rustc DOC "The Rust compiler")
  set(${out} "" PARENT_SCOPE)
  if(Rust_COMPILER)
    set(${out} "${Rust_COMPILER}" PARENT_SCOPE)
  endif()
endfunction()

# The code of `name`: targets that make it, and the target's link arguments. Where `is_whole` is set, another step takes
# the code, and what the target is linked with has it inside.
function(_symbuild_rust_code)
  _symbuild_find_rust(rustc)
  if(NOT rustc)
    _symbuild_fail("${where}" "no rustc found" "install Rust, or set Rust_COMPILER")
  endif()
  set(made "${folder}")
  set(shared "${CMAKE_BINARY_DIR}/symbuild-runtime")
  get_property(is_multi_config GLOBAL PROPERTY GENERATOR_IS_MULTI_CONFIG)
  if(is_multi_config)
    string(APPEND made "/$<CONFIG>")
    string(APPEND shared "/$<CONFIG>")
  endif()
  _symbuild_rust_profile()
  _symbuild_rust_runtime(symbuild-runtime-rust)
  _symbuild_rust_crate(symbuild-runtime-rust)
  if(cargo)
    _symbuild_cargo()
  elseif(kind STREQUAL "program")
    _symbuild_rust_main()
  else()
    _symbuild_rust_library()
  endif()
endfunction()

# What the build type asks of rustc, for every crate.
macro(_symbuild_rust_profile)
  set(profile $<$<CONFIG:Release>:-Copt-level=3> $<$<CONFIG:RelWithDebInfo>:-Copt-level=2>
    $<$<CONFIG:MinSizeRel>:-Copt-level=s> $<$<CONFIG:Debug,RelWithDebInfo>:-g>)
endmacro()

# _symbuild_rustc(<target> ROOT <file> MAKES <file>... [NEEDS <file>...] [AFTER <target>...] EMIT <kind> ARGV <arg>...):
# one run. Files go by the names that rustc gives them: it lists dependencies of those, whatever they are called.
function(_symbuild_rustc rust_target)
  cmake_parse_arguments(PARSE_ARGV 1 run "" "ROOT;EMIT" "MAKES;NEEDS;AFTER;ARGV")
  list(GET run_MAKES 0 first)
  get_filename_component(directory "${first}" DIRECTORY)
  set(wrapper "")
  if(NOT target STREQUAL "native")
    get_property(wrapper GLOBAL PROPERTY SYMBUILD_COMMAND)
    list(APPEND wrapper wasm-cc ${unexport} --)
  endif()
  set(without_jobs "")
  if(CMAKE_GENERATOR MATCHES "Makefiles")
    # To rustc make speaks of a jobserver that it does not let it use.
    set(without_jobs "${CMAKE_COMMAND}" -E env --unset=MAKEFLAGS --unset=MFLAGS)
  endif()
  get_property(mine GLOBAL PROPERTY SYMBUILD_CMAKE_DIR)
  add_custom_command(OUTPUT ${run_MAKES}
    COMMAND "${CMAKE_COMMAND}" -E make_directory "${directory}"
    COMMAND ${without_jobs} ${wrapper} ${rustc} --edition=2021 ${profile} ${run_ARGV} "--emit=dep-info=${first}.d,${run_EMIT}"
      "--out-dir=${directory}" "${run_ROOT}"
    COMMAND "${CMAKE_COMMAND}" "-DFILE=${first}.d" -P "${mine}/SymbuildDepfile.cmake"
    DEPENDS "${run_ROOT}" ${run_NEEDS} ${run_AFTER}
    DEPFILE "${first}.d" COMMENT "Compiling ${rust_target}" COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${rust_target} DEPENDS ${run_MAKES})
endfunction()

# The crate that generated Rust calls, one for the whole build.
function(_symbuild_rust_runtime runtime_target)
  if(TARGET ${runtime_target})
    return()
  endif()
  get_property(package GLOBAL PROPERTY SYMBUILD_PACKAGE)
  set(library "${shared}/libsymbuild_runtime.rlib")
  _symbuild_rustc(${runtime_target} ROOT "${package}/runtime/rust/src/lib.rs" MAKES "${library}" EMIT link
    ARGV --crate-name=symbuild_runtime --crate-type=rlib --cap-lints=allow -Cembed-bitcode=yes --cfg "feature=\"std\"")
endfunction()

# The crate `wit_bindgen` of this component, whose `generate!` has its bindings. Of a program there is a static library
# too, with Rust's own, where a program's own object is linked to it.
function(_symbuild_rust_crate runtime_target)
  get_property(package GLOBAL PROPERTY SYMBUILD_PACKAGE)
  set(BINDINGS "${folder}/${stem}.rs")
  set(FILE "${stem}.rs")
  configure_file("${package}/runtime/rust/shim.rs.in" "${folder}/${name}-wit_bindgen.rs" @ONLY)
  string(REPLACE "-" "_" crate "${name}_wit_bindgen")
  set(library "${made}/lib${crate}.rlib")
  set(makes "${library}")
  set(types --crate-type=rlib)
  if(kind STREQUAL "program" AND (fused OR target STREQUAL "native") AND NOT cargo)
    list(APPEND makes "${made}/lib${crate}.a")
    list(APPEND types --crate-type=staticlib)
  endif()
  _symbuild_rustc(${name}-wit-bindgen ROOT "${folder}/${name}-wit_bindgen.rs" MAKES ${makes}
    NEEDS "${BINDINGS}" "${shared}/libsymbuild_runtime.rlib" AFTER ${name}-bindings ${runtime_target}
    EMIT link ARGV --crate-name=${crate} ${types} -Cembed-bitcode=yes
      "--extern=runtime=${shared}/libsymbuild_runtime.rlib")
endfunction()

# The first source that is Rust is the crate's root; others are its modules.
macro(_symbuild_rust_root)
  set(root "${sources}")
  list(FILTER root INCLUDE REGEX "\\.rs$")
  if(NOT root)
    _symbuild_fail("${where}" "no file of SOURCES ends in .rs, as the crate's does" "name the crate's root")
  endif()
  list(GET root 0 root)
  get_filename_component(root "${root}" ABSOLUTE BASE_DIR "${CMAKE_CURRENT_SOURCE_DIR}")
  string(REPLACE "-" "_" crate "${name}")
  set(needs "${made}/lib${crate}_wit_bindgen.rlib")
  set(finds "--extern=wit_bindgen=${needs}" "-Ldependency=${shared}")
endmacro()

# A component's crate as a static library.
function(_symbuild_rust_library)
  _symbuild_rust_root()
  set(code "${made}/lib${crate}.a")
  _symbuild_rustc(${name}-code ROOT "${root}" MAKES "${code}" NEEDS ${needs} AFTER ${name}-wit-bindgen
    EMIT link ARGV --crate-name=${crate} --crate-type=staticlib ${finds} ${compile_options})
  _symbuild_link_rust("${code}")
  add_dependencies(${name} ${name}-code)
endfunction()

# A program's crate as one object, which has `main`.
function(_symbuild_rust_main)
  _symbuild_rust_root()
  set(code "${made}/${crate}.o")
  _symbuild_rustc(${name}-code ROOT "${root}" MAKES "${code}" NEEDS ${needs} AFTER ${name}-wit-bindgen
    EMIT obj ARGV --crate-name=${crate} --crate-type=bin -Ccodegen-units=1 ${finds} ${compile_options})
  set(library "${made}/lib${crate}_wit_bindgen.a")
  if(is_whole)
    set_target_properties(${name} PROPERTIES SYMBUILD_CODE "${code};${library}")
  else()
    _symbuild_link_with("${code}" "${library}")
    set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${code}" "${library}")
  endif()
  _symbuild_link_system()
  add_dependencies(${name} ${name}-code)
endfunction()

# A Cargo package as an archive, and what else the linker must be told for it.
function(_symbuild_cargo)
  set(code "${made}/lib${name}_cargo.a")
  set(arguments "${made}/${name}_cargo.args")
  _symbuild_cargo_step("${code};${arguments}" "")
  _symbuild_link_rust("${code}")
  # CMake takes a word after `-` as it is, and another for the name of a library.
  _symbuild_link_with("-Wl,--gc-sections \"@${arguments}\"")
  set_property(TARGET ${name} APPEND PROPERTY SYMBUILD_RUST_LINK "-Wl,--gc-sections \"@${arguments}\"")
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${arguments}")
  add_dependencies(${name} ${name}-cargo)
endfunction()

# `symbuild cargo`: target NAME-cargo, which makes the files; more arguments of rustc for the package's own crate.
function(_symbuild_cargo_step files rustc_arguments)
  find_program(Rust_CARGO NAMES cargo DOC "Cargo")
  if(NOT Rust_CARGO)
    _symbuild_fail("${where}" "no cargo found for ${cargo}" "install it beside rustc, or set Rust_CARGO")
  endif()
  string(REPLACE "-" "_" crate "${name}")
  set(crates "${made}/lib${crate}_wit_bindgen.rlib" "${shared}/libsymbuild_runtime.rlib")
  set(stamp "${made}/${name}_cargo.stamp")
  set(argv cargo --manifest-path "${cargo}" --component "${name}" --out-dir "${made}"
    --target-dir "${made}/${name}-cargo" --depfile "${made}/${name}_cargo.d" --depfile-target "${stamp}")
  if(kind STREQUAL "program")
    list(APPEND argv --program)
    if(fused AND NOT target STREQUAL "native")
      list(APPEND argv --to-fuse)
    endif()
  endif()
  list(APPEND argv --optimization
    "$<IF:$<CONFIG:Release>,3,$<IF:$<CONFIG:RelWithDebInfo>,2,$<IF:$<CONFIG:MinSizeRel>,s,0>>>"
    "$<$<CONFIG:Debug,RelWithDebInfo>:--debug>")
  if(FETCHCONTENT_FULLY_DISCONNECTED)
    list(APPEND argv --offline)
  endif()
  if(kind STREQUAL "component" AND NOT target STREQUAL "native")
    list(APPEND argv --world-file "${folder}/${name}.world.json")
  endif()
  foreach(option IN LISTS compile_options rustc_arguments)
    list(APPEND argv "--rustc-arg=${option}")
  endforeach()
  list(TRANSFORM rustc REPLACE "^(.+)$" "'\\1'" OUTPUT_VARIABLE quoted)
  list(JOIN quoted " " quoted)
  list(APPEND argv --cargo "${Rust_CARGO}" --rustc "${quoted}")
  foreach(each IN LISTS crates)
    list(APPEND argv --crate "${each}")
  endforeach()
  _symbuild_step(${name}-cargo STAMP "${stamp}" MAKES ${files} READS ${crates} ${fused_note} AFTER ${name}-wit-bindgen
    DEPFILE "${made}/${name}_cargo.d" ARGV ${argv} -- ${cargo_args} COMMENT "Building package of ${name}")
endfunction()

# Links all of an archive, and what Rust's own library needs of the system.
function(_symbuild_link_rust code)
  set_target_properties(${name} PROPERTIES SYMBUILD_CODE "${code}")
  if(NOT is_whole)
    _symbuild_link_whole("${code}")
  endif()
  _symbuild_link_system()
endfunction()

# Links all of an archive. CMake hands a word after `-` to the shell as it is, so the quotes are part of it.
function(_symbuild_link_whole archive)
  set_property(TARGET ${name} APPEND PROPERTY LINK_DEPENDS "${archive}")
  if(APPLE)
    _symbuild_link_with("-Wl,-force_load,\"${archive}\"" "-Wl,-dead_strip")
  else()
    _symbuild_link_with("-Wl,--whole-archive,\"${archive}\",--no-whole-archive" "-Wl,--gc-sections")
  endif()
endfunction()

# What Rust's own library needs of the system.
function(_symbuild_link_system)
  if(NOT WIN32 AND NOT APPLE)
    set(libraries "-Wl,--gc-sections,--push-state,--as-needed,-lgcc_s,-lutil,-lrt,-lpthread,-lm,-ldl,--pop-state")
    _symbuild_link_with("${libraries}")
    set_property(TARGET ${name} APPEND PROPERTY SYMBUILD_RUST_LINK "${libraries}")
  endif()
endfunction()
