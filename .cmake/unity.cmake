# Sources of one target that the compiler reads together: most of the time that a source takes goes into headers, which a group reads once.
#
#   target_read_in_groups(<target>)       after all its sources are known
#
# The script decides anew at every configuration who can share a group. Should the compiler see a name twice after an edit: configure again.
# Without groups, as lint and an editor want it: -DSSTP_UNITY=OFF. (CMake's own UNITY_BUILD puts absolute paths into its files, which two clones that
# share a compiler cache cannot both have.)
set(UNITY_PYTHON /usr/bin/python3)
option(SSTP_UNITY "Read sources in groups" ON)
set(SSTP_UNITY_LINES 1500 CACHE STRING "Lines of the largest group")

function(target_read_in_groups target)
  if(NOT SSTP_UNITY OR NOT EXISTS "${UNITY_PYTHON}")
    return()
  endif()
  get_target_property(sources ${target} SOURCES)
  list(TRANSFORM sources PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/" REGEX "^[^/$]")
  execute_process(COMMAND "${UNITY_PYTHON}" "${CMAKE_SOURCE_DIR}/.cmake/unity-groups" ${SSTP_UNITY_LINES} "${CMAKE_BINARY_DIR}/generated/unity/${target}" ${sources}
                  OUTPUT_VARIABLE grouped COMMAND_ERROR_IS_FATAL ANY)
  set_property(TARGET ${target} PROPERTY SOURCES ${grouped})
endfunction()
