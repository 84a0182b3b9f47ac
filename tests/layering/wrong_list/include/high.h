/* high: a module near the top. */
