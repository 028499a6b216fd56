/* A provider of what greeter.c imports, to link against. */
#if !defined(_WIN32)
__attribute__((visibility("default")))
#endif
void demoX3AgreeterX2FlogX400X2E1X2E0X00write(int level);
void demoX3AgreeterX2FlogX400X2E1X2E0X00write(int level) { (void)level; }
