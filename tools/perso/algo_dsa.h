/*
 * algo_dsa: DSA domain parameters for test keys, as "openssl dsaparam" found them (L = 2048 and
 * 3072, N = 256).
 */
#ifndef PERSO_ALGO_DSA_H
#define PERSO_ALGO_DSA_H

static const char algo_dsa_2048[] =
    "-----BEGIN DSA PARAMETERS-----\n"
    "MIICKAKCAQEAsVPBXQNrSGX0oamJJxKzsIjnjiKOmuIDRpJuV4YWGZYBEyFlNqAr\n"
    "s0RVFX7HbkykNxFsmaM4bw1iK+RlwNR8RMTalUyumBO3ivPADStfL97YnxifZh9V\n"
    "Cl4GACTX23Tglz64ZGv/vD0vEnD8YG12y6i+3jo7vdrDInJ+0FzwJ/oBNWJtmVkI\n"
    "7C4rMKG8AQkGDn/ld7RScudrTBIuqq6Oir+OCRiK0DeEPVFkB8vr2KAOT6lecTDk\n"
    "50fHtWA5INkoWJJNcn+ewHulV+ziKD7lZtN7irfi9jMzk8cY16boM5jMjSpv+Lmj\n"
    "w34wj0KUnYgS3+0JUEWcI9iD3H4wDX4EJQIdAJhjYgWMX3SHGkwa9MhNXdvohkRg\n"
    "iYlJDe8/cjMCggEAKDVcqfFaCeShdn+EXASVNYr6703f/HVmhY2JtIFVCDjVx//+\n"
    "yct5v7yCmFw0x8V2+9I9k463IxKPULMXTZmQZ/6URSgdCpiqHhj1wOTOnvQKpUii\n"
    "jQcgti4ku5SGNlNL/vrOWOW7HpDUqAkBo9sWS5hUAKkUH0Gn1S4LkIbeicsyao8j\n"
    "p8RB/Z10IAIVIfNjxDDxFvVrHP/+xkcX6ZYrXRTrdZnRS741BKESaUJhVmS5Hkyx\n"
    "u8HjHrl/+fpnHmwt+55eOj6tFIc6NpLDAkuH9dgWr5O5mD73+FAtfKsJKmxT4Qb0\n"
    "+ZnQ0aCgGiMBJIl7kdjC8bcEkMx5SMX2H2URgQ==\n"
    "-----END DSA PARAMETERS-----\n";

static const char algo_dsa_3072[] =
    "-----BEGIN DSA PARAMETERS-----\n"
    "MIIDKAKCAYEA9EVOumfoXJz+E/ymOciiiUKTHeVVN/UQw9zdew1br9wqSUWfBx12\n"
    "QZtWwDvADtPEVG98YAaW6wWl4JbsnfXJVDW8E9HSUGilHpEphlbDcRIZ9MKzQEf5\n"
    "O7kTlm3QDmqucSzAlHiZkG50XqxdyAPqS168Zh3rMeAW8ZmevsWemR+hVawVTLRo\n"
    "TM49znHsHytw6582YejNww0UKLsywMCrhFGmBm4gp5Y8F76OV2baeLYExZV+z2UK\n"
    "CcR/jH8hDisX7Lgpi5tdbOv7sw7u7tEQuCmkYDpeNqroI0P2Jeqfs7lWxEk7lQ6e\n"
    "xyeMjHSL0atWXdr4tmpecWy69p1rk8Sp5Ox/6cWrRCP9wEyxbxtC0naHvGMK1ZVQ\n"
    "GEiG0KxW5xz3bJL0ex5iVXh0uJiaScSsnaw536h9PkA8TvNk3JB2s/duChF5axuB\n"
    "2+2/4FzGb77JVtCPQgWiT9PEFpFgiTJ7Rx94Lk2ZzqbVLUgJvku59p/DBFh2kU0w\n"
    "yYtAGWHkxpZPAh0Ax/61OYCyIY228lMIrYJ9uocjI1wWN3NTVbHCaQKCAYBhUISp\n"
    "WSfdRCIULCnYrikCEnbtBOkrFXBgWvapZB7Q/kd1NA4FwlRbMZ8P7e/TodQFgMSw\n"
    "xkaorkpuSJu1FK/AqxqJrQgZaDRHBfUDyEeETzTSKfC0CIoGGUt32b6637VMjOCo\n"
    "Hc4eFWMAAKQFvpUlXMDOuvhLKhjzcZJPCBMl9QAeUicT6NTxuyy1+2xZ0KAZpP+h\n"
    "u0n+03uDqu9Gvl94A9oIz2FcuLQ9o+9zTlo9phlQyiPU4J/LxyIkHi29it26eW57\n"
    "0jU3FKnXuivMzieeOGGc0N+v4opNDnKCmY84Z4VbKzl6ZBxW5bDB8/2/Fr3Mk4TK\n"
    "o4sXDRBEGkotLmdjpwUzOkL4YL6W6xMNEADKtbwZJSDJfz5gygIApVV1THLlmiRU\n"
    "tAZ8KO/DNObIQy287mCcaNU12LWLgMBoloGrfL+qOIFRHjzkGBBoeLv7KqPnYba6\n"
    "NCPCtlu3d5+7vPvt0aJWKIscKx37klH7QRtxi1XiT/Kcs4Y6e7p7yORdABg=\n"
    "-----END DSA PARAMETERS-----\n";

#endif
