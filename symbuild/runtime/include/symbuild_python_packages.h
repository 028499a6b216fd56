/* What packages take of each other: the classes of an interface, and the functions of the component that provides it.
 *
 * A package offers what its component exports. Another one, whose component imports that, defines the imports' symbols as
 * calls of the functions it was offered. So its component calls the very provider whose objects Python has, whatever
 * libraries are loaded besides, and a component that is carried by two wheels stays two. */
#ifndef SYMBUILD_PYTHON_PACKAGES_H
#define SYMBUILD_PYTHON_PACKAGES_H

#include "symbuild_python.h"

typedef void (*sb_py_function)(void);

/* An interface: what a component has of it, or (`functions` NULL) imports. */
typedef struct sb_py_interface {
  const char *id;
  uint8_t hash[32]; /* equal where both mean the same by it */
  size_t count;
  const sb_py_function *functions; /* in the order of their symbols */
} sb_py_interface;

/* What the capsule points to that a package offers. All versions begin with the first two members. */
typedef struct sb_py_offer {
  uint32_t version;     /* of this, and of what is in an object */
  uint32_t object_size; /* of a resource's object */
  size_t count;
  const sb_py_interface *interfaces;
} sb_py_offer;

enum { SB_PY_OFFER_VERSION = 1 };

/* `_offer()`: a capsule; its context is the state that objects of this package's classes have. */
SB_PY_RARE PyObject *sb_py_offered(PyObject *module, const sb_py_offer *offer) {
  PyObject *capsule = PyCapsule_New((void *)(uintptr_t)offer, SB_PY_OFFER, NULL);
  if (capsule != NULL && PyCapsule_SetContext(capsule, PyModule_GetState(module)) != 0) Py_CLEAR(capsule);
  return capsule;
}

/* The interface that an offer has under the name of the one that is wanted; NULL, with an exception, where it has none
 * that is the same. */
SB_PY_RARE const sb_py_interface *sb_py_find_interface(PyObject *package, const sb_py_offer *offer,
                                                  const sb_py_interface *wanted) {
  if (offer->version != SB_PY_OFFER_VERSION || offer->object_size != sizeof(sb_py_resource)) {
    PyErr_Format(PyExc_ImportError, "package %R was made by another version of symbuild, and shares no objects with it",
                 package);
    return NULL;
  }
  const sb_py_interface *found = NULL;
  for (size_t i = 0; i < offer->count && found == NULL; i++) {
    if (strcmp(offer->interfaces[i].id, wanted->id) == 0) found = &offer->interfaces[i];
  }
  if (found == NULL) {
    PyErr_Format(PyExc_ImportError, "package %R has no `%s`", package, wanted->id);
  } else if (found->count != wanted->count || memcmp(found->hash, wanted->hash, sizeof found->hash) != 0) {
    PyErr_Format(PyExc_ImportError, "package %R was built with another `%s`", package, wanted->id);
    found = NULL;
  }
  return found;
}

/* `_use(number, package, native)`: takes an interface of another package, whose extension is `native`; what it offers.
 * The symbols are the process's, so there is one such package for all interpreters. */
SB_PY_RARE PyObject *sb_py_use(PyObject *args, sb_py_interface *uses, Py_ssize_t count) {
  Py_ssize_t number = 0;
  PyObject *package = NULL, *native = NULL;
  if (!PyArg_ParseTuple(args, "nUO", &number, &package, &native)) return NULL;
  if (number < 0 || number >= count) return PyErr_Format(PyExc_IndexError, "no interface %zd", number);
  PyObject *offer = PyObject_CallMethod(native, "_offer", NULL);
  const sb_py_offer *offered = offer == NULL ? NULL : (const sb_py_offer *)PyCapsule_GetPointer(offer, SB_PY_OFFER);
  if (offered == NULL) {
    PyErr_Clear();
    PyErr_Format(PyExc_ImportError, "package %R is no native package of a component, and shares no objects with one",
                 package);
  }
  const sb_py_interface *found = offered == NULL ? NULL : sb_py_find_interface(package, offered, &uses[number]);
  const sb_py_function *before = uses[number].functions;
  if (found != NULL && before != NULL && before != found->functions) {
    PyErr_Format(PyExc_ImportError, "another copy of package %R is in use in this process", package);
    found = NULL;
  }
  if (found != NULL) uses[number].functions = found->functions;
  if (found == NULL) Py_CLEAR(offer);
  return offer;
}

/* The functions of an interface of another package. */
SB_PY const sb_py_function *sb_py_used(const sb_py_interface *of, const char *place) {
  if (of->functions == NULL) sb_trap_at(place, "called before the package was imported that provides it");
  return of->functions;
}

#endif
