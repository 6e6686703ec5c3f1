find_package(OpenSSL REQUIRED)
find_package(Threads REQUIRED)

file(GLOB listener CONFIGURE_DEPENDS listener/*.cpp)
add_executable(rras_listener ${listener})
target_link_libraries(rras_listener PRIVATE rras_host_model watchdog_options watchdog_json watchdog_boost OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_read_in_groups(rras_listener)

# Put before a Wine process, it makes a folder's disk full.
add_library(rras_full_disk MODULE disk/full_disk.cpp)
target_link_libraries(rras_full_disk PRIVATE ${CMAKE_DL_LIBS})
set_target_properties(rras_full_disk PROPERTIES PREFIX "" LIBRARY_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
add_dependencies(rras_listener rras_full_disk)

include(test-programs)
file(GLOB model_tests CONFIGURE_DEPENDS tests/model/*.cpp)
add_test_program(rras_host_model_tests SOURCES ${model_tests} LIBRARIES rras_host_model)
