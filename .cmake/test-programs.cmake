# How each kind of test becomes a program and a line of ctest. Results of GoogleTest programs also go to results/*.xml, where `dev test` counts them.

# Relative to the source folder, in which the programs run: GoogleTest for Windows does not take a path of Linux for absolute.
file(RELATIVE_PATH TEST_RESULTS "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/results")
set(SSTP_MSI "${CMAKE_BINARY_DIR}/sstp-watchdog-${PROJECT_VERSION}-x64.msi")
set(UNDER_WINE_SCRIPT "${CMAKE_SOURCE_DIR}/.cmake/under-wine")
set(SANITIZER_ENVIRONMENT
  "ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1:detect_leaks=1:malloc_context_size=8"   # of an allocation eight callers: to keep thirty costs a tenth of the time
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1")

# Of several definitions of one function the linker takes the first. Tests are compiled without optimisation, and with them the functions of the standard
# library that they bring: ahead of them stand the libraries' own, or all that is tested runs with the tests' std::string, half as fast when instrumented.
function(link_ahead_of_tests name)
  if(MSVC OR MINGW)
    return()
  endif()
  foreach(library ${ARGN})
    if(TARGET ${library})
      get_target_property(type ${library} TYPE)
      if(type STREQUAL "STATIC_LIBRARY")
        target_link_options(${name} PRIVATE "SHELL:-Wl,--whole-archive $<TARGET_FILE:${library}> -Wl,--no-whole-archive")
      endif()
    endif()
  endforeach()
endfunction()

# A GoogleTest executable of the given sources; natively SHARDS processes run its tests side by side. Tests find files of the repository through SSTP_SOURCE_DIR.
function(add_test_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "UNDER_WINE" "APART;SHARDS" "SOURCES;LIBRARIES")
  if(NOT arg_SOURCES)
    return()
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} watchdog_options GTest::gmock_main)
  if(TARGET simulated_windows)
    target_link_libraries(${name} PRIVATE simulated_windows)
  endif()
  if(NOT MSVC)
    # What they test is compiled as everywhere. For Windows what is small is put in line: each function has three sections of its own, and GNU ld
    # looks through all sections of an object for each of its symbols. 33,000 took it two minutes.
    target_compile_options(${name} PRIVATE -Wno-conversion $<IF:$<BOOL:${MINGW}>,-O1,-O0>)
    if(MINGW)
      target_compile_options(${name} PRIVATE -Wa,-mbig-obj)       # a group of tests may have more sections than an object of the old kind can hold
    endif()
  endif()
  target_precompile_headers(${name} PRIVATE ${WATCHDOG_PRECOMPILED_STD} <gmock/gmock.h> <gtest/gtest.h>)
  target_read_in_groups(${name})
  if(arg_UNDER_WINE AND NOT CMAKE_HOST_WIN32)
    set(tests ${name})
    add_test(NAME ${name} COMMAND "${UNDER_WINE_SCRIPT}" "${CMAKE_BINARY_DIR}/wine/${name}" "$<TARGET_FILE:${name}>"
             "--gtest_output=xml:${TEST_RESULTS}/${name}.xml" "--gtest_filter=-${arg_APART}" --gtest_brief=1 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    if(arg_APART)
      # In a process of their own.
      list(APPEND tests ${name}.apart)
      add_test(NAME ${name}.apart COMMAND "${UNDER_WINE_SCRIPT}" "${CMAKE_BINARY_DIR}/wine/${name}" "$<TARGET_FILE:${name}>"
               "--gtest_output=xml:${TEST_RESULTS}/${name}.apart.xml" "--gtest_filter=${arg_APART}" --gtest_brief=1
               WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
    endif()
    set_tests_properties(${tests} PROPERTIES RESOURCE_LOCK wine_${name} TIMEOUT 1800)    # one prefix
    # The doubles of DLLs that Wine does not have, if the tree makes them: they go into the prefix's system32.
    set(doubles "")
    foreach(double wevtapi_double httpapi_double mprapi_double)
      if(TARGET ${double})
        list(APPEND doubles "$<TARGET_FILE:${double}>")
        add_dependencies(${name} ${double})
      endif()
    endforeach()
    list(JOIN doubles ":" doubles)
    set_property(TEST ${tests} PROPERTY ENVIRONMENT "SYSTEM32_DOUBLES=${doubles}" "SSTP_SOURCE_DIR=${CMAKE_SOURCE_DIR}")
  else()
    # A big program runs as several processes side by side: every n-th test each.
    set(shards 1)
    if(arg_SHARDS)
      set(shards ${arg_SHARDS})
    endif()
    foreach(shard RANGE 1 ${shards})
      set(test ${name})
      if(shards GREATER 1)
        set(test ${name}.${shard})
      endif()
      math(EXPR index "${shard} - 1")
      add_test(NAME ${test} COMMAND ${name} "--gtest_output=xml:${TEST_RESULTS}/${test}.xml" --gtest_brief=1 WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
      set_tests_properties(${test} PROPERTIES TIMEOUT 2700)
      set_property(TEST ${test} PROPERTY ENVIRONMENT ${SANITIZER_ENVIRONMENT} "SSTP_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "GTEST_TOTAL_SHARDS=${shards}"
                   "GTEST_SHARD_INDEX=${index}")
    endforeach()
  endif()
endfunction()

# An executable of one folder of sources with a main of its own.
function(add_tool name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOLDER" "LIBRARIES")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${arg_FOLDER}/*.cpp)
  if(NOT sources)
    return()
  endif()
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE watchdog_core watchdog_options ${arg_LIBRARIES})
  if(TARGET simulated_windows)
    target_link_libraries(${name} PRIVATE simulated_windows)
  endif()
  target_precompile_headers(${name} PRIVATE ${WATCHDOG_PRECOMPILED_STD})
  target_read_in_groups(${name})
endfunction()

# Figures from an instrumented build mean nothing; that each benchmark still compiles and runs is found there.
function(add_benchmarks)
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    return()
  endif()
  add_tool(benchmarks FOLDER benchmark LIBRARIES benchmark::benchmark)
  if(SSTP_SANITIZERS)
    add_test(NAME benchmarks COMMAND benchmarks --benchmark_min_time=0.001 "--benchmark_filter=-certificates:10000")
    set_property(TEST benchmarks PROPERTY ENVIRONMENT ${SANITIZER_ENVIRONMENT})
  endif()
endfunction()

# tests/fuzz/<name>.cpp is one libFuzzer target `fuzz_<name>`, its seeds are tests/fuzz/corpus/<name>/. ctest replays the seeds and a fixed
# number of mutations from a fixed seed; `dev fuzz` runs for as long as asked.
function(add_fuzz_targets)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES "Clang" OR NOT SSTP_SANITIZERS MATCHES "address")
    return()
  endif()
  file(GLOB sources CONFIGURE_DEPENDS fuzz/*.cpp)
  foreach(source ${sources})
    get_filename_component(name "${source}" NAME_WE)
    set(corpus "${CMAKE_CURRENT_SOURCE_DIR}/fuzz/corpus/${name}")
    set(found "${CMAKE_BINARY_DIR}/fuzz/${name}")
    file(MAKE_DIRECTORY "${found}")
    add_executable(fuzz_${name} "${source}")
    target_link_libraries(fuzz_${name} PRIVATE $<TARGET_NAME_IF_EXISTS:strict_readers> watchdog_core watchdog_options watchdog_json)
    target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    if(NOT EXISTS "${corpus}")
      message(FATAL_ERROR "tests/fuzz/${name}.cpp has no seeds: put some into tests/fuzz/corpus/${name}/")
    endif()
    add_test(NAME fuzz_${name} COMMAND fuzz_${name} -seed=1 -runs=5000 -max_len=65536 -timeout=20 -rss_limit_mb=2048
             "-artifact_prefix=${found}/crash-" "${found}" "${corpus}")
    set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT 300 ENVIRONMENT "${SANITIZER_ENVIRONMENT}")
  endforeach()
endfunction()

# Each tests/end_to_end/test_*.py, side by side: each makes a prefix of its own and takes ports of its own. The scripts find what they test through
# these variables.
function(add_end_to_end_tests)
  if(CMAKE_HOST_WIN32)
    return()
  endif()
  add_executable(listens_briefly end_to_end/listens_briefly.cpp)
  target_link_libraries(listens_briefly PRIVATE ws2_32)
  add_executable(empty_service EXCLUDE_FROM_ALL end_to_end/empty_service.cpp)
  file(GLOB scripts CONFIGURE_DEPENDS end_to_end/test_*.py)
  foreach(script ${scripts})
    get_filename_component(module "${script}" NAME_WE)
    # A module that says so runs in parts, and begins first.
    file(STRINGS "${script}" parts REGEX "^PARTS = [0-9]+$")
    string(REPLACE "PARTS = " "" parts "${parts}")
    if(NOT parts)
      set(parts 1)
    endif()
    foreach(part RANGE 1 ${parts})
      set(name end_to_end.${module})
      if(parts GREATER 1)
        string(APPEND name ".${part}")
      endif()
      add_test(NAME ${name} COMMAND /usr/bin/python3 -m unittest -v "${module}" WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/end_to_end")
      set_tests_properties(${name} PROPERTIES TIMEOUT 1800 LABELS end_to_end COST ${parts})
      set_property(TEST ${name} PROPERTY ENVIRONMENT "SSTP_PART=${part}/${parts}" "SSTP_SOURCE_DIR=${CMAKE_SOURCE_DIR}" "SSTP_WINDOWS_BUILD=${CMAKE_BINARY_DIR}"
                   "SSTP_NATIVE_BUILD=${CMAKE_SOURCE_DIR}/build/native" "SSTP_MSI=${SSTP_MSI}" PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1)
    endforeach()
  endforeach()
endfunction()
