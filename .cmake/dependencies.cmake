# Third-party libraries under one set of names, wherever they come from:
#   native   packages of the distribution
#   mingw    header-only ones by links to just their headers, SQLite and spdlog compiled here
#   MSVC     vcpkg
# Our targets link: watchdog_json, watchdog_fmt, watchdog_sqlite, watchdog_boost, watchdog_spdlog, watchdog_getopt, GTest::gmock; tests and tools also
# watchdog_cli.

foreach(name json fmt sqlite boost spdlog getopt cli)
  add_library(watchdog_${name} INTERFACE)
endforeach()
# No deprecated name, no search for Boost.Date_Time, no separate compilation.
target_compile_definitions(watchdog_boost INTERFACE BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_DATE_TIME BOOST_ALL_NO_LIB)

if(MINGW)
  include(dependencies-mingw)
else()
  find_package(nlohmann_json REQUIRED)
  find_package(fmt REQUIRED)
  find_package(SQLite3 REQUIRED)
  find_package(Boost 1.81 CONFIG REQUIRED)
  target_link_libraries(watchdog_json INTERFACE nlohmann_json::nlohmann_json)
  if(MSVC)
    target_link_libraries(watchdog_fmt INTERFACE fmt::fmt)
  endif()
  target_link_libraries(watchdog_sqlite INTERFACE SQLite::SQLite3)
  target_link_libraries(watchdog_boost INTERFACE Boost::headers)
  if(WIN32)
    find_package(spdlog CONFIG REQUIRED)
    find_package(unofficial-getopt-win32 CONFIG REQUIRED)
    find_package(CLI11 CONFIG REQUIRED)
    target_link_libraries(watchdog_spdlog INTERFACE spdlog::spdlog)
    target_link_libraries(watchdog_getopt INTERFACE unofficial::getopt-win32::getopt)   # elsewhere the C library has it
    target_link_libraries(watchdog_cli INTERFACE CLI11::CLI11)
  endif()
endif()

if(NOT MSVC)
  add_library(fmt_compiled STATIC EXCLUDE_FROM_ALL "${CMAKE_SOURCE_DIR}/.cmake/fmt.cpp")
  target_link_libraries(watchdog_fmt INTERFACE fmt_compiled)
  # fmt's own thousands separator and decimal point instead of those of a std::locale, which would bring all of libstdc++'s into the program.
  target_compile_definitions(fmt_compiled PUBLIC "FMT_STATIC_THOUSANDS_SEPARATOR=','")
  if(MINGW)
    target_include_directories(fmt_compiled SYSTEM PRIVATE "${header_links}")
  endif()
endif()

# GoogleTest is compiled with our own flags where its sources are at hand: sanitizers must see it, and no mingw package exists.
if(EXISTS /usr/src/googletest/CMakeLists.txt)
  set(INSTALL_GTEST OFF CACHE BOOL "" FORCE)
  add_subdirectory(/usr/src/googletest "${CMAKE_BINARY_DIR}/googletest" EXCLUDE_FROM_ALL SYSTEM)
  if(NOT TARGET GTest::gmock_main)
    add_library(GTest::gmock ALIAS gmock)
    add_library(GTest::gmock_main ALIAS gmock_main)
  endif()
  foreach(target gtest gtest_main gmock gmock_main)
    target_compile_options(${target} PRIVATE $<$<NOT:$<CXX_COMPILER_ID:MSVC>>:-O0>)   # it waits for what it tests
    set_property(TARGET ${target} PROPERTY INTERPROCEDURAL_OPTIMIZATION OFF)
  endforeach()
else()
  find_package(GTest CONFIG REQUIRED)
endif()
