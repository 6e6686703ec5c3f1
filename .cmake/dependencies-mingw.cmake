# What Debian has no mingw package for.

# Only these headers: /usr/include itself would bring glibc's in. Apart those that nothing of the product may include.
set(header_links "${CMAKE_BINARY_DIR}/dependencies/include")
set(header_links_of_tools "${CMAKE_BINARY_DIR}/dependencies/include-of-tools")
function(link_headers folder)
  file(MAKE_DIRECTORY "${folder}")
  foreach(library ${ARGN})
    if(NOT EXISTS "/usr/include/${library}")
      message(FATAL_ERROR "/usr/include/${library} is missing. './dev build' installs the packages that the build needs.")
    endif()
    file(CREATE_LINK "/usr/include/${library}" "${folder}/${library}" SYMBOLIC)
  endforeach()
endfunction()
link_headers("${header_links}" boost fmt nlohmann spdlog)
link_headers("${header_links_of_tools}" CLI)
file(REMOVE "${header_links}/CLI")   # of an earlier configuration
foreach(name json fmt boost spdlog)
  target_include_directories(watchdog_${name} SYSTEM INTERFACE "${header_links}")
endforeach()
target_include_directories(watchdog_cli SYSTEM INTERFACE "${header_links_of_tools}")
target_link_libraries(watchdog_boost INTERFACE ws2_32)

add_library(spdlog_compiled STATIC EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/.cmake/spdlog.cpp")
target_include_directories(spdlog_compiled SYSTEM PUBLIC "${header_links}")
target_compile_definitions(spdlog_compiled PUBLIC SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL SPDLOG_WCHAR_FILENAMES SPDLOG_NO_TLS
                           PRIVATE NOMINMAX WIN32_LEAN_AND_MEAN)
target_compile_options(spdlog_compiled PRIVATE -Os)
target_link_libraries(spdlog_compiled PRIVATE watchdog_fmt)
target_link_libraries(watchdog_spdlog INTERFACE spdlog_compiled watchdog_fmt)

# SQLite's one-file source, from Debian's source package; see the script.
set(sqlite_source "${CMAKE_SOURCE_DIR}/build/sources/sqlite")
if(NOT EXISTS "${sqlite_source}/sqlite3.c")
  message(STATUS "Fetching the source of SQLite")
  execute_process(COMMAND "${CMAKE_SOURCE_DIR}/.cmake/fetch-sqlite" "${sqlite_source}" RESULT_VARIABLE failed)
  if(failed)
    message(FATAL_ERROR "SQLite's source could not be fetched; the lines above say why.")
  endif()
endif()
add_library(sqlite3_compiled STATIC EXCLUDE_FROM_ALL "${sqlite_source}/sqlite3.c")
target_include_directories(sqlite3_compiled SYSTEM PUBLIC "${sqlite_source}")
target_compile_options(sqlite3_compiled PRIVATE -w -Os)
target_compile_definitions(sqlite3_compiled PRIVATE
  SQLITE_THREADSAFE=1            # the delivery threads and the cycle each have a connection
  SQLITE_DEFAULT_SYNCHRONOUS=2   # durable before we act: full, also in WAL mode
  SQLITE_DQS=0                   # "text" is a name, never silently a string
  SQLITE_DEFAULT_FOREIGN_KEYS=1
  SQLITE_TEMP_STORE=3            # no temporary file: a folder that others can write is never touched
  SQLITE_OMIT_LOAD_EXTENSION     # no DLL from a database call
  SQLITE_OMIT_SHARED_CACHE
  # What no statement of ours uses. Only options that the one-file source honours: the others would need a parser generated anew.
  SQLITE_OMIT_JSON
  SQLITE_OMIT_DATETIME_FUNCS
  SQLITE_OMIT_DECLTYPE
  SQLITE_OMIT_PROGRESS_CALLBACK
  SQLITE_DEFAULT_MEMSTATUS=0     # nobody asks how much memory it has; else each allocation is counted under a mutex
  SQLITE_OMIT_DEPRECATED
  SQLITE_LIKE_DOESNT_MATCH_BLOBS)
target_link_libraries(watchdog_sqlite INTERFACE sqlite3_compiled)

include(delay-load)
