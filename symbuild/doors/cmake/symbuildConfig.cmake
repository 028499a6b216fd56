# What an entry point leads to; the package itself lies in a checkout of symbuild, or is installed in symbuild/_cmake.
foreach(_symbuild_dir IN ITEMS "${CMAKE_CURRENT_LIST_DIR}/../../../cmake" "${CMAKE_CURRENT_LIST_DIR}/../../_cmake")
  if(EXISTS "${_symbuild_dir}/symbuildConfig.cmake")
    get_filename_component(_symbuild_dir "${_symbuild_dir}" REALPATH)
    include("${_symbuild_dir}/symbuildConfig.cmake")
    break()
  endif()
endforeach()
unset(_symbuild_dir)
