# Debian's mbedTLS 2.28 brings neither a CMake package nor a pkg-config file.
find_path(MBEDTLS_INCLUDE mbedtls/ecp.h REQUIRED)
find_library(MBEDCRYPTO mbedcrypto REQUIRED)
find_package(Threads REQUIRED)
add_library(mbedcrypto INTERFACE)
target_include_directories(mbedcrypto SYSTEM INTERFACE ${MBEDTLS_INCLUDE})
target_link_libraries(mbedcrypto INTERFACE ${MBEDCRYPTO} Threads::Threads)

set(crypto_sources backend cipher crypto dsa ec ecdsa hash mac modular pem rsa)
set(crypto_libraries mbedcrypto)
