/* The extension as one would write it by hand: METH_FASTCALL, numbers checked, nothing else in a call. */
#define PY_SSIZE_T_CLEAN
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

#include <stdlib.h>

#include "border.h"

static int wants(const char *name, Py_ssize_t given, Py_ssize_t wanted) {
  if (given == wanted) return 1;
  PyErr_Format(PyExc_TypeError, "%s takes %zd arguments, not %zd", name, wanted, given);
  return 0;
}

/* -1 with an exception set where there is none. */
static int32_t to_s32(PyObject *value) {
  long found = PyLong_AsLong(value);
  if (found == -1 && PyErr_Occurred() != NULL) return -1;
  if (found == (int32_t)found) return (int32_t)found;
  PyErr_SetString(PyExc_OverflowError, "out of range");
  return -1;
}

static PyObject *add(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (!wants("add", count, 2)) return NULL;
  int32_t a = to_s32(args[0]), b = to_s32(args[1]);
  if ((a == -1 || b == -1) && PyErr_Occurred() != NULL) return NULL;
  return PyLong_FromLong(kinds_add(a, b));
}

static PyObject *echo(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (!wants("echo", count, 1)) return NULL;
  Py_ssize_t size;
  const char *text = PyUnicode_AsUTF8AndSize(args[0], &size);
  if (text == NULL) return NULL;
  block result;
  kinds_echo((const uint8_t *)text, (size_t)size, &result);
  PyObject *found = PyUnicode_FromStringAndSize((const char *)result.at, (Py_ssize_t)result.size);
  if (result.size != 0) free(result.at);
  return found;
}

static PyObject *ends(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (!wants("ends", count, 1)) return NULL;
  Py_buffer view;
  if (PyObject_GetBuffer(args[0], &view, PyBUF_SIMPLE) != 0) return NULL;
  PyObject *found = PyLong_FromLong(kinds_ends(view.buf, (size_t)view.len));
  PyBuffer_Release(&view);
  return found;
}

static PyObject *make(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (!wants("make", count, 1)) return NULL;
  int32_t size = to_s32(args[0]);
  if (size == -1 && PyErr_Occurred() != NULL) return NULL;
  block result;
  kinds_make(size, &result);
  PyObject *found = PyBytes_FromStringAndSize((const char *)result.at, (Py_ssize_t)result.size);
  if (result.size != 0) free(result.at);
  return found;
}

static PyObject *sum(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  (void)self;
  if (!wants("sum", count, 1)) return NULL;
  Py_ssize_t size = PyList_Size(args[0]);
  if (size < 0) return NULL;
  double *numbers = malloc((size_t)size * sizeof *numbers + 1);
  if (numbers == NULL) return PyErr_NoMemory();
  for (Py_ssize_t i = 0; i < size; i++) {
    PyObject *item = PyList_GetItem(args[0], i);
    numbers[i] = item == NULL ? -1 : PyFloat_AsDouble(item);
    if (numbers[i] == -1 && PyErr_Occurred() != NULL) {
      free(numbers);
      return NULL;
    }
  }
  double found = kinds_sum(numbers, (size_t)size);
  free(numbers);
  return PyFloat_FromDouble(found);
}

typedef struct {
  PyObject_HEAD
  uint8_t *handle;
} counter;

static PyObject *counter_make(PyTypeObject *type, PyObject *args, PyObject *keywords) {
  (void)keywords;
  int start;
  if (!PyArg_ParseTuple(args, "i", &start)) return NULL;
  counter *made = (counter *)PyType_GenericAlloc(type, 0);
  if (made != NULL) made->handle = counter_new(start);
  return (PyObject *)made;
}

static void counter_end(PyObject *self) {
  PyTypeObject *type = Py_TYPE(self);
  counter_drop(((counter *)self)->handle);
  ((freefunc)PyType_GetSlot(type, Py_tp_free))(self);
  Py_DECREF(type);
}

static PyObject *counter_adds(PyObject *self, PyObject *const *args, Py_ssize_t count) {
  if (!wants("add", count, 1)) return NULL;
  int32_t by = to_s32(args[0]);
  if (by == -1 && PyErr_Occurred() != NULL) return NULL;
  return PyLong_FromLong(counter_add(((counter *)self)->handle, by));
}

static int executed(PyObject *module) {
  static PyMethodDef methods[] = {
      {"add", (PyCFunction)(void (*)(void))counter_adds, METH_FASTCALL, NULL},
      {NULL, NULL, 0, NULL},
  };
  static PyType_Slot slots[] = {
      {Py_tp_new, counter_make},
      {Py_tp_dealloc, counter_end},
      {Py_tp_methods, methods},
      {0, NULL},
  };
  static PyType_Spec spec = {"hand.Counter", sizeof(counter), 0, Py_TPFLAGS_DEFAULT, slots};
  PyObject *type = PyType_FromModuleAndSpec(module, &spec, NULL);
  int added = type == NULL ? -1 : PyModule_AddObjectRef(module, "Counter", type);
  Py_XDECREF(type);
  return added;
}

#define FAST(name) {#name, (PyCFunction)(void (*)(void))name, METH_FASTCALL, NULL}
static PyMethodDef functions[] = {
    FAST(add), FAST(echo), FAST(ends), FAST(make), FAST(sum),
    {"hand_over", (PyCFunction)(void (*)(void))make, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};
static PyModuleDef_Slot steps[] = {{Py_mod_exec, executed}, {0, NULL}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "hand", NULL, 0, functions, steps, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_hand(void) { return PyModuleDef_Init(&module); }
