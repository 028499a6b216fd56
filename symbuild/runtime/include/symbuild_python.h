/* What generated Python extensions call: Python's objects to the symmetric ABI's values, and back.
 *
 * Written for the limited API of CPython 3.11. Every conversion belongs to a call, which notes that one has failed:
 * then a Python exception is set, whatever is converted after is nothing, and the generated code gives up before it
 * calls the component, or goes on only to free what it was given. So no conversion needs a way out of its own. */
#ifndef SYMBUILD_PYTHON_H
#define SYMBUILD_PYTHON_H

#define PY_SSIZE_T_CLEAN
#ifndef Py_LIMITED_API
#define Py_LIMITED_API 0x030B0000
#endif
#include <Python.h>

#include "symbuild.h"

#define SB_PY static inline __attribute__((unused))

/* ---- the module -------------------------------------------------------------------------------------------------- */

/* What the package's Python gave the module: for each type its class, and its fields' names, members or mask. */
typedef struct sb_py_state {
  PyObject *types;
} sb_py_state;

/* A handle that Python owns. The classes of resources derive from it. */
typedef struct sb_py_resource {
  PyObject_HEAD
  uint8_t *handle; /* NULL: dropped, or given away */
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
  sb_py_drop((sb_py_resource *)self);
  ((freefunc)(uintptr_t)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF((PyObject *)type);
}

SB_PY PyObject *sb_py_resource_enter(PyObject *self, PyObject *none) {
  (void)none;
  return Py_NewRef(self);
}

SB_PY PyObject *sb_py_resource_exit(PyObject *self, PyObject *exception) {
  (void)exception;
  sb_py_resource *resource = (sb_py_resource *)self;
  if (resource->lent != 0) return PyErr_Format(PyExc_ValueError, "%R is lent to a call", self);
  if (resource->given) return PyErr_Format(PyExc_ValueError, "%R is given to a call", self);
  sb_py_drop(resource);
  return Py_NewRef(Py_None);
}

/* Adds the class that resources derive from. */
SB_PY int sb_py_exec(PyObject *module) {
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
  PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
  int added = type == NULL ? -1 : PyModule_AddObjectRef(module, "Resource", type);
  Py_XDECREF(type);
  return added;
}

/* `_bind(types)`, which the package calls before anything else. */
SB_PY PyObject *sb_py_bind(PyObject *module, PyObject *types) {
  sb_py_state *state = (sb_py_state *)PyModule_GetState(module);
  if (!PyTuple_Check(types)) return PyErr_Format(PyExc_TypeError, "types are a tuple, not %R", Py_TYPE(types));
  PyObject *before = state->types;
  state->types = Py_NewRef(types);
  Py_XDECREF(before);
  return Py_NewRef(Py_None);
}

SB_PY int sb_py_traverse(PyObject *module, visitproc visit, void *arg) {
  Py_VISIT(((sb_py_state *)PyModule_GetState(module))->types);
  return 0;
}

SB_PY int sb_py_clear(PyObject *module) {
  Py_CLEAR(((sb_py_state *)PyModule_GetState(module))->types);
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

/* References: in `first`, or a block where there are more. */
typedef struct sb_py_objects {
  PyObject **at;
  size_t count, room;
  PyObject *first[SB_PY_KEPT];
} sb_py_objects;

typedef struct sb_py_call {
  sb_py_state *state;
  const char *place;     /* "ns:pkg/iface#function" */
  bool failed;           /* a Python exception is set */
  sb_arena arena;        /* what is lent and no object holds */
  sb_py_view *views;     /* buffers that are lent */
  sb_py_objects kept;    /* what is lent lies in them */
  sb_py_objects handles; /* resources that are lent or given */
  size_t length;         /* of the list of numbers that was lent last */
  PyObject *sequence;    /* the elements of the list that is lent next */
} sb_py_call;

SB_PY void sb_py_fail(sb_py_call *call, PyObject *exception, const char *what) {
  if (!call->failed) PyErr_Format(exception, "%s: %s", call->place, what);
  call->failed = true;
}

/* What an object should have been. */
SB_PY void sb_py_mistyped(sb_py_call *call, const char *expected, PyObject *found) {
  if (!call->failed) PyErr_Format(PyExc_TypeError, "%s: expected %s, not %R", call->place, expected, Py_TYPE(found));
  call->failed = true;
}

SB_PY void sb_py_objects_begin(sb_py_objects *objects) {
  objects->at = objects->first;
  objects->count = 0;
  objects->room = SB_PY_KEPT;
}

SB_PY void sb_py_objects_end(sb_py_objects *objects) {
  for (size_t i = 0; i < objects->count; i++) Py_DECREF(objects->at[i]);
  if (objects->at != objects->first) free(objects->at);
}

SB_PY void sb_py_open(sb_py_call *call, PyObject *module, const char *place) {
  call->state = module == NULL ? NULL : (sb_py_state *)PyModule_GetState(module);
  call->place = place;
  call->failed = false;
  call->arena.chunks = NULL;
  call->views = NULL;
  sb_py_objects_begin(&call->kept);
  sb_py_objects_begin(&call->handles);
  call->sequence = NULL;
}

SB_PY bool sb_py_begin(sb_py_call *call, PyObject *module, const char *place, Py_ssize_t given, Py_ssize_t wanted) {
  sb_py_open(call, module, place);
  if (given == wanted) return true;
  PyErr_Format(PyExc_TypeError, "%s: takes %zd arguments, not %zd", place, wanted, given);
  return false;
}

/* Ends what was lent; returns `result`, or NULL where the call has failed. */
SB_PY PyObject *sb_py_end(sb_py_call *call, PyObject *result) {
  for (size_t i = 0; i < call->handles.count; i++) {
    sb_py_resource *resource = (sb_py_resource *)call->handles.at[i];
    if (resource->given) {
      resource->given = false;
    } else if (resource->lent != 0) {
      resource->lent--;
    }
  }
  sb_py_objects_end(&call->handles);
  sb_py_objects_end(&call->kept);
  while (call->views != NULL) {
    sb_py_view *view = call->views;
    call->views = view->next;
    PyBuffer_Release(&view->buffer);
    free(view);
  }
  sb_arena_free(&call->arena);
  if (!call->failed) return result;
  Py_XDECREF(result);
  return NULL;
}

/* Adds a reference, which it takes. NULL: an exception is set. */
SB_PY PyObject *sb_py_add(sb_py_call *call, sb_py_objects *to, PyObject *object) {
  if (object == NULL) {
    call->failed = true;
    return NULL;
  }
  if (to->count == to->room) {
    bool inside = to->at == to->first;
    PyObject **block = (PyObject **)realloc(inside ? NULL : to->at, 2 * to->room * sizeof *block);
    if (block == NULL) {
      Py_DECREF(object);
      sb_py_fail(call, PyExc_MemoryError, "out of memory");
      return NULL;
    }
    if (inside) memcpy(block, to->first, sizeof to->first);
    to->at = block;
    to->room *= 2;
  }
  return to->at[to->count++] = object;
}

/* Takes a reference that lives as long as the call. */
SB_PY PyObject *sb_py_keep(sb_py_call *call, PyObject *object) { return sb_py_add(call, &call->kept, object); }

/* A type's class, or (`part` 1) what is known of it besides; borrowed. */
SB_PY PyObject *sb_py_type(sb_py_call *call, Py_ssize_t type, Py_ssize_t part) {
  PyObject *row = call->failed || call->state->types == NULL ? NULL : PyTuple_GetItem(call->state->types, type);
  PyObject *found = row == NULL ? NULL : PyTuple_GetItem(row, part);
  if (found != NULL) return found;
  if (!call->failed && PyErr_Occurred() == NULL) PyErr_SetString(PyExc_SystemError, "the package is not imported");
  call->failed = true;
  return NULL;
}

/* ---- from Python: scalars ---------------------------------------------------------------------------------------- */

SB_PY int64_t sb_py_to_integer(sb_py_call *call, PyObject *value, int64_t low, int64_t high, const char *type) {
  if (call->failed) return 0;
  int overflow = 0;
  long long found = PyLong_AsLongLongAndOverflow(value, &overflow);
  if (found == -1 && overflow == 0 && PyErr_Occurred() != NULL) {
    call->failed = true;
    return 0;
  }
  if (overflow == 0 && found >= low && found <= high) return found;
  PyErr_Format(PyExc_OverflowError, "%s: %R is out of range for %s", call->place, value, type);
  call->failed = true;
  return 0;
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

SB_PY int64_t sb_py_to_u64(sb_py_call *call, PyObject *value) {
  PyObject *number = call->failed ? NULL : PyNumber_Index(value);
  if (number == NULL) {
    call->failed = true;
    return 0;
  }
  unsigned long long found = PyLong_AsUnsignedLongLong(number);
  if (found == (unsigned long long)-1 && PyErr_Occurred() != NULL) {
    PyErr_Clear();
    PyErr_Format(PyExc_OverflowError, "%s: %R is out of range for u64", call->place, value);
    call->failed = true;
  }
  Py_DECREF(number);
  return (int64_t)found;
}

SB_PY double sb_py_to_f64(sb_py_call *call, PyObject *value) {
  if (call->failed) return 0;
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

/* Whether a value is of exactly a type's class: then its parts lie in slots, and reading them runs no code. */
SB_PY bool sb_py_is(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  PyObject *wanted = sb_py_type(call, type, 0);
  if (wanted == NULL || (PyObject *)Py_TYPE(value) == wanted) return wanted != NULL;
  PyErr_Format(PyExc_TypeError, "%s: expected %R, not %R", call->place, wanted, Py_TYPE(value));
  call->failed = true;
  return false;
}

SB_PY PyObject *sb_py_field(sb_py_call *call, PyObject *value, Py_ssize_t type, Py_ssize_t index) {
  if (call->failed || !sb_py_is(call, value, type)) return NULL;
  PyObject *names = sb_py_type(call, type, 1);
  PyObject *name = names == NULL ? NULL : PyTuple_GetItem(names, index);
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
  for (Py_ssize_t i = 0; i < count && !call->failed; i++) {
    if ((PyObject *)Py_TYPE(value) == sb_py_type(call, first + i, 0)) return i;
  }
  if (!call->failed) {
    PyErr_Format(PyExc_TypeError, "%s: expected %R or another case of it, not %R", call->place,
                 sb_py_type(call, first, 0), Py_TYPE(value));
    call->failed = true;
  }
  return count;
}

/* The number of an enum's member. */
SB_PY int32_t sb_py_to_index(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  if (call->failed || !sb_py_is(call, value, type)) return 0;
  PyObject *number = sb_py_keep(call, PyObject_GetAttrString(value, "_value_"));
  return sb_py_to_u32(call, number);
}

/* 32 flags, the ones from `32 * word` on. */
SB_PY int32_t sb_py_to_flags(sb_py_call *call, PyObject *value, Py_ssize_t type, long word) {
  if (call->failed || !sb_py_is(call, value, type)) return 0;
  PyObject *bits = sb_py_keep(call, PyObject_GetAttrString(value, "_value_"));
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
  if (call->failed || !sb_py_is(call, value, type)) return NULL;
  sb_py_resource *resource = (sb_py_resource *)value;
  if (resource->handle == NULL) sb_py_fail(call, PyExc_ValueError, "the resource was dropped or given away");
  if (resource->given) sb_py_fail(call, PyExc_ValueError, "the resource is given away in the same call");
  if (call->failed || sb_py_add(call, &call->handles, Py_NewRef(value)) == NULL) return NULL;
  return resource;
}

SB_PY uint8_t *sb_py_lend_handle(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  sb_py_resource *resource = sb_py_usable(call, value, type);
  if (resource == NULL) return NULL;
  resource->lent++;
  return resource->handle;
}

/* It stays Python's until sb_py_given. */
SB_PY uint8_t *sb_py_give_handle(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  if (!call->failed && sb_py_is(call, value, type) && ((sb_py_resource *)value)->lent != 0) {
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
  if (handle == NULL) {
    if (!call->failed) PyErr_Format(PyExc_SystemError, "%s: null handle", where);
    call->failed = true;
    return NULL;
  }
  PyObject *cls = sb_py_type(call, type, 0);
  PyObject *made = cls == NULL ? NULL : PyType_GenericAlloc((PyTypeObject *)cls, 0);
  if (made == NULL) {
    call->failed = true;
    drop(handle);
    return NULL;
  }
  ((sb_py_resource *)made)->handle = handle;
  ((sb_py_resource *)made)->drop = drop;
  return made;
}

/* ---- from Python: strings and lists ------------------------------------------------------------------------------ */

SB_PY uint8_t *sb_py_to_text(sb_py_call *call, PyObject *value, size_t *length) {
  *length = 0;
  if (call->failed) return NULL;
  if (!PyUnicode_Check(value)) {
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
SB_PY size_t sb_py_elements(sb_py_call *call, PyObject *value, bool map) {
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

/* A buffer whose elements are of one of the formats, in a row and aligned; NULL where the object has none. */
SB_PY uint8_t *sb_py_borrow(sb_py_call *call, PyObject *value, const char *formats, size_t size) {
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
  bool fits = *format != 0 && format[1] == 0 && strchr(formats, *format) != NULL &&
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

/* Lends a list of numbers: in place where it is a buffer of them; `call->length` tells how many. */
#define SB_PY_NUMBERS_(name, type, formats)                                                                            \
  SB_PY uint8_t *sb_py_lend_##name(sb_py_call *call, PyObject *value) {                                                \
    call->length = 0;                                                                                                  \
    if (call->failed) return NULL;                                                                                     \
    uint8_t *found = sb_py_borrow(call, value, formats, sizeof(type));                                                 \
    if (found != NULL || call->failed) return found;                                                                   \
    size_t count = sb_py_elements(call, value, false);                                                                 \
    PyObject *elements = call->sequence;                                                                               \
    type *to = (type *)(void *)sb_arena_alloc(&call->arena, count, sizeof(type), sizeof(type), call->place);           \
    for (size_t i = 0; i < count && !call->failed; i++) {                                                              \
      to[i] = (type)sb_py_to_##name(call, PyTuple_GetItem(elements, (Py_ssize_t)i));                                   \
    }                                                                                                                  \
    call->length = call->failed ? 0 : count;                                                                           \
    return (uint8_t *)to;                                                                                              \
  }
SB_PY_NUMBERS_(u8, uint8_t, "Bc")
SB_PY_NUMBERS_(s8, int8_t, "b")
SB_PY_NUMBERS_(u16, uint16_t, "H")
SB_PY_NUMBERS_(s16, int16_t, "h")
SB_PY_NUMBERS_(u32, uint32_t, "IL")
SB_PY_NUMBERS_(s32, int32_t, "il")
SB_PY_NUMBERS_(u64, uint64_t, "LQ")
SB_PY_NUMBERS_(s64, int64_t, "lq")
SB_PY_NUMBERS_(f32, float, "f")
SB_PY_NUMBERS_(f64, double, "d")
#undef SB_PY_NUMBERS_

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

/* The component has sent what is no value: an exception, since nothing was read by it yet. */
SB_PY PyObject *sb_py_broken(sb_py_call *call, const char *where, const char *what) {
  if (!call->failed) PyErr_Format(PyExc_SystemError, "%s: %s", where, what);
  call->failed = true;
  return NULL;
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
  PyObject *members = sb_py_type(call, type, 1);
  if (members == NULL) return NULL;
  if (index < 0 || index >= PyTuple_Size(members)) return sb_py_broken(call, where, "case out of range");
  return Py_NewRef(PyTuple_GetItem(members, index));
}

/* Flags, less the bits that have no name. */
SB_PY PyObject *sb_py_from_flags(sb_py_call *call, const uint32_t *words, long count, Py_ssize_t type) {
  PyObject *known = sb_py_type(call, type, 1);
  PyObject *mask = known == NULL ? NULL : PyTuple_GetItem(known, 0);
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
  PyObject *cls = named == NULL ? NULL : sb_py_type(call, type, 0);
  PyObject *made = cls == NULL ? NULL : PyObject_CallFunctionObjArgs(cls, named, NULL);
  Py_XDECREF(named);
  return sb_py_made(call, made);
}

SB_PY void sb_py_drop_parts(PyObject **parts, Py_ssize_t count) {
  for (Py_ssize_t i = 0; i < count; i++) Py_XDECREF(parts[i]);
}

/* An object of a frozen class with slots, whose fields `parts` are, without running its `__init__`. Takes the parts. */
SB_PY PyObject *sb_py_from_fields(sb_py_call *call, PyObject **parts, Py_ssize_t count, Py_ssize_t type) {
  PyObject *cls = sb_py_type(call, type, 0), *names = sb_py_type(call, type, 1);
  PyObject *made = names == NULL ? NULL : PyType_GenericAlloc((PyTypeObject *)cls, 0);
  for (Py_ssize_t i = 0; i < count && made != NULL; i++) {
    if (PyObject_GenericSetAttr(made, PyTuple_GetItem(names, i), parts[i]) != 0) Py_CLEAR(made);
  }
  sb_py_drop_parts(parts, count);
  return sb_py_made(call, made);
}

/* An object of a class that is called with one value, or with None where it has no payload. Takes the value. */
SB_PY PyObject *sb_py_from_payload(sb_py_call *call, PyObject *value, Py_ssize_t type) {
  PyObject *cls = sb_py_type(call, type, 0);
  PyObject *made = cls == NULL ? NULL : PyObject_CallFunctionObjArgs(cls, value, NULL);
  Py_XDECREF(value);
  return sb_py_made(call, made);
}

/* Raises the error of a result. Takes the value. */
SB_PY PyObject *sb_py_raise(sb_py_call *call, PyObject *value, Py_ssize_t type) {
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

#endif
