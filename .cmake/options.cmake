# How everything of ours is compiled. Third-party code gets none of this: link `watchdog_options` only to our targets.

option(SSTP_WARNINGS_AS_ERRORS "A warning fails the build" ON)
set(SSTP_SANITIZERS "" CACHE STRING "Value of -fsanitize= for the whole build, empty for none")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set_property(GLOBAL PROPERTY JOB_POOLS link_pool=2)
set(CMAKE_JOB_POOL_LINK link_pool)

# Two clones of the project share one compiler cache: paths are hashed relative to the clone.
find_program(CCACHE ccache)
if(CCACHE AND NOT MSVC AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}" CCACHE_NOHASHDIR=1
      "CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime" "${CCACHE}")
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()

if(SSTP_SANITIZERS)
  # Also for third-party code: an uninstrumented container operation gives false alarms.
  add_compile_options("-fsanitize=${SSTP_SANITIZERS}" -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options("-fsanitize=${SSTP_SANITIZERS}")
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options("-fsanitize-ignorelist=${CMAKE_SOURCE_DIR}/.cmake/sanitizers-ignore.txt")
  endif()
endif()

if(NOT MSVC)
  # No path of the building machine in a binary: neither the absolute one nor the one that ccache makes of it.
  add_compile_options("-ffile-prefix-map=${CMAKE_SOURCE_DIR}/=" "-ffile-prefix-map=../../=")
endif()

if(MINGW)
  # What nobody calls stays out of the program, also of libraries.
  add_compile_options(-ffunction-sections -fdata-sections)
  add_link_options(-Wl,--gc-sections)
  if(CMAKE_INTERPROCEDURAL_OPTIMIZATION)
    # A constructor for whole objects and one for bases, as at every level but -Os. In a Windows object the one that -Os makes of both is local: each group
    # of sources keeps its own copy, and GCC 12's look across files ends at it with an internal error (pass dse, binds_to_current_def_p).
    set(looked_across $<BOOL:$<TARGET_PROPERTY:INTERPROCEDURAL_OPTIMIZATION>>)
    add_compile_options($<$<AND:$<COMPILE_LANGUAGE:CXX>,${looked_across}>:-fno-declone-ctor-dtor>)
    # Also of a program that is not compiled for it: what it links of the product is.
    add_link_options(-flto=auto -Werror=odr -Werror=lto-type-mismatch)
  endif()
endif()

add_library(watchdog_options INTERFACE)
target_include_directories(watchdog_options INTERFACE "${CMAKE_SOURCE_DIR}" "${CMAKE_BINARY_DIR}/generated")
configure_file("${CMAKE_SOURCE_DIR}/.cmake/watchdog_version.h.in" "${CMAKE_BINARY_DIR}/generated/watchdog_version.h" @ONLY)

if(MSVC)
  target_compile_options(watchdog_options INTERFACE /W4 /permissive- /utf-8 /EHsc /Zc:__cplusplus /guard:cf /external:anglebrackets /external:W0
                         $<$<BOOL:${SSTP_WARNINGS_AS_ERRORS}>:/WX>)
  target_link_options(watchdog_options INTERFACE /guard:cf /CETCOMPAT /DYNAMICBASE /HIGHENTROPYVA)
else()
  target_compile_options(watchdog_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-qual
    -Wno-sign-conversion               # lengths of Windows structures are signed and unsigned at whim
    -Wno-missing-field-initializers    # a designated initializer that names what matters is clearer than one that names all
    $<$<BOOL:${SSTP_WARNINGS_AS_ERRORS}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # GCC 12 raises these inside its own std::string and std::variant when it optimises (bugs 105329, 105562, 105593).
    target_compile_options(watchdog_options INTERFACE -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    # libstdc++ calls its own deprecated function in std::stable_sort, and clang forgets in a precompiled header that it was told not to mind.
    # GCC still reports the deprecated names that we use.
    target_compile_options(watchdog_options INTERFACE -Wno-deprecated-declarations)
    # Else a precompiled header carries the time of its making, and the compiler cache never hits.
    target_compile_options(watchdog_options INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()

if(WIN32)
  target_compile_definitions(watchdog_options INTERFACE UNICODE _UNICODE NOMINMAX WIN32_LEAN_AND_MEAN STRICT
                             WINVER=0x0A00 _WIN32_WINNT=0x0A00 NTDDI_VERSION=0x0A000002)   # Windows Server 2016
endif()

# Headers of the standard library that nearly every file of ours includes anyway.
set(WATCHDOG_PRECOMPILED_STD
  <algorithm> <array> <chrono> <cstddef> <cstdint> <functional> <map> <memory> <optional> <set> <span> <string> <string_view>
  <tuple> <utility> <variant> <vector>)
