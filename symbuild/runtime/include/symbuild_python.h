/* What generated Python extensions call: Python's objects to the symmetric ABI's values, and back.
 *
 * Written for the limited API of CPython 3.11, which free-threaded builds do not have: there an extension is of one
 * version. Every conversion belongs to a call, which notes that one has failed:
 * then a Python exception is set, whatever is converted after is nothing, and the generated code gives up before it
 * calls the component, or goes on only to free what it was given. So no conversion needs a way out of its own. */
#ifndef SYMBUILD_PYTHON_H
#define SYMBUILD_PYTHON_H

#define PY_SSIZE_T_CLEAN
#include <pyconfig.h> /* tells of free-threaded builds */
#ifdef Py_GIL_DISABLED
#undef Py_LIMITED_API
#elif !defined(Py_LIMITED_API)
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>

#include "symbuild.h"

#define SB_PY static inline __attribute__((unused))
/* What many calls need: it is in an extension once, for all of them. */
#ifdef __clang__
#define SB_PY_ONCE static __attribute__((unused, noinline))
#else
#define SB_PY_ONCE static __attribute__((unused, noinline, noclone))
#endif
/* What few calls need, or none that goes well: it is in an extension once, and not in each function. */
#define SB_PY_RARE static __attribute__((unused, noinline, cold))

/* ---- turns ------------------------------------------------------------------------------------------------------- */

/* One thread at a time is in the components, and in what an extension knows of its objects: as the component model has
 * it, and as the interpreter's lock sees to it. A free-threaded interpreter has none. There an object stands for all
 * packages of the interpreter, whose components may call each other; a thread has its turn until the call ends, and lends
 * it to others whenever it waits or lets go of the interpreter, as it would the lock. */
#ifdef Py_GIL_DISABLED
static PyObject *sb_py_turn;

typedef PyCriticalSection sb_py_section;

SB_PY void sb_py_take_turn(sb_py_section *section) { PyCriticalSection_Begin(section, sb_py_turn); }
SB_PY void sb_py_end_turn(sb_py_section *section) { PyCriticalSection_End(section); }

SB_PY_RARE int sb_py_find_turn(void) {
  PyObject *shared = PyInterpreterState_GetDict(PyInterpreterState_Get());
  PyObject *made = sb_py_turn != NULL ? Py_NewRef(sb_py_turn) : PyObject_CallNoArgs((PyObject *)&PyBaseObject_Type);
  PyObject *key = made == NULL ? NULL : PyUnicode_FromString("symbuild.turn"), *found = NULL;
  if (key != NULL && shared != NULL) (void)PyDict_SetDefaultRef(shared, key, made, &found);
  Py_XDECREF(key);
  Py_XDECREF(made);
  sb_py_turn = found; /* for as long as the process lives */
  return found == NULL ? -1 : 0;
}
#else
typedef char sb_py_section;
SB_PY void sb_py_take_turn(sb_py_section *section) { (void)section; }
SB_PY void sb_py_end_turn(sb_py_section *section) { (void)section; }
SB_PY int sb_py_find_turn(void) { return 0; }
#endif

/* ---- the module -------------------------------------------------------------------------------------------------- */

/* A class of the package's Python. */
typedef struct sb_py_class {
  PyObject *cls;             /* borrowed from the state's `types` */
  PyObject *known;           /* likewise: fields' names, members, mask, or what another package offers */
  Py_ssize_t *offsets;       /* where objects of the class have their fields; NULL where that is not known */
  bool collected;            /* its objects are looked at by the garbage collector */
  struct sb_py_state *owner; /* of the package whose class it is */
} sb_py_class;

/* What the package's Python gave the module. */
typedef struct sb_py_state {
  PyObject *types; /* for each type its class, and what is known of it */
  sb_py_class *classes;
  Py_ssize_t count;
  PyObject *block; /* the type of what owns numbers; NULL until there are some */
  PyObject *value; /* "_value_", as members of enums call theirs: attributes are remembered by their names' addresses */
} sb_py_state;

/* The name of the capsule by which a package's extension knows another's; symbuild_python_packages.h has what is in it. */
#define SB_PY_OFFER "symbuild.python.offer"

/* A handle that Python owns. The classes of resources derive from it. */
typedef struct sb_py_resource {
  PyObject_HEAD
  sb_py_state *state; /* of the module, which the class keeps alive */
  uint8_t *handle;    /* NULL: dropped, or given away */
  void (*drop)(uint8_t *);
  size_t lent; /* in how many calls */
  bool given;  /* to a call that is not made yet */
} sb_py_resource;

SB_PY void sb_py_drop(sb_py_resource *resource) {
  uint8_t *handle = resource->handle;
  resource->handle = NULL;
  if (handle != NULL) resource->drop(handle);
}

SB_PY void sb_py_resource_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  sb_py_section section;
  sb_py_take_turn(&section);
  sb_py_drop((sb_py_resource *)self);
  sb_py_end_turn(&section);
  ((freefunc)(uintptr_t)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF((PyObject *)type);
}

SB_PY PyObject *sb_py_resource_enter(PyObject *self, PyObject *none) {
  (void)none;
  return Py_NewRef(self);
}

SB_PY_RARE PyObject *sb_py_resource_exit(PyObject *self, PyObject *exception) {
  (void)exception;
  sb_py_resource *resource = (sb_py_resource *)self;
  sb_py_section section;
  sb_py_take_turn(&section);
  const char *how = resource->lent != 0 ? "lent" : resource->given ? "given" : NULL;
  if (how == NULL) sb_py_drop(resource);
  sb_py_end_turn(&section);
  return how == NULL ? Py_NewRef(Py_None) : PyErr_Format(PyExc_ValueError, "%R is %s to a call", self, how);
}

/* How many bytes objects of a type have; -1: an exception is set. */
SB_PY_RARE Py_ssize_t sb_py_size_of(PyObject *type) {
  PyObject *basic = PyObject_GetAttrString(type, "__basicsize__");
  Py_ssize_t size = basic == NULL ? -1 : PyLong_AsSsize_t(basic);
  Py_XDECREF(basic);
  return size;
}

/* Where a float has its number, found in one; 0 where that is not where all CPythons so far have it. */
static Py_ssize_t sb_py_float_at;

SB_PY_RARE int sb_py_find_float(void) {
  const double number = 0x1.23456789abcdep+7;
  const Py_ssize_t expected = (Py_ssize_t)sizeof(PyObject), size = sb_py_size_of((PyObject *)&PyFloat_Type);
  PyObject *probe = size < 0 ? NULL : PyFloat_FromDouble(number);
  if (probe == NULL) return -1;
  bool fits = size == expected + (Py_ssize_t)sizeof number;
  if (fits && memcmp((char *)probe + expected, &number, sizeof number) == 0) sb_py_float_at = expected;
  Py_DECREF(probe);
  return 0;
}

/* Where a tuple has its elements, and a list their address; 0 where that is not known. Finding the latter takes following
 * an address, so it is looked for only in CPythons that are known to have it; and not where a list may change meanwhile. */
static Py_ssize_t sb_py_tuple_at, sb_py_list_at;

SB_PY_RARE int sb_py_find_tuple(void) {
  Py_ssize_t size = sb_py_size_of((PyObject *)&PyTuple_Type);
  PyObject *probe = size < 0 ? NULL : PyTuple_New(1), *element = Py_True;
  if (probe == NULL) return -1;
  PyTuple_SetItem(probe, 0, Py_NewRef(element));
  if (memcmp((char *)probe + size, &element, sizeof element) == 0) sb_py_tuple_at = size;
  Py_DECREF(probe);
  return 0;
}

SB_PY_RARE int sb_py_find_list(void) {
#ifndef Py_GIL_DISABLED
  struct {
    PyObject head;
    Py_ssize_t size;
    PyObject **items;
    Py_ssize_t room;
  } found;
  Py_ssize_t size = sb_py_size_of((PyObject *)&PyList_Type);
  PyObject *probe = size < 0 ? NULL : PyList_New(1);
  if (probe == NULL) return -1;
  PyList_SetItem(probe, 0, Py_NewRef(Py_True));
  if (size == (Py_ssize_t)sizeof found && Py_Version < 0x030F0000) {
    memcpy(&found, probe, sizeof found);
    bool fits = found.size == 1 && found.room == 1 && *found.items == Py_True;
    if (fits) sb_py_list_at = (char *)&found.items - (char *)&found;
  }
  Py_DECREF(probe);
#endif
  return 0;
}

/* Adds the class that resources derive from. */
SB_PY_RARE int sb_py_exec(PyObject *module) {
  static PyMethodDef methods[] = {
      {"__enter__", sb_py_resource_enter, METH_NOARGS, NULL},
      {"__exit__", sb_py_resource_exit, METH_VARARGS, NULL},
      {NULL, NULL, 0, NULL},
  };
  static PyType_Slot slots[] = {
      {Py_tp_dealloc, (void *)(uintptr_t)sb_py_resource_dealloc},
      {Py_tp_methods, methods},
      {0, NULL},
  };
  static PyType_Spec spec = {"_native.Resource", sizeof(sb_py_resource), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE, slots};
  if (sb_py_find_turn() != 0 || sb_py_find_float() != 0 || sb_py_find_tuple() != 0 || sb_py_find_list() != 0) return -1;
  PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
  int added = type == NULL ? -1 : PyModule_AddObjectRef(module, "Resource", type);
  Py_XDECREF(type);
  return added;
}

/* A method of a resource: the class's number, and the function, whose first argument is the object. */
typedef struct sb_py_method {
  Py_ssize_t type;
  PyMethodDef definition;
} sb_py_method;

SB_PY_RARE void sb_py_forget(sb_py_state *state) {
  for (Py_ssize_t i = 0; i < state->count; i++) free(state->classes[i].offsets);
  free(state->classes);
  state->classes = NULL;
  state->count = 0;
  Py_CLEAR(state->types);
  Py_CLEAR(state->value);
}

/* Where objects of a class have a field: found by filling the field of a probe. The limited API does not say it, and
 * setting a field by its name takes longer than to make the object. 0: not in a slot. -1: an exception is set. */
SB_PY Py_ssize_t sb_py_offset(PyObject *probe, Py_ssize_t size, PyObject *name) {
  if (PyObject_GenericSetAttr(probe, name, name) != 0) return -1;
  for (Py_ssize_t at = (Py_ssize_t)sizeof(PyObject); at + (Py_ssize_t)sizeof name <= size; at += sizeof name) {
    if (memcmp((char *)probe + at, &name, sizeof name) == 0) return at;
  }
  return 0;
}

/* Notes where the fields of a class lie, if all of them are in slots. */
SB_PY_RARE int sb_py_find_fields(sb_py_class *of) {
  Py_ssize_t fields = PyTuple_Size(of->known);
  Py_ssize_t size = sb_py_size_of(of->cls);
  PyObject *probe = size < 0 ? NULL : PyType_GenericAlloc((PyTypeObject *)of->cls, 0);
  of->offsets = (Py_ssize_t *)malloc((size_t)fields * sizeof *of->offsets);
  Py_ssize_t at = probe == NULL || of->offsets == NULL ? -1 : 1;
  for (Py_ssize_t i = 0; i < fields && at > 0; i++) {
    of->offsets[i] = at = sb_py_offset(probe, size, PyTuple_GetItem(of->known, i));
  }
  Py_XDECREF(probe);
  if (at <= 0) {
    free(of->offsets);
    of->offsets = NULL;
  }
  if (at < 0 && PyErr_Occurred() == NULL) (void)PyErr_NoMemory();
  return at < 0 ? -1 : 0;
}

/* Takes what is known of a class. Only classes with fields know names, and only others' resources an offer. */
SB_PY_RARE int sb_py_bind_class(sb_py_state *state, sb_py_class *of, PyObject *row) {
  of->cls = PyTuple_GetItem(row, 0);
  of->known = of->cls == NULL ? NULL : PyTuple_GetItem(row, 1);
  Py_ssize_t count = of->known == NULL ? -1 : PyTuple_Size(of->known);
  if (count < 0) return -1;
  of->collected = PyType_Check(of->cls) && (PyType_GetFlags((PyTypeObject *)of->cls) & Py_TPFLAGS_HAVE_GC) != 0;
  PyObject *first = count == 0 ? NULL : PyTuple_GetItem(of->known, 0);
  bool foreign = first != NULL && PyCapsule_IsValid(first, SB_PY_OFFER) != 0;
  of->owner = foreign ? (sb_py_state *)PyCapsule_GetContext(first) : state;
  return first != NULL && PyUnicode_Check(first) ? sb_py_find_fields(of) : 0;
}

/* Gives the resources' classes their methods, as descriptors: they cost a call no function of Python's. */
SB_PY_RARE int sb_py_bind_methods(sb_py_state *state, sb_py_method *methods) {
  for (sb_py_method *each = methods; each->definition.ml_name != NULL; each++) {
    PyObject *cls = each->type < state->count ? state->classes[each->type].cls : NULL;
    if (cls == NULL) PyErr_Format(PyExc_TypeError, "a resource's class is missing");
    PyObject *method = cls == NULL ? NULL : PyDescr_NewMethod((PyTypeObject *)cls, &each->definition);
    int set = method == NULL ? -1 : PyObject_SetAttrString(cls, each->definition.ml_name, method);
    Py_XDECREF(method);
    if (set != 0) return -1;
  }
  return 0;
}

/* `_bind(types)`, which the package calls before anything else. */
SB_PY_RARE PyObject *sb_py_bind(PyObject *module, PyObject *types, sb_py_method *methods) {
  sb_py_state *state = (sb_py_state *)PyModule_GetState(module);
  if (!PyTuple_Check(types)) return PyErr_Format(PyExc_TypeError, "types are a tuple, not %R", Py_TYPE(types));
  sb_py_forget(state);
  Py_ssize_t count = PyTuple_Size(types);
  state->classes = (sb_py_class *)calloc((size_t)count, sizeof *state->classes);
  if (state->classes == NULL) return PyErr_NoMemory();
  state->types = Py_NewRef(types);
  state->value = PyUnicode_InternFromString("_value_");
  if (state->value == NULL) return NULL;
  for (state->count = 0; state->count < count; state->count++) {
    PyObject *row = PyTuple_GetItem(types, state->count);
    if (sb_py_bind_class(state, &state->classes[state->count], row) != 0) return NULL;
  }
  return sb_py_bind_methods(state, methods) == 0 ? Py_NewRef(Py_None) : NULL;
}

SB_PY int sb_py_traverse(PyObject *module, visitproc visit, void *arg) {
  sb_py_state *state = (sb_py_state *)PyModule_GetState(module);
  Py_VISIT(state->types);
  Py_VISIT(state->block);
  return 0;
}

SB_PY int sb_py_clear(PyObject *module) {
  sb_py_state *state = (sb_py_state *)PyModule_GetState(module);
  sb_py_forget(state);
  Py_CLEAR(state->block);
  return 0;
}

SB_PY void sb_py_free(void *module) { (void)sb_py_clear((PyObject *)module); }

/* ---- a call ------------------------------------------------------------------------------------------------------ */

/* A buffer that is lent for the call. */
typedef struct sb_py_view {
  struct sb_py_view *next;
  Py_buffer buffer;
} sb_py_view;

enum { SB_PY_KEPT = 8 };

/* References: in `first`, or a block where there are more, which has `room`. Nothing but `count` is set if that is 0. */
typedef struct sb_py_objects {
  PyObject **at;
  size_t count, room;
  PyObject *first[SB_PY_KEPT];
} sb_py_objects;

typedef struct sb_py_call {
  PyObject *module;      /* NULL in a method */
  sb_py_state *state;    /* NULL until it is asked for */
  sb_py_resource *self;  /* whose method is called */
  const char *place;     /* "ns:pkg/iface#function" */
  bool failed;           /* a Python exception is set */
  sb_arena arena;        /* what is lent and no object holds */
  sb_py_view *views;     /* buffers that are lent */
  sb_py_objects kept;    /* what is lent lies in them */
  sb_py_objects handles; /* resources that are lent or given */
  size_t length;         /* of the list of numbers that was lent last */
  PyObject *sequence;    /* the elements of the list that is lent next */
#ifdef Py_GIL_DISABLED
  sb_py_section turn;
#endif
} sb_py_call;

SB_PY void sb_py_take_call(sb_py_call *call) {
#ifdef Py_GIL_DISABLED
  sb_py_take_turn(&call->turn);
#else
  (void)call;
#endif
}

SB_PY void sb_py_end_call(sb_py_call *call) {
#ifdef Py_GIL_DISABLED
  sb_py_end_turn(&call->turn);
#else
  (void)call;
#endif
}

SB_PY_RARE void sb_py_fail(sb_py_call *call, PyObject *exception, const char *what) {
  if (!call->failed) PyErr_Format(exception, "%s: %s", call->place, what);
  call->failed = true;
}

/* The component has sent what is no value: an exception, since nothing was read by it yet. */
SB_PY_RARE PyObject *sb_py_broken(sb_py_call *call, const char *where, const char *what) {
  if (!call->failed) PyErr_Format(PyExc_SystemError, "%s: %s", where, what);
  call->failed = true;
  return NULL;
}

/* What an object should have been. */
SB_PY_RARE void sb_py_mistyped(sb_py_call *call, const char *expected, PyObject *found) {
  if (!call->failed) PyErr_Format(PyExc_TypeError, "%s: expected %s, not %R", call->place, expected, Py_TYPE(found));
  call->failed = true;
}

SB_PY void sb_py_objects_end(sb_py_objects *objects) {
  for (size_t i = 0; i < objects->count; i++) Py_DECREF(objects->at[i]);
  if (objects->room != 0) free(objects->at);
}

/* Only what tells that nothing is there: most calls lend nothing that has to be ended. */
SB_PY void sb_py_open(sb_py_call *call, PyObject *module, const char *place) {
  call->module = module;
  call->state = NULL;
  call->self = NULL;
  call->place = place;
  call->failed = false;
  call->arena.chunks = NULL;
  call->views = NULL;
  call->kept.count = call->handles.count = 0;
  call->sequence = NULL;
}

SB_PY_RARE void sb_py_miscounted(const char *place, Py_ssize_t given, Py_ssize_t wanted) {
  PyErr_Format(PyExc_TypeError, "%s: takes %zd arguments, not %zd", place, wanted, given);
}

SB_PY bool sb_py_begin(sb_py_call *call, PyObject *module, const char *place, Py_ssize_t given, Py_ssize_t wanted) {
  sb_py_open(call, module, place);
  if (given != wanted) {
    sb_py_miscounted(place, given, wanted);
    return false;
  }
  sb_py_take_call(call);
  return true;
}

/* The object of a method was dropped, or is given to a call. */
SB_PY_RARE void sb_py_unusable(const sb_py_resource *resource, const char *place) {
  const char *what = resource->given ? "is given to a call" : "was dropped or given away";
  PyErr_Format(PyExc_ValueError, "%s: the resource %s", place, what);
}

/* Begins a call of a method, whose object is lent; its descriptor has looked what kind of object it is. */
SB_PY bool sb_py_begin_method(sb_py_call *call, PyObject *self, const char *place, Py_ssize_t given,
                              Py_ssize_t wanted) {
  sb_py_resource *resource = (sb_py_resource *)self;
  sb_py_open(call, NULL, place);
  if (given != wanted) {
    sb_py_miscounted(place, given, wanted);
    return false;
  }
  sb_py_take_call(call);
  if (resource->handle == NULL || resource->given) {
    sb_py_unusable(resource, place);
    sb_py_end_call(call);
    return false;
  }
  resource->lent++;
  call->self = resource;
  call->state = resource->state;
  return true;
}

SB_PY sb_py_state *sb_py_state_of(sb_py_call *call) {
  if (call->state == NULL && call->module != NULL) call->state = (sb_py_state *)PyModule_GetState(call->module);
  return call->state;
}

SB_PY void sb_py_end_handles(sb_py_objects *handles) {
  for (size_t i = 0; i < handles->count; i++) {
    sb_py_resource *resource = (sb_py_resource *)handles->at[i];
    if (resource->given) {
      resource->given = false;
    } else if (resource->lent != 0) {
      resource->lent--;
    }
  }
  sb_py_objects_end(handles);
}

SB_PY void sb_py_end_views(sb_py_view *views) {
  while (views != NULL) {
    sb_py_view *view = views;
    views = view->next;
    PyBuffer_Release(&view->buffer);
    free(view);
  }
}

/* Ends what was lent; of a call that has failed, `result` too. */
SB_PY_ONCE PyObject *sb_py_end_all(sb_py_call *call, PyObject *result) {
  if (call->handles.count != 0) sb_py_end_handles(&call->handles);
  if (call->kept.count != 0) sb_py_objects_end(&call->kept);
  sb_py_end_views(call->views);
  sb_arena_free(&call->arena);
  if (!call->failed) return result;
  Py_XDECREF(result);
  return NULL;
}

/* Ends the call; returns `result`, or NULL where the call has failed. */
SB_PY PyObject *sb_py_end(sb_py_call *call, PyObject *result) {
  if (call->self != NULL) call->self->lent--;
  uintptr_t lent = (uintptr_t)call->arena.chunks | (uintptr_t)call->views | call->kept.count | call->handles.count;
  PyObject *left = (lent | call->failed) != 0 ? sb_py_end_all(call, result) : result;
  sb_py_end_call(call);
  return left;
}

/* Ends a call that has failed before the component was called. */
SB_PY_RARE PyObject *sb_py_give_up(sb_py_call *call) {
  if (call->self != NULL) call->self->lent--;
  (void)sb_py_end_all(call, NULL);
  sb_py_end_call(call);
  return NULL;
}

/* Makes room for another reference. False: there is no memory. */
SB_PY_RARE bool sb_py_grow(sb_py_objects *objects) {
  if (objects->count == 0) {
    objects->at = objects->first;
    objects->room = 0;
    return true;
  }
  bool inside = objects->room == 0;
  size_t room = 2 * objects->count;
  PyObject **block = (PyObject **)realloc(inside ? NULL : objects->at, room * sizeof *block);
  if (block == NULL) return false;
  if (inside) memcpy(block, objects->first, sizeof objects->first);
  objects->at = block;
  objects->room = room;
  return true;
}

/* Adds a reference, which it takes. NULL: an exception is set. */
SB_PY PyObject *sb_py_add(sb_py_call *call, sb_py_objects *to, PyObject *object) {
  if (object == NULL) {
    call->failed = true;
    return NULL;
  }
  bool full = to->count == 0 || to->count == (to->room == 0 ? SB_PY_KEPT : to->room);
  if (full && !sb_py_grow(to)) {
    Py_DECREF(object);
    sb_py_fail(call, PyExc_MemoryError, "out of memory");
    return NULL;
  }
  return to->at[to->count++] = object;
}

/* Takes a reference that lives as long as the call. */
SB_PY PyObject *sb_py_keep(sb_py_call *call, PyObject *object) { return sb_py_add(call, &call->kept, object); }

SB_PY_RARE const sb_py_class *sb_py_unbound(sb_py_call *call) {
  sb_py_fail(call, PyExc_SystemError, "the package is not imported");
  return NULL;
}

/* A type's class, and what is known of it besides; NULL where the call has failed. */
SB_PY const sb_py_class *sb_py_type(sb_py_call *call, Py_ssize_t type) {
  if (call->failed) return NULL;
  sb_py_state *state = sb_py_state_of(call);
  return state != NULL && type < state->count ? &state->classes[type] : sb_py_unbound(call);
}

/* ---- from Python: scalars ---------------------------------------------------------------------------------------- */

/* What is out of range, or -1: that is also what the interpreter says of an exception, and of a large number. */
SB_PY_RARE int64_t sb_py_odd_integer(sb_py_call *call, PyObject *value, long long found, int overflow, bool negative,
                                     const char *type) {
  bool raised = found == -1 && overflow == 0 && PyErr_Occurred() != NULL;
  if (found == -1 && overflow == 0 && negative && !raised) return -1;
  if (!raised) PyErr_Format(PyExc_OverflowError, "%s: %R is out of range for %s", call->place, value, type);
  call->failed = true;
  return 0;
}

SB_PY int64_t sb_py_to_integer(sb_py_call *call, PyObject *value, int64_t low, int64_t high, const char *type) {
  if (call->failed) return 0;
  int overflow = 0;
  long long found = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (found >= low && found <= high && found != -1) return found;
  return sb_py_odd_integer(call, value, found, overflow, low < 0, type);
}

#define SB_PY_TO_(name, low, high)                                                                                     \
  SB_PY int32_t sb_py_to_##name(sb_py_call *call, PyObject *value) {                                                   \
    return (int32_t)sb_py_to_integer(call, value, low, high, #name);                                                   \
  }
SB_PY_TO_(u8, 0, UINT8_MAX)
SB_PY_TO_(s8, INT8_MIN, INT8_MAX)
SB_PY_TO_(u16, 0, UINT16_MAX)
SB_PY_TO_(s16, INT16_MIN, INT16_MAX)
SB_PY_TO_(u32, 0, UINT32_MAX)
SB_PY_TO_(s32, INT32_MIN, INT32_MAX)
#undef SB_PY_TO_

SB_PY int64_t sb_py_to_s64(sb_py_call *call, PyObject *value) {
  return sb_py_to_integer(call, value, INT64_MIN, INT64_MAX, "s64");
}

SB_PY_ONCE int64_t sb_py_to_u64(sb_py_call *call, PyObject *value) {
  PyObject *number = call->failed ? NULL : PyNumber_Index(value);
  if (number == NULL) {
    call->failed = true;
    return 0;
  }
  unsigned long long found = PyLong_AsUnsignedLongLong(number);
  Py_DECREF(number);
  if (found == (unsigned long long)-1 && PyErr_Occurred() != NULL) {
    PyErr_Clear();
    (void)sb_py_odd_integer(call, value, 0, 1, false, "u64");
  }
  return (int64_t)found;
}

SB_PY double sb_py_to_f64(sb_py_call *call, PyObject *value) {
  if (call->failed) return 0;
  if (sb_py_float_at != 0 && PyFloat_CheckExact(value)) {
    double number;
    memcpy(&number, (const char *)value + sb_py_float_at, sizeof number);
    return number;
  }
  double found = PyFloat_AsDouble(value);
  if (found == -1 && PyErr_Occurred() != NULL) call->failed = true;
  return found;
}

SB_PY float sb_py_to_f32(sb_py_call *call, PyObject *value) { return (float)sb_py_to_f64(call, value); }

SB_PY int32_t sb_py_to_bool(sb_py_call *call, PyObject *value) {
  if (call->failed) return 0;
  if (value != Py_True && value != Py_False) sb_py_mistyped(call, "a bool", value);
  return value == Py_True;
}

SB_PY int32_t sb_py_to_char(sb_py_call *call, PyObject *value) {
  if (call->failed) return 0;
  if (!PyUnicode_Check(value) || PyUnicode_GetLength(value) != 1) {
    sb_py_mistyped(call, "a string of one character", value);
    return 0;
  }
  Py_UCS4 found = PyUnicode_ReadChar(value, 0);
  if (found >= 0xd800 && found < 0xe000) sb_py_fail(call, PyExc_ValueError, "a lone surrogate is no char");
  return (int32_t)found;
}

/* ---- from Python: parts of values -------------------------------------------------------------------------------- */

/* An object of the wrong class. Two classes by one name are of packages that each have a component of their own. */
SB_PY_RARE void sb_py_foreign(sb_py_call *call, PyObject *wanted, PyObject *found) {
  PyObject *name = PyUnicode_InternFromString("__qualname__"); /* one object, see `value` of the state */
  PyObject *one = name == NULL ? NULL : PyObject_GetAttr(wanted, name);
  PyObject *other = one == NULL ? NULL : PyObject_GetAttr(found, name);
  bool same = one != NULL && other != NULL && PyObject_RichCompareBool(one, other, Py_EQ) == 1;
  Py_XDECREF(name);
  Py_XDECREF(one);
  Py_XDECREF(other);
  PyErr_Clear();
  const char *why = same ? ", which is of a package with a component of its own" : "";
  PyErr_Format(PyExc_TypeError, "%s: expected %R, not %R%s", call->place, wanted, found, why);
  call->failed = true;
}

/* A type, if a value is of exactly its class: then its parts lie in slots, and reading them runs no code. */
SB_PY const sb_py_class *sb_py_is(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  const sb_py_class *wanted = sb_py_type(call, type);
  if (wanted == NULL || (PyObject *)Py_TYPE(value) == wanted->cls) return wanted;
  sb_py_foreign(call, wanted->cls, (PyObject *)Py_TYPE(value));
  return NULL;
}

SB_PY PyObject *sb_py_field(sb_py_call *call, PyObject *value, Py_ssize_t type, Py_ssize_t index) {
  const sb_py_class *of = sb_py_is(call, value, type);
  if (of == NULL) return NULL;
  PyObject *found = NULL;
#ifndef Py_GIL_DISABLED /* a record that somebody changes by force would lose what was found */
  if (of->offsets != NULL) memcpy(&found, (const char *)value + of->offsets[index], sizeof found);
#endif
  if (found != NULL) return sb_py_keep(call, Py_NewRef(found));
  PyObject *name = PyTuple_GetItem(of->known, index);
  return sb_py_keep(call, name == NULL ? NULL : PyObject_GetAttr(value, name));
}

SB_PY PyObject *sb_py_item(sb_py_call *call, PyObject *value, Py_ssize_t count, Py_ssize_t index) {
  if (call->failed) return NULL;
  if (PyTuple_Check(value) && PyTuple_Size(value) == count) return PyTuple_GetItem(value, index);
  if (PyTuple_Check(value)) {
    PyErr_Format(PyExc_ValueError, "%s: expected a tuple of %zd, not of %zd", call->place, count, PyTuple_Size(value));
    call->failed = true;
  } else {
    sb_py_mistyped(call, "a tuple", value);
  }
  return NULL;
}

SB_PY PyObject *sb_py_element(sb_py_call *call, PyObject *value, Py_ssize_t count, Py_ssize_t index) {
  if (call->failed) return NULL;
  if (PyUnicode_Check(value) || !PySequence_Check(value)) {
    sb_py_mistyped(call, "a sequence", value);
    return NULL;
  }
  Py_ssize_t found = PySequence_Size(value);
  if (found != count && (found >= 0 || PyErr_Occurred() == NULL)) {
    PyErr_Format(PyExc_ValueError, "%s: expected %zd elements, not %zd", call->place, count, found);
  }
  return sb_py_keep(call, found == count ? PySequence_GetItem(value, index) : NULL);
}

/* The case of an option. */
SB_PY bool sb_py_is_none(sb_py_call *call, PyObject *value) { return call->failed || value == Py_None; }

/* The case of a value whose class is one of `count`; `count` where the call has failed. */
SB_PY Py_ssize_t sb_py_case(sb_py_call *call, PyObject *value, Py_ssize_t first, Py_ssize_t count) {
  const sb_py_class *of = sb_py_type(call, first + count - 1) == NULL ? NULL : sb_py_type(call, first);
  if (of == NULL) return count;
  for (Py_ssize_t i = 0; i < count; i++) {
    if ((PyObject *)Py_TYPE(value) == of[i].cls) return i;
  }
  PyErr_Format(PyExc_TypeError, "%s: expected %R or another case of it, not %R", call->place, of->cls, Py_TYPE(value));
  call->failed = true;
  return count;
}

/* The number of an enum's member. */
SB_PY int32_t sb_py_to_index(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  if (sb_py_is(call, value, type) == NULL) return 0;
  PyObject *number = sb_py_keep(call, PyObject_GetAttr(value, call->state->value));
  return sb_py_to_u32(call, number);
}

/* 32 flags, the ones from `32 * word` on. */
SB_PY int32_t sb_py_to_flags(sb_py_call *call, PyObject *value, Py_ssize_t type, long word) {
  if (sb_py_is(call, value, type) == NULL) return 0;
  PyObject *bits = sb_py_keep(call, PyObject_GetAttr(value, call->state->value));
  if (word != 0 && bits != NULL) {
    PyObject *shift = sb_py_keep(call, PyLong_FromLong(32 * word));
    bits = shift == NULL ? NULL : sb_py_keep(call, PyNumber_Rshift(bits, shift));
  }
  if (bits == NULL) return 0;
  unsigned long found = PyLong_AsUnsignedLongMask(bits);
  if (found == (unsigned long)-1 && PyErr_Occurred() != NULL) call->failed = true;
  return (int32_t)(uint32_t)found;
}

/* ---- handles ------------------------------------------------------------------------------------------------------ */

/* The resource that a value is, if it can be used; it is noted for the end of the call. */
SB_PY sb_py_resource *sb_py_usable(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  if (sb_py_is(call, value, type) == NULL) return NULL;
  sb_py_resource *resource = (sb_py_resource *)value;
  if (resource->handle == NULL) sb_py_fail(call, PyExc_ValueError, "the resource was dropped or given away");
  if (resource->given) sb_py_fail(call, PyExc_ValueError, "the resource is given away in the same call");
  if (call->failed || sb_py_add(call, &call->handles, Py_NewRef(value)) == NULL) return NULL;
  return resource;
}

SB_PY uint8_t *sb_py_self(sb_py_call *call) { return call->self->handle; }

SB_PY uint8_t *sb_py_lend_handle(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  sb_py_resource *resource = sb_py_usable(call, value, type);
  if (resource == NULL) return NULL;
  resource->lent++;
  return resource->handle;
}

/* It stays Python's until sb_py_given. */
SB_PY uint8_t *sb_py_give_handle(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  if (sb_py_is(call, value, type) != NULL && ((sb_py_resource *)value)->lent != 0) {
    sb_py_fail(call, PyExc_ValueError, "the resource is lent, and cannot be given away");
  }
  sb_py_resource *resource = sb_py_usable(call, value, type);
  if (resource == NULL) return NULL;
  resource->given = true;
  return resource->handle;
}

/* The call is made now: what it is given is Python's no more. */
SB_PY void sb_py_given(sb_py_call *call) {
  for (size_t i = 0; i < call->handles.count; i++) {
    sb_py_resource *resource = (sb_py_resource *)call->handles.at[i];
    if (resource->given) resource->handle = NULL;
  }
}

SB_PY PyObject *sb_py_from_handle(sb_py_call *call, uint8_t *handle, Py_ssize_t type, void (*drop)(uint8_t *),
                                  const char *where) {
  if (handle == NULL) return sb_py_broken(call, where, "null handle");
  const sb_py_class *of = sb_py_type(call, type);
  PyObject *made = of == NULL ? NULL : PyType_GenericAlloc((PyTypeObject *)of->cls, 0);
  if (made == NULL) {
    call->failed = true;
    drop(handle);
    return NULL;
  }
  ((sb_py_resource *)made)->state = of->owner;
  ((sb_py_resource *)made)->handle = handle;
  ((sb_py_resource *)made)->drop = drop;
  return made;
}

/* ---- from Python: strings and lists ------------------------------------------------------------------------------ */

SB_PY uint8_t *sb_py_to_text(sb_py_call *call, PyObject *value, size_t *length) {
  *length = 0;
  if (call->failed) return NULL;
  if (!PyUnicode_CheckExact(value) && !PyUnicode_Check(value)) {
    sb_py_mistyped(call, "a str", value);
    return NULL;
  }
  Py_ssize_t found = 0;
  const char *text = PyUnicode_AsUTF8AndSize(value, &found);
  if (text == NULL) call->failed = true;
  *length = text == NULL ? 0 : (size_t)found;
  return (uint8_t *)(uintptr_t)text;
}

/* Takes what a sequence or (of a map) dict holds now; returns how many elements. */
SB_PY_ONCE size_t sb_py_elements(sb_py_call *call, PyObject *value, bool map) {
  call->sequence = NULL;
  if (call->failed) return 0;
  if (map ? !PyDict_Check(value) : PyUnicode_Check(value) || !PySequence_Check(value)) {
    sb_py_mistyped(call, map ? "a dict" : "a sequence", value);
    return 0;
  }
  PyObject *items = map ? sb_py_keep(call, PyDict_Items(value)) : value;
  if (items == NULL) return 0;
  PyObject *found = sb_py_keep(call, PySequence_Tuple(items));
  if (found == NULL) return 0;
  call->sequence = found;
  return (size_t)PyTuple_Size(found);
}

SB_PY size_t sb_py_count(PyObject *sequence) { return sequence == NULL ? 0 : (size_t)PyTuple_Size(sequence); }

/* A buffer whose elements are of one of up to two formats, in a row and aligned; NULL where the object has none. */
SB_PY_ONCE uint8_t *sb_py_borrow(sb_py_call *call, PyObject *value, const char *formats, size_t size) {
  if (!PyObject_CheckBuffer(value)) return NULL;
  sb_py_view *view = (sb_py_view *)malloc(sizeof *view);
  if (view == NULL) {
    sb_py_fail(call, PyExc_MemoryError, "out of memory");
    return NULL;
  }
  if (PyObject_GetBuffer(value, &view->buffer, PyBUF_ND | PyBUF_FORMAT) != 0) {
    PyErr_Clear(); /* it is not in a row: it may be a sequence all the same */
    free(view);
    return NULL;
  }
  const char *format = view->buffer.format == NULL ? "B" : view->buffer.format;
  if (*format == '@' || *format == '=') format++;
  bool fits = *format != 0 && format[1] == 0 && (*format == formats[0] || *format == formats[1]) &&
              view->buffer.itemsize == (Py_ssize_t)size && (uintptr_t)view->buffer.buf % size == 0 &&
              view->buffer.ndim == 1;
  if (!fits) {
    PyBuffer_Release(&view->buffer);
    free(view);
    return NULL;
  }
  view->next = call->views;
  call->views = view;
  call->length = (size_t)view->buffer.len / size;
  return (uint8_t *)view->buffer.buf;
}

typedef enum sb_py_kind { SB_PY_INTEGER, SB_PY_U64, SB_PY_REAL } sb_py_kind;

/* A kind of number, as lists have it. Its names lie in it, so that no address has to be relocated. */
typedef struct sb_py_number {
  char name[4];
  char formats[4];   /* one or two, of buffers that hold such numbers */
  int64_t low, high; /* of integers of up to 32 bits, and of s64 */
  sb_py_kind kind;
  uint8_t size;
} sb_py_number;

/* Converts a number to where a list has it. */
SB_PY void sb_py_store(sb_py_call *call, PyObject *value, const sb_py_number *of, uint8_t *to) {
  if (of->kind == SB_PY_REAL) {
    double found = sb_py_to_f64(call, value);
    if (of->size == sizeof found) {
      sb_store_f64(to, found);
    } else {
      sb_store_f32(to, (float)found);
    }
  } else {
    bool wide = of->kind == SB_PY_U64;
    int64_t found = wide ? sb_py_to_u64(call, value) : sb_py_to_integer(call, value, of->low, of->high, of->name);
    switch (of->size) {
      case 1: sb_store_u8(to, (int32_t)found); break;
      case 2: sb_store_u16(to, (int32_t)found); break;
      case 4: sb_store_i32(to, (int32_t)found); break;
      default: sb_store_i64(to, found);
    }
  }
}

/* The elements of a list or tuple; NULL where the interpreter has to be asked for each. */
SB_PY PyObject **sb_py_items(PyObject *of, bool list) {
  PyObject **items = NULL;
  if (list && sb_py_list_at != 0) memcpy(&items, (char *)of + sb_py_list_at, sizeof items);
  return list || sb_py_tuple_at == 0 ? items : (PyObject **)(void *)((char *)of + sb_py_tuple_at);
}

/* Lends a list of numbers: in place where it is a buffer of them; `call->length` tells how many. A list is read where it
 * is up to the first element that is no number of Python's own, and from there on a copy is: converting such an element
 * may run code, which may change the list. */
SB_PY_ONCE uint8_t *sb_py_lend_numbers(sb_py_call *call, PyObject *value, const sb_py_number *of) {
  call->length = 0;
  if (call->failed) return NULL;
#ifdef Py_GIL_DISABLED
  bool list = false; /* it may change meanwhile */
#else
  bool list = PyList_CheckExact(value);
#endif
  const size_t size = of->size;
  uint8_t *found = list ? NULL : sb_py_borrow(call, value, of->formats, size);
  if (found != NULL || call->failed) return found;
  size_t count = list ? (size_t)PyList_Size(value) : sb_py_elements(call, value, false), i = 0;
  if (count == 0) return NULL;
  uint8_t *numbers = sb_arena_alloc(&call->arena, count, size, size, call->place);
  PyObject *from = list ? value : call->sequence, **items = sb_py_items(from, list);
  if (items != NULL && sb_py_float_at != 0 && of->kind == SB_PY_REAL && size == sizeof(double)) {
    for (; i < count && PyFloat_CheckExact(items[i]); i++) {
      memcpy(numbers + i * sizeof(double), (const char *)items[i] + sb_py_float_at, sizeof(double));
    }
  }
  PyTypeObject *own = of->kind == SB_PY_REAL ? &PyFloat_Type : &PyLong_Type;
  for (; i < count && !call->failed; i++) {
    PyObject *element = items != NULL ? items[i]
                        : list        ? PyList_GetItem(from, (Py_ssize_t)i)
                                      : PyTuple_GetItem(from, (Py_ssize_t)i);
    if (list && !Py_IS_TYPE(element, own)) {
      list = false;
      if (sb_py_elements(call, value, false) == 0) break; /* there is no memory */
      from = call->sequence;
      items = sb_py_items(from, list);
    }
    sb_py_store(call, element, of, numbers + i * size);
  }
  call->length = call->failed ? 0 : count;
  return numbers;
}

#define SB_PY_NUMBERS_(name, label, type, formats, kind, low, high)                                                    \
  SB_PY uint8_t *sb_py_lend_##name(sb_py_call *call, PyObject *value) {                                                \
    static const sb_py_number of = {label, formats, low, high, kind, sizeof(type)};                                    \
    return sb_py_lend_numbers(call, value, &of);                                                                       \
  }
SB_PY_NUMBERS_(octets, "u8", uint8_t, "Bc", SB_PY_INTEGER, 0, UINT8_MAX)
SB_PY_NUMBERS_(s8, "s8", int8_t, "b", SB_PY_INTEGER, INT8_MIN, INT8_MAX)
SB_PY_NUMBERS_(u16, "u16", uint16_t, "H", SB_PY_INTEGER, 0, UINT16_MAX)
SB_PY_NUMBERS_(s16, "s16", int16_t, "h", SB_PY_INTEGER, INT16_MIN, INT16_MAX)
SB_PY_NUMBERS_(u32, "u32", uint32_t, "IL", SB_PY_INTEGER, 0, UINT32_MAX)
SB_PY_NUMBERS_(s32, "s32", int32_t, "il", SB_PY_INTEGER, INT32_MIN, INT32_MAX)
SB_PY_NUMBERS_(u64, "u64", uint64_t, "LQ", SB_PY_U64, 0, 0)
SB_PY_NUMBERS_(s64, "s64", int64_t, "lq", SB_PY_INTEGER, INT64_MIN, INT64_MAX)
SB_PY_NUMBERS_(f32, "f32", float, "f", SB_PY_REAL, 0, 0)
SB_PY_NUMBERS_(f64, "f64", double, "d", SB_PY_REAL, 0, 0)
#undef SB_PY_NUMBERS_

SB_PY uint8_t *sb_py_lend_u8(sb_py_call *call, PyObject *value) {
  if (call->failed || !PyBytes_CheckExact(value)) return sb_py_lend_octets(call, value);
  char *octets = NULL;
  Py_ssize_t length = 0;
  (void)PyBytes_AsStringAndSize(value, &octets, &length);
  call->length = (size_t)length;
  return (uint8_t *)octets;
}

/* ---- to Python: every one returns a new reference, or NULL where the call has failed ------------------------------ */

SB_PY PyObject *sb_py_made(sb_py_call *call, PyObject *object) {
  if (object == NULL) call->failed = true;
  return object;
}

#define SB_PY_FROM_(name, core, make, type)                                                                            \
  SB_PY PyObject *sb_py_from_##name(sb_py_call *call, core value) {                                                    \
    return call->failed ? NULL : sb_py_made(call, make((type)value));                                                  \
  }
SB_PY_FROM_(u8, int32_t, PyLong_FromLong, uint8_t)
SB_PY_FROM_(s8, int32_t, PyLong_FromLong, int8_t)
SB_PY_FROM_(u16, int32_t, PyLong_FromLong, uint16_t)
SB_PY_FROM_(s16, int32_t, PyLong_FromLong, int16_t)
SB_PY_FROM_(u32, int32_t, PyLong_FromUnsignedLong, uint32_t)
SB_PY_FROM_(s32, int32_t, PyLong_FromLong, int32_t)
SB_PY_FROM_(u64, int64_t, PyLong_FromUnsignedLongLong, uint64_t)
SB_PY_FROM_(s64, int64_t, PyLong_FromLongLong, int64_t)
SB_PY_FROM_(f32, float, PyFloat_FromDouble, double)
SB_PY_FROM_(f64, double, PyFloat_FromDouble, double)
#undef SB_PY_FROM_

SB_PY PyObject *sb_py_from_bool(sb_py_call *call, int32_t value) {
  return call->failed ? NULL : Py_NewRef(value != 0 ? Py_True : Py_False);
}

SB_PY PyObject *sb_py_from_char(sb_py_call *call, int32_t value, const char *where) {
  uint32_t c = (uint32_t)value;
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) return sb_py_broken(call, where, "char out of range");
  Py_UCS4 one = c;
  char utf8[4];
  size_t length = sb_utf8_put((uint8_t *)utf8, one);
  return call->failed ? NULL : sb_py_made(call, PyUnicode_FromStringAndSize(utf8, (Py_ssize_t)length));
}

SB_PY PyObject *sb_py_from_text(sb_py_call *call, const uint8_t *text, size_t length) {
  if (call->failed) return NULL;
  const char *from = length == 0 ? "" : (const char *)text;
  return sb_py_made(call, PyUnicode_DecodeUTF8(from, (Py_ssize_t)length, "strict"));
}

/* The member of an enum. */
SB_PY PyObject *sb_py_from_index(sb_py_call *call, int32_t index, Py_ssize_t type, const char *where) {
  const sb_py_class *of = sb_py_type(call, type);
  if (of == NULL) return NULL;
  if (index < 0 || index >= PyTuple_Size(of->known)) return sb_py_broken(call, where, "case out of range");
  return Py_NewRef(PyTuple_GetItem(of->known, index));
}

/* Flags, less the bits that have no name. */
SB_PY PyObject *sb_py_from_flags(sb_py_call *call, const uint32_t *words, long count, Py_ssize_t type) {
  const sb_py_class *of = sb_py_type(call, type);
  PyObject *mask = of == NULL ? NULL : PyTuple_GetItem(of->known, 0);
  PyObject *bits = mask == NULL ? NULL : PyLong_FromLong(0), *shift = PyLong_FromLong(32);
  for (long i = count - 1; i >= 0 && bits != NULL && shift != NULL; i--) {
    PyObject *higher = PyNumber_Lshift(bits, shift), *word = PyLong_FromUnsignedLong(words[i]);
    Py_DECREF(bits);
    bits = higher == NULL || word == NULL ? NULL : PyNumber_Or(higher, word);
    Py_XDECREF(higher);
    Py_XDECREF(word);
  }
  Py_XDECREF(shift);
  PyObject *named = bits == NULL ? NULL : PyNumber_And(bits, mask);
  Py_XDECREF(bits);
  PyObject *made = named == NULL ? NULL : PyObject_CallFunctionObjArgs(of->cls, named, NULL);
  Py_XDECREF(named);
  return sb_py_made(call, made);
}

SB_PY void sb_py_drop_parts(PyObject **parts, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; i++) Py_XDECREF(parts[i]);
}

/* Sets the fields of an object by their names; NULL where there is none, or one cannot be set. Takes the parts. */
SB_PY_RARE PyObject *sb_py_named_fields(const sb_py_class *of, PyObject *made, PyObject **parts, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count && made != NULL; i++) {
    if (PyObject_GenericSetAttr(made, PyTuple_GetItem(of->known, i), parts[i]) != 0) Py_CLEAR(made);
  }
  sb_py_drop_parts(parts, count);
  return made;
}

/* An object of a frozen class with slots, whose fields `parts` are, without running its `__init__`. Takes the parts. */
SB_PY PyObject *sb_py_from_fields(sb_py_call *call, PyObject **parts, Py_ssize_t count, Py_ssize_t type) {
  const sb_py_class *of = sb_py_type(call, type);
  PyObject *made = of == NULL ? NULL : PyType_GenericAlloc((PyTypeObject *)of->cls, 0);
  if (made == NULL || of->offsets == NULL) return sb_py_made(call, sb_py_named_fields(of, made, parts, count));
  for (Py_ssize_t i = 0; i < count; i++) memcpy((char *)made + of->offsets[i], &parts[i], sizeof parts[i]);
  return made;
}

/* Likewise, of fields that refer to nothing which could refer back: the garbage collector need not look at it, as at a
 * tuple of such. Looking takes a quarter of what making and ending such an object does. */
SB_PY PyObject *sb_py_from_leaves(sb_py_call *call, PyObject **parts, Py_ssize_t count, Py_ssize_t type) {
  PyObject *made = sb_py_from_fields(call, parts, count, type);
  if (made != NULL && call->state->classes[type].collected) PyObject_GC_UnTrack(made);
  return made;
}

/* An object of a class that is called with one value, or with None where it has no payload. Takes the value. */
SB_PY PyObject *sb_py_from_payload(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  const sb_py_class *of = sb_py_type(call, type);
  PyObject *made = of == NULL ? NULL : PyObject_CallFunctionObjArgs(of->cls, value, NULL);
  Py_XDECREF(value);
  return sb_py_made(call, made);
}

/* Raises the error of a result. Takes the value. */
SB_PY_RARE PyObject *sb_py_raise(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  PyObject *error = sb_py_from_payload(call, value, type);
  if (error != NULL) PyErr_SetObject((PyObject *)Py_TYPE(error), error);
  Py_XDECREF(error);
  call->failed = true;
  return NULL;
}

SB_PY PyObject *sb_py_from_none(sb_py_call *call) { return call->failed ? NULL : Py_NewRef(Py_None); }

SB_PY PyObject *sb_py_from_tuple(sb_py_call *call, PyObject **parts, Py_ssize_t count) {
  PyObject *made = call->failed ? NULL : sb_py_made(call, PyTuple_New(count));
  if (made == NULL) sb_py_drop_parts(parts, count);
  for (Py_ssize_t i = 0; i < count && made != NULL; i++) PyTuple_SetItem(made, i, parts[i]);
  return made;
}

SB_PY PyObject *sb_py_from_list(sb_py_call *call, size_t count) {
  return call->failed ? NULL : sb_py_made(call, PyList_New((Py_ssize_t)count));
}

/* Puts an element into a list. Takes the element. */
SB_PY void sb_py_put(sb_py_call *call, PyObject *list, size_t index, PyObject *element) {
  if (list == NULL || call->failed) {
    Py_XDECREF(element);
  } else {
    PyList_SetItem(list, (Py_ssize_t)index, element);
  }
}

/* What is left of a value once it is complete. */
SB_PY PyObject *sb_py_complete(sb_py_call *call, PyObject *made) {
  if (call->failed) Py_CLEAR(made);
  return made;
}

/* The dict of a list of entries. Takes the list. */
SB_PY PyObject *sb_py_from_entries(sb_py_call *call, PyObject *entries) {
  PyObject *made = call->failed ? NULL : PyDict_New();
  if (made != NULL && PyDict_MergeFromSeq2(made, entries, 1) != 0) Py_CLEAR(made);
  Py_XDECREF(entries);
  return sb_py_made(call, made);
}

SB_PY PyObject *sb_py_from_list_u8(sb_py_call *call, const uint8_t *from, size_t count) {
  if (call->failed) return NULL;
  return sb_py_made(call, PyBytes_FromStringAndSize(count == 0 ? "" : (const char *)from, (Py_ssize_t)count));
}

#define SB_PY_LIST_(name, type, core)                                                                                  \
  SB_PY PyObject *sb_py_from_list_##name(sb_py_call *call, const uint8_t *from, size_t count) {                        \
    PyObject *made = sb_py_from_list(call, count);                                                                     \
    for (size_t i = 0; i < count && !call->failed; i++) {                                                              \
      sb_py_put(call, made, i, sb_py_from_##name(call, (core)((const type *)(const void *)from)[i]));                  \
    }                                                                                                                  \
    return sb_py_complete(call, made);                                                                                 \
  }
SB_PY_LIST_(s8, int8_t, int32_t)
SB_PY_LIST_(u16, uint16_t, int32_t)
SB_PY_LIST_(s16, int16_t, int32_t)
SB_PY_LIST_(u32, uint32_t, int32_t)
SB_PY_LIST_(s32, int32_t, int32_t)
SB_PY_LIST_(u64, uint64_t, int64_t)
SB_PY_LIST_(s64, int64_t, int64_t)
SB_PY_LIST_(f32, float, float)
SB_PY_LIST_(f64, double, double)
#undef SB_PY_LIST_

/* ---- numbers that stay where the component has put them ----------------------------------------------------------- */

/* Owns a list of numbers that was handed over. Users have memoryviews of it, which may write: nobody else has it. */
typedef struct sb_py_block {
  PyObject_HEAD
  uint8_t *at;
  Py_ssize_t count, size;
  const char *format;
} sb_py_block;

SB_PY int sb_py_block_get(PyObject *self, Py_buffer *view, int flags) {
  sb_py_block *block = (sb_py_block *)self;
  if (PyBuffer_FillInfo(view, self, block->at, block->count * block->size, 0, flags) != 0) return -1;
  view->itemsize = block->size;
  if ((flags & PyBUF_FORMAT) != 0) view->format = (char *)(uintptr_t)block->format;
  if ((flags & PyBUF_ND) != 0) view->shape = &block->count;
  if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = &block->size;
  return 0;
}

SB_PY void sb_py_block_dealloc(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  sb_release(((sb_py_block *)self)->at, (size_t)((sb_py_block *)self)->count);
  ((freefunc)(uintptr_t)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF((PyObject *)type);
}

SB_PY_RARE PyObject *sb_py_block_type(sb_py_call *call) {
  static PyType_Slot slots[] = {
      {Py_tp_dealloc, (void *)(uintptr_t)sb_py_block_dealloc},
      {Py_bf_getbuffer, (void *)(uintptr_t)sb_py_block_get},
      {0, NULL},
  };
  static PyType_Spec spec = {"_native.Block", sizeof(sb_py_block), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};
  sb_py_state *state = sb_py_state_of(call);
  if (state->block == NULL) state->block = PyType_FromModuleAndSpec(NULL, &spec, NULL);
  return state->block;
}

/* A memoryview of numbers, which it owns. */
SB_PY PyObject *sb_py_own(sb_py_call *call, uint8_t *at, size_t count, Py_ssize_t size, const char *format) {
  PyObject *type = call->failed ? NULL : sb_py_block_type(call);
  sb_py_block *block = type == NULL ? NULL : (sb_py_block *)PyType_GenericAlloc((PyTypeObject *)type, 0);
  if (block == NULL) {
    call->failed = true;
    sb_release(at, count);
    return NULL;
  }
  block->at = at;
  block->count = (Py_ssize_t)count;
  block->size = size;
  block->format = format;
  PyObject *view = PyMemoryView_FromObject((PyObject *)block);
  Py_DECREF((PyObject *)block);
  return sb_py_made(call, view);
}

#define SB_PY_OWN_(name, type, format)                                                                                 \
  SB_PY PyObject *sb_py_own_##name(sb_py_call *call, uint8_t *at, size_t count) {                                      \
    return sb_py_own(call, at, count, sizeof(type), format);                                                           \
  }
SB_PY_OWN_(u8, uint8_t, "B")
SB_PY_OWN_(s8, int8_t, "b")
SB_PY_OWN_(u16, uint16_t, "H")
SB_PY_OWN_(s16, int16_t, "h")
SB_PY_OWN_(u32, uint32_t, "I")
SB_PY_OWN_(s32, int32_t, "i")
SB_PY_OWN_(u64, uint64_t, "Q")
SB_PY_OWN_(s64, int64_t, "q")
SB_PY_OWN_(f32, float, "f")
SB_PY_OWN_(f64, double, "d")
#undef SB_PY_OWN_

#endif
