# verso_test(<name> USES <target>... [LABELS <label>...]): <name>_test.c of the
# calling folder, linked to cmocka and to what it USES only.  The folder names the
# module, so tests/unit/base/tlv_test.c is the ctest "base.tlv".  Label quick unless
# another is given.
#
# VERSO_SHARED names the folder of public test data; tests that need it are skipped
# (exit status 77) without it.
if(DEFINED ENV{VERSO_SHARED})
  set(shared $ENV{VERSO_SHARED})
elseif(EXISTS ${PROJECT_SOURCE_DIR}/../shared/data)
  set(shared ${PROJECT_SOURCE_DIR}/../shared)
endif()
set(VERSO_SHARED "${shared}" CACHE PATH "folder of public test data, may be empty")

find_package(PkgConfig REQUIRED)
pkg_check_modules(CMOCKA REQUIRED IMPORTED_TARGET cmocka)

# Tests run on a PC: their frames may be larger than the firmware's (HEX() rows).
add_library(verso_test_flags INTERFACE)
target_compile_options(verso_test_flags INTERFACE -Wframe-larger-than=65536)

function(verso_test name)
  cmake_parse_arguments(PARSE_ARGV 1 t "" "" "USES;LABELS")
  get_filename_component(module ${CMAKE_CURRENT_SOURCE_DIR} NAME)
  add_executable(${module}_${name}_test ${name}_test.c)
  target_include_directories(${module}_${name}_test PRIVATE ${PROJECT_SOURCE_DIR}/tests/support)
  target_link_libraries(${module}_${name}_test PRIVATE ${t_USES} verso_flags verso_test_flags PkgConfig::CMOCKA)
  if(NOT t_LABELS)
    set(t_LABELS quick)
  endif()
  add_test(NAME ${module}.${name} COMMAND ${module}_${name}_test)
  set_tests_properties(${module}.${name} PROPERTIES LABELS "${t_LABELS}" SKIP_RETURN_CODE 77
    ENVIRONMENT "VERSO_SHARED=${VERSO_SHARED}")
endfunction()

# verso_fuzz(<name> USES <target>...): tests/fuzz/<name>_fuzz.c as a libFuzzer
# program under VERSO_FUZZ, and always a replay of the corpus under ctest.
function(verso_fuzz name)
  cmake_parse_arguments(PARSE_ARGV 1 t "" "" "USES")
  add_executable(${name}_replay ${name}_fuzz.c replay.c)
  target_link_libraries(${name}_replay PRIVATE ${t_USES} verso_flags)
  add_test(NAME fuzz.${name} COMMAND ${name}_replay ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  set_tests_properties(fuzz.${name} PROPERTIES LABELS quick)
  if(VERSO_FUZZ)
    add_executable(${name}_fuzz ${name}_fuzz.c)
    target_link_libraries(${name}_fuzz PRIVATE ${t_USES} verso_flags)
    target_link_options(${name}_fuzz PRIVATE -fsanitize=fuzzer)
  endif()
endfunction()
