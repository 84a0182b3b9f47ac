/* low: a module that must not see high. */
