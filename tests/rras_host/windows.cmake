# State that the doubles, the stand-ins and the control program share.
file(GLOB store CONFIGURE_DEPENDS store/*.cpp)
add_library(rras_host_store STATIC EXCLUDE_FROM_ALL ${store})
target_link_libraries(rras_host_store PUBLIC rras_host_model PRIVATE watchdog_options watchdog_json)
target_link_libraries(rras_host_store PUBLIC crypt32 ole32 advapi32)
target_read_in_groups(rras_host_store)

file(GLOB wevtapi CONFIGURE_DEPENDS wevtapi/*.cpp)
add_library(wevtapi_double SHARED ${wevtapi} wevtapi/wevtapi.def)

# Two variants: with the atomic update of Windows 10 1703 and later, and without it.
add_library(httpapi_double SHARED httpapi/httpapi.cpp httpapi/record_marshalling.cpp httpapi/httpapi.def)
add_library(httpapi_before_1703 SHARED httpapi/httpapi.cpp httpapi/record_marshalling.cpp httpapi/httpapi_before_1703.def)

add_library(mprapi_double SHARED mprapi/mprapi.cpp mprapi/mprapi.def)

foreach(double wevtapi_double httpapi_double httpapi_before_1703 mprapi_double)
  target_link_libraries(${double} PRIVATE rras_host_store watchdog_options watchdog_json ws2_32)
  set_target_properties(${double} PROPERTIES PREFIX "")
  target_read_in_groups(${double})
endforeach()

foreach(target rras_host_model rras_host_store wevtapi_double httpapi_double httpapi_before_1703 mprapi_double)
  target_compile_options(${target} PRIVATE -O0)   # what the tests and the demo wait for is the compiler
endforeach()

include(test-programs)
file(GLOB tests CONFIGURE_DEPENDS tests/windows/*.cpp)
add_test_program(rras_host_tests SOURCES ${tests} LIBRARIES rras_host_store watchdog_json wevtapi httpapi ws2_32 UNDER_WINE)

add_executable(rras_service service/main.cpp service/remote_access_start.cpp service/service_orders.cpp)
target_link_libraries(rras_service PRIVATE rras_host_store watchdog_options watchdog_json)
target_link_options(rras_service PRIVATE -municode)
target_read_in_groups(rras_service)

file(GLOB control CONFIGURE_DEPENDS control/*.cpp)
add_executable(rras_host ${control})
target_link_libraries(rras_host PRIVATE rras_host_store watchdog_options watchdog_json ws2_32 wevtapi)
target_link_options(rras_host PRIVATE -municode)
target_compile_options(rras_host PRIVATE -O0)
target_compile_options(rras_service PRIVATE -O0)
target_read_in_groups(rras_host)

add_executable(elevated elevated/elevated.cpp elevated/elevated.rc)
target_link_libraries(elevated PRIVATE watchdog_options)
target_link_options(elevated PRIVATE -municode)

# The host as a whole, from outside. It needs rras_listener of the native build.
if(NOT CMAKE_HOST_WIN32)
  add_test(NAME rras_host.self_test COMMAND /usr/bin/python3 -m unittest -v test_host test_start test_many WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}/tests/host")
  set_tests_properties(rras_host.self_test PROPERTIES TIMEOUT 900)
  set_property(TEST rras_host.self_test PROPERTY ENVIRONMENT "SSTP_WINDOWS_BUILD=${CMAKE_BINARY_DIR}" "SSTP_NATIVE_BUILD=${CMAKE_SOURCE_DIR}/build/native"
               PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1)
endif()
