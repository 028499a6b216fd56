/* A C library of which each component has another version, linked statically. */
int library_state = LIBRARY_VERSION * 1000;
const char library_name[] = "library";

int library_version(void) { return LIBRARY_VERSION; }
int library_count(void) { return ++library_state; }
