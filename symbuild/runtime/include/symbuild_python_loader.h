/* Whether the extension has the libraries that lie in its package.
 *
 * glibc knows a library by its name alone: where a package's component has the name of one that is loaded already, from
 * whatever folder, the package is bound to that one. If it is another component its functions take other arguments. So
 * this is found out before anything is called. Other loaders tell libraries of several folders apart. */
#ifndef SYMBUILD_PYTHON_LOADER_H
#define SYMBUILD_PYTHON_LOADER_H

#include "symbuild_python.h"

#ifdef __GLIBC__

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <sys/stat.h>

enum { SB_PY_LONGEST_PATH = 4096, SB_PY_DEEPEST = 16 };

/* Whether two files hold the same. */
SB_PY_RARE bool sb_py_same_content(const char *one, const char *other) {
  FILE *files[2] = {fopen(one, "rb"), fopen(other, "rb")};
  bool same = files[0] != NULL && files[1] != NULL;
  char blocks[2][4096];
  size_t lengths[2] = {1, 1};
  while (same && lengths[0] != 0) {
    for (int i = 0; i < 2; i++) lengths[i] = fread(blocks[i], 1, sizeof blocks[i], files[i]);
    same = lengths[0] == lengths[1] && memcmp(blocks[0], blocks[1], lengths[0]) == 0;
  }
  for (int i = 0; i < 2; i++) {
    if (files[i] != NULL) fclose(files[i]);
  }
  return same;
}

/* Where a library of a name lies, by the extension's own search path; false where in none of its folders. */
SB_PY_RARE bool sb_py_find_library(const Dl_serinfo *search, const char *name, char *path, struct stat *status) {
  for (unsigned i = 0; i < search->dls_cnt; i++) {
    if (search->dls_serpath[i].dls_flags == LA_SER_DEFAULT) continue; /* the system's libraries are its business */
    int length = snprintf(path, SB_PY_LONGEST_PATH, "%s/%s", search->dls_serpath[i].dls_name, name);
    if (length > 0 && length < SB_PY_LONGEST_PATH && stat(path, status) == 0) return true;
  }
  return false;
}

/* Looks at all libraries that a loaded one needs, and at what those need. -1: an exception is set. */
SB_PY_RARE int sb_py_check_needed(const Dl_serinfo *search, const struct link_map *of, int depth) {
  const char *strings = NULL;
  for (const ElfW(Dyn) *each = of->l_ld; each->d_tag != DT_NULL; each++) {
    if (each->d_tag == DT_STRTAB) strings = (const char *)(uintptr_t)each->d_un.d_ptr;
  }
  /* glibc has made an address of it, but for machines where the table is not written to. */
  if ((uintptr_t)strings < of->l_addr) strings = (const char *)((uintptr_t)strings + of->l_addr);
  int found = 0;
  for (const ElfW(Dyn) *each = of->l_ld; each->d_tag != DT_NULL && found == 0; each++) {
    if (each->d_tag != DT_NEEDED) continue;
    const char *name = strings + each->d_un.d_val;
    char path[SB_PY_LONGEST_PATH];
    struct stat own, bound;
    void *library = sb_py_find_library(search, name, path, &own) ? dlopen(name, RTLD_LAZY | RTLD_NOLOAD) : NULL;
    struct link_map *loaded = NULL;
    if (library == NULL) continue;
    if (dlinfo(library, RTLD_DI_LINKMAP, &loaded) == 0 && stat(loaded->l_name, &bound) == 0) {
      bool same = own.st_dev == bound.st_dev && own.st_ino == bound.st_ino;
      if (!same && !sb_py_same_content(path, loaded->l_name)) {
        PyErr_Format(PyExc_ImportError,
                     "%s of this package is not what is loaded as %s: that is %s, of another package. Give the "
                     "component a name of its own",
                     path, name, loaded->l_name);
        found = -1;
      } else if (depth < SB_PY_DEEPEST) {
        found = sb_py_check_needed(search, loaded, depth + 1);
      }
    }
    dlclose(library);
  }
  return found;
}

/* Raises ImportError where a library of the package's own was not loaded, as another one has its name. */
SB_PY_RARE int sb_py_check_libraries(PyObject *module) {
  (void)module;
  static const char here = 0;
  Dl_info self;
  void *handle = dladdr(&here, &self) == 0 ? NULL : dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD);
  struct link_map *map = NULL;
  Dl_serinfo size, *search = NULL;
  int found = 0;
  if (handle != NULL && dlinfo(handle, RTLD_DI_LINKMAP, &map) == 0 && dlinfo(handle, RTLD_DI_SERINFOSIZE, &size) == 0)
    search = (Dl_serinfo *)malloc(size.dls_size);
  if (search != NULL) {
    memcpy(search, &size, sizeof size < size.dls_size ? sizeof size : size.dls_size);
    if (dlinfo(handle, RTLD_DI_SERINFO, search) == 0) found = sb_py_check_needed(search, map, 0);
  }
  free(search);
  if (handle != NULL) dlclose(handle);
  return found;
}

#else

SB_PY_RARE int sb_py_check_libraries(PyObject *module) {
  (void)module;
  return 0;
}

#endif
#endif
