/* What an extension calls whose package lets Python objects provide what the component imports.
 *
 * The extension defines the imports' symbols, as a component that exports them does (symmetric-abi.md, section 2). Python
 * is called back there; what it raises or returns that is no value cannot go on through the frames of the component,
 * which may be of any language: so it is a trap, after the traceback. */
#ifndef SYMBUILD_PYTHON_IMPORTS_H
#define SYMBUILD_PYTHON_IMPORTS_H

#include "symbuild_python.h" /* Python.h comes first */

#include <stdio.h>

/* What provides each import: an object with functions, or a callable for a function of the world's own. The symbols are
 * the process's, so this is, too. */
typedef struct sb_py_host {
  PyObject *module; /* whose classes values are of; NULL: nothing was provided yet */
  PyObject **providers;
  Py_ssize_t count;
} sb_py_host;

/* `_provide(providers)`, of which None leaves what was provided before. */
SB_PY PyObject *sb_py_provide(sb_py_host *host, PyObject *module, PyObject *providers) {
  if (!PyTuple_Check(providers) || PyTuple_Size(providers) != host->count)
    return PyErr_Format(PyExc_TypeError, "providers are a tuple of %zd", host->count);
  /* A thread of the component's own asks for the main interpreter: PyGILState_Ensure knows no other. */
  if (PyInterpreterState_GetID(PyInterpreterState_Get()) != 0)
    return PyErr_Format(PyExc_RuntimeError, "only the main interpreter can provide what a component imports");
  PyObject *before = host->module;
  host->module = Py_NewRef(module);
  Py_XDECREF(before);
  for (Py_ssize_t i = 0; i < host->count; i++) {
    PyObject *given = PyTuple_GetItem(providers, i), *replaced = host->providers[i];
    if (given == Py_None) continue;
    host->providers[i] = Py_NewRef(given);
    Py_XDECREF(replaced);
  }
  return Py_NewRef(Py_None);
}

/* ---- a call that comes back ------------------------------------------------------------------------------------------ */

/* Around the call: the thread's hold on the interpreter, and an exception that is on its way, as where an object that
 * ends calls the component. */
typedef struct sb_py_visit {
  PyGILState_STATE gil;
  PyObject *kind, *value, *trace;
} sb_py_visit;

SB_PY void sb_py_unprovided(sb_py_call *call) {
  sb_py_fail(call, PyExc_RuntimeError, "nothing provides it yet: give the package's provide() an object that does");
}

SB_PY void sb_py_enter(sb_py_call *call, sb_py_visit *visit, const sb_py_host *host, const char *place) {
  if (!Py_IsInitialized()) sb_trap_at(place, "the interpreter that provides it has ended");
  visit->gil = PyGILState_Ensure();
  PyErr_Fetch(&visit->kind, &visit->value, &visit->trace);
  sb_py_open(call, host->module, place);
  if (host->module == NULL) sb_py_unprovided(call);
}

/* Prints a file's buffer; what goes wrong there is not what is told. */
SB_PY void sb_py_flush(const char *name) {
  PyObject *file = PySys_GetObject(name);
  PyObject *flush = file == NULL ? NULL : PyObject_GetAttrString(file, "flush");
  PyObject *done = flush == NULL ? NULL : PyObject_CallObject(flush, NULL);
  Py_XDECREF(done);
  Py_XDECREF(flush);
  PyErr_Clear();
}

/* The traceback, and a trap that says what was raised. */
__attribute__((noreturn, cold, noinline, unused)) static void sb_py_trap(const sb_py_call *call) {
  static char what[160]; /* a hook may keep it */
  PyObject *kind = NULL, *value = NULL, *trace = NULL;
  PyErr_Fetch(&kind, &value, &trace);
  PyErr_NormalizeException(&kind, &value, &trace);
  PyObject *name = kind == NULL ? NULL : PyObject_GetAttrString(kind, "__name__");
  const char *raised = name == NULL ? NULL : PyUnicode_AsUTF8AndSize(name, NULL);
  snprintf(what, sizeof what, "Python raised %s", raised == NULL ? "an exception" : raised);
  sb_py_flush("stdout");
  /* Not PyErr_Print, which ends the process in its own way where it was SystemExit. */
  if (value != NULL) PyErr_Display(kind, value, trace);
  sb_py_flush("stderr");
  sb_trap_at(call->place, what);
}

/* The result was written: the component goes on. */
SB_PY void sb_py_leave(sb_py_call *call, sb_py_visit *visit) {
  if (call->failed) sb_py_trap(call);
  (void)sb_py_end(call, NULL);
  PyErr_Restore(visit->kind, visit->value, visit->trace);
  PyGILState_Release(visit->gil);
}

/* What provides the function; a new reference. */
SB_PY PyObject *sb_py_provider(sb_py_call *call, const sb_py_host *host, Py_ssize_t provider, const char *function) {
  if (call->failed) return NULL;
  PyObject *object = host->providers[provider];
  if (object == NULL) {
    sb_py_unprovided(call);
    return NULL;
  }
  return function == NULL ? Py_NewRef(object) : sb_py_made(call, PyObject_GetAttrString(object, function));
}

/* Calls Python. Takes the arguments, of which some are NULL where the call has failed; the result is the call's. */
SB_PY PyObject *sb_py_invoke(sb_py_call *call, const sb_py_host *host, Py_ssize_t provider, const char *function,
                             PyObject **args, Py_ssize_t count) {
  PyObject *callable = sb_py_provider(call, host, provider, function);
  PyObject *packed = callable == NULL ? NULL : sb_py_made(call, PyTuple_New(count));
  if (packed == NULL) sb_py_drop_parts(args, count);
  for (Py_ssize_t i = 0; i < count && packed != NULL; i++) PyTuple_SetItem(packed, i, args[i]);
  PyObject *found = packed == NULL ? NULL : sb_py_made(call, PyObject_CallObject(callable, packed));
  Py_XDECREF(packed);
  Py_XDECREF(callable);
  return found == NULL ? NULL : sb_py_keep(call, found);
}

/* The same for a function with a result: what it returns is the success, and an `Err` that it raises the error. */
SB_PY PyObject *sb_py_invoke_result(sb_py_call *call, const sb_py_host *host, Py_ssize_t provider,
                                    const char *function, PyObject **args, Py_ssize_t count, Py_ssize_t ok) {
  PyObject *found = sb_py_invoke(call, host, provider, function, args, count);
  if (found != NULL) return sb_py_keep(call, sb_py_from_fields(call, (PyObject *[]){Py_NewRef(found)}, 1, ok));
  const sb_py_state *state = sb_py_state_of(call);
  PyObject *error = state == NULL || ok + 1 >= state->count ? NULL : state->classes[ok + 1].cls;
  if (error == NULL || PyErr_ExceptionMatches(error) == 0) return NULL;
  PyObject *kind = NULL, *value = NULL, *trace = NULL;
  PyErr_Fetch(&kind, &value, &trace);
  PyErr_NormalizeException(&kind, &value, &trace);
  Py_XDECREF(kind);
  Py_XDECREF(trace);
  call->failed = false;
  return sb_py_keep(call, value);
}

/* ---- what is handed over --------------------------------------------------------------------------------------------- */

/* A copy of a string, for its receiver to free. */
SB_PY uint8_t *sb_py_give_text(sb_py_call *call, PyObject *value, size_t *length) {
  const uint8_t *text = sb_py_to_text(call, value, length);
  return sb_copy(text, *length, 1, 1, call->place);
}

/* A copy of the numbers that were lent last, for their receiver to free. */
SB_PY uint8_t *sb_py_give_numbers(sb_py_call *call, const uint8_t *numbers, size_t size) {
  return sb_copy(numbers, call->length, size, size, call->place);
}

#endif
