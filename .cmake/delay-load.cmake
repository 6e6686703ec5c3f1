# Late binding of Windows libraries that are not KnownDLLs: Windows looks for the DLLs of an import table before our first line runs, in the
# folder of the executable first. A delay-loaded one is looked up at the first call, after SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_SYSTEM32).
#
#   target_delay_load(<target> crypt32 winhttp ...)
#
# The code calls the functions as usual. For a function that an older Windows lacks, GetProcAddress stays the way: a delay-loaded one ends the process.

function(target_delay_load target)
  foreach(library ${ARGN})
    if(MSVC)
      target_link_libraries(${target} INTERFACE ${library} delayimp)
      target_link_options(${target} INTERFACE "/DELAYLOAD:${library}.dll")
      continue()
    endif()
    if(NOT TARGET delay_${library})
      set(folder "${CMAKE_BINARY_DIR}/dependencies/delay")
      file(MAKE_DIRECTORY "${folder}")
      add_custom_command(OUTPUT "${folder}/lib${library}_delay.a"
        COMMAND "${CMAKE_SOURCE_DIR}/.cmake/make-delay-library" ${library} "${folder}"
        DEPENDS "${CMAKE_SOURCE_DIR}/.cmake/make-delay-library" VERBATIM)
      add_custom_target(delay_${library} DEPENDS "${folder}/lib${library}_delay.a")
    endif()
    add_dependencies(${target} delay_${library})
    target_link_libraries(${target} PUBLIC "${CMAKE_BINARY_DIR}/dependencies/delay/lib${library}_delay.a")
  endforeach()
endfunction()
