# flags: how every target of this project is compiled.
add_compile_options($<$<C_COMPILER_ID:Clang>:-fdouble-square-bracket-attributes>) # [[nodiscard]] in C17
if(CMAKE_SIZEOF_VOID_P EQUAL 4)
  # Times beyond 2038, and folders whose entries have numbers of 64 bits.  Libraries were built
  # with a time_t of 32 bits: nothing of theirs that takes one may be called.
  add_compile_definitions(_FILE_OFFSET_BITS=64 _TIME_BITS=64)
endif()
add_library(verso_flags INTERFACE)
target_compile_options(verso_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wwrite-strings
  -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wimplicit-fallthrough -Wswitch-enum
  -Wframe-larger-than=4096 -fstack-protector-strong -fno-common
  # Optimising gcc does not see that TRY leaves before an output that was not set is read;
  # clang's own analysis and the sanitizers watch over that instead.
  # Nor does it know that snprintf is used here because it may cut: a path that was cut fails
  # where it is opened.
  $<$<C_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
  $<$<C_COMPILER_ID:GNU>:-Wno-format-truncation>
  $<$<CONFIG:Release>:-fstack-usage>) # for tools/lint/sizes.py
if(VERSO_SANITIZE OR VERSO_FUZZ)
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer -g)
  add_link_options(-fsanitize=address,undefined)
endif()
if(VERSO_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(VERSO_COVERAGE)
  add_compile_options(--coverage -O0)
  add_link_options(--coverage)
endif()
