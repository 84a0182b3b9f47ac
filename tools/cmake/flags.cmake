# flags: how every target of this project is compiled.
add_compile_options($<$<C_COMPILER_ID:Clang>:-fdouble-square-bracket-attributes>) # [[nodiscard]] in C17
add_library(verso_flags INTERFACE)
target_compile_options(verso_flags INTERFACE
  -Wall -Wextra -Werror -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wwrite-strings
  -Wmissing-prototypes -Wstrict-prototypes -Wvla -Wimplicit-fallthrough -Wswitch-enum
  -Wframe-larger-than=4096 -fstack-protector-strong -fno-common)
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
