find_package(OpenSSL 3.0 REQUIRED COMPONENTS Crypto)

set(crypto_sources backend cipher crypto dsa ec ecdsa hash mac modular pem rsa)
set(crypto_libraries OpenSSL::Crypto)
