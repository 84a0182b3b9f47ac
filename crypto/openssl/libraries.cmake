find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)
set(crypto_libraries OpenSSL::Crypto)
