#include "app.h"

#include <dlfcn.h>
#include <stdio.h>

uint32_t exports_demo_plugins_host_setting(uint32_t key) { return 100 * key; }

int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    void *plugin = dlopen(argv[i], RTLD_NOW | RTLD_LOCAL);
    void *symbol = plugin ? dlsym(plugin, "demoX3ApluginsX2FfilterX00apply") : NULL;
    if (!symbol) {
      fprintf(stderr, "%s\n", dlerror());
      return 1;
    }
    int32_t (*apply)(int32_t);
    *(void **)&apply = symbol;
    printf("%d\n", apply(1));
  }
  return 0;
}
