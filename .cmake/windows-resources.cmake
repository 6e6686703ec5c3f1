# Compiles a message table and a resource script into a Windows program.
#   add_windows_resources(<target> MESSAGES <file.mc> RESOURCES <file.rc>)
# The message compiler writes <name>.h beside the generated resource; the program may include it as "messages.h".
function(add_windows_resources target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "MESSAGES;RESOURCES" "")
  set(folder "${CMAKE_BINARY_DIR}/generated/messages")
  get_filename_component(name "${arg_MESSAGES}" NAME_WE)
  file(MAKE_DIRECTORY "${folder}")
  if(MSVC)
    set(compiler mc -U -h "${folder}" -r "${folder}" "${arg_MESSAGES}")
  else()
    set(compiler x86_64-w64-mingw32-windmc -U -h "${folder}" -r "${folder}" "${arg_MESSAGES}")
  endif()
  add_custom_command(OUTPUT "${folder}/${name}.rc" "${folder}/${name}.h" COMMAND ${compiler} DEPENDS "${arg_MESSAGES}"
                     WORKING_DIRECTORY "${folder}" VERBATIM)
  target_sources(${target} PRIVATE "${folder}/${name}.rc" "${folder}/${name}.h" "${arg_RESOURCES}")
  set_source_files_properties("${folder}/${name}.rc" PROPERTIES INCLUDE_DIRECTORIES "${folder}")
  set_source_files_properties("${arg_RESOURCES}" PROPERTIES INCLUDE_DIRECTORIES "${CMAKE_SOURCE_DIR}/installer")
  string(REPLACE "." "," numbers "${PROJECT_VERSION}")
  set_source_files_properties("${arg_RESOURCES}" PROPERTIES
    COMPILE_DEFINITIONS "WATCHDOG_VERSION_NUMBERS=${numbers},0;WATCHDOG_VERSION_TEXT=${PROJECT_VERSION}")
  target_include_directories(${target} PRIVATE "${folder}")
endfunction()
