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

/* Refuses to be imported by other interpreters: a thread asks for the main one, since PyGILState_Ensure knows no other, and
 * one that runs another then would wait for itself. */
SB_PY_RARE int sb_py_only_main(PyObject *module) {
  (void)module;
  if (PyInterpreterState_GetID(PyInterpreterState_Get()) == 0) return 0;
  PyErr_SetString(PyExc_ImportError, "only the main interpreter can provide what a component imports");
  return -1;
}

/* `_provide(providers)`, of which None leaves what was provided before. */
SB_PY PyObject *sb_py_provide(sb_py_host *host, PyObject *module, PyObject *providers) {
  if (!PyTuple_Check(providers) || PyTuple_Size(providers) != host->count)
    return PyErr_Format(PyExc_TypeError, "providers are a tuple of %zd", host->count);
  sb_py_section section;
  sb_py_take_turn(&section);
  PyObject *before = host->module;
  host->module = Py_NewRef(module);
  Py_XDECREF(before);
  for (Py_ssize_t i = 0; i < host->count; i++) {
    PyObject *given = PyTuple_GetItem(providers, i), *replaced = host->providers[i];
    if (given == Py_None) continue;
    host->providers[i] = Py_NewRef(given);
    Py_XDECREF(replaced);
  }
  sb_py_end_turn(&section);
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
  sb_py_take_call(call);
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

/* What holds a handle for as long as a call takes, by the name of its capsule. */
#define SB_PY_LENT "symbuild.python.lent"
#define SB_PY_GIVEN "symbuild.python.given"

/* All is converted: handles that are given are the component's from now on. */
SB_PY void sb_py_given_objects(sb_py_call *call) {
  for (size_t i = 0; i < call->kept.count; i++) {
    if (PyCapsule_IsValid(call->kept.at[i], SB_PY_GIVEN) != 0) (void)PyCapsule_SetDestructor(call->kept.at[i], NULL);
  }
}

/* The result was written: the component goes on. */
SB_PY void sb_py_leave(sb_py_call *call, sb_py_visit *visit) {
  if (call->failed) sb_py_trap(call);
  sb_py_given_objects(call);
  (void)sb_py_end(call, NULL);
  PyErr_Restore(visit->kind, visit->value, visit->trace);
  PyGILState_Release(visit->gil);
}

/* What an object has of a name: asked for by the one string that the interpreter's cache knows it by. */
SB_PY PyObject *sb_py_attribute(PyObject *object, const char *name) {
  PyObject *known = PyUnicode_InternFromString(name);
  PyObject *found = known == NULL ? NULL : PyObject_GetAttr(object, known);
  Py_XDECREF(known);
  return found;
}

/* What provides an import, or (`name`) what it has of that name; a new reference. */
SB_PY PyObject *sb_py_provider(sb_py_call *call, const sb_py_host *host, Py_ssize_t provider, const char *name) {
  if (call->failed) return NULL;
  PyObject *object = host->providers[provider];
  if (object == NULL) {
    sb_py_unprovided(call);
    return NULL;
  }
  Py_INCREF(object); /* to ask it may let others in, who provide another */
  if (name == NULL) return object;
  PyObject *found = sb_py_made(call, sb_py_attribute(object, name));
  Py_DECREF(object);
  return found;
}

/* What an object has of a name. Takes the object, which is NULL where the call has failed. */
SB_PY PyObject *sb_py_member(sb_py_call *call, PyObject *object, const char *name) {
  PyObject *found = call->failed ? NULL : sb_py_made(call, sb_py_attribute(object, name));
  Py_XDECREF(object);
  return found;
}

/* Calls Python. Takes what is called and the arguments, of which some are NULL where the call has failed; the result is
 * the call's. */
SB_PY PyObject *sb_py_invoke(sb_py_call *call, PyObject *callable, PyObject **args, Py_ssize_t count) {
  PyObject *packed = callable == NULL ? NULL : sb_py_made(call, PyTuple_New(count));
  if (packed == NULL) sb_py_drop_parts(args, count);
  for (Py_ssize_t i = 0; i < count && packed != NULL; i++) PyTuple_SetItem(packed, i, args[i]);
  PyObject *found = packed == NULL ? NULL : sb_py_made(call, PyObject_CallObject(callable, packed));
  Py_XDECREF(packed);
  Py_XDECREF(callable);
  return found == NULL ? NULL : sb_py_keep(call, found);
}

/* The same for a function with a result: what it returns is the success, and an `Err` that it raises the error. */
SB_PY PyObject *sb_py_invoke_result(sb_py_call *call, PyObject *callable, PyObject **args, Py_ssize_t count,
                                    Py_ssize_t ok) {
  PyObject *found = sb_py_invoke(call, callable, args, count);
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

/* ---- resources ------------------------------------------------------------------------------------------------------- */

/* A resource that is provided: a handle is a box (symmetric-abi.md, section 5) that holds a reference to an object. */
typedef struct sb_py_resources {
  sb_boxes *boxes;
  const sb_operations *operations;
  const sb_py_host *host;
  Py_ssize_t provider;
  const char *cls; /* what the provider has for the class of the objects */
} sb_py_resources;

/* Whether an object can stand for a resource. What makes them may be a function, or nothing that has a name: then any. */
SB_PY bool sb_py_stands(sb_py_call *call, PyObject *value, const sb_py_resources *of) {
  if (call->failed) return false;
  PyObject *provider = of->host->providers[of->provider];
  if (provider == NULL) {
    sb_py_unprovided(call);
    return false;
  }
  Py_INCREF(provider); /* as above */
  PyObject *cls = sb_py_attribute(provider, of->cls);
  Py_DECREF(provider);
  if (cls == NULL && PyErr_ExceptionMatches(PyExc_AttributeError) != 0) {
    PyErr_Clear();
    return true;
  }
  int is = cls == NULL ? -1 : PyType_Check(cls) ? PyObject_IsInstance(value, cls) : 1;
  if (is == 0) PyErr_Format(PyExc_TypeError, "%s: expected %R, not %R", call->place, cls, Py_TYPE(value));
  Py_XDECREF(cls);
  call->failed = is != 1;
  return is == 1;
}

/* The handle of an object, for its receiver to drop. */
SB_PY uint8_t *sb_py_box(sb_py_call *call, PyObject *value, const sb_py_resources *of) {
  if (!sb_py_stands(call, value, of)) return NULL;
  sb_box *box = sb_box_new(of->boxes, of->operations, Py_NewRef(value), call->place);
  box->next = NULL;
  return (uint8_t *)box;
}

/* A box that is lent for a call is marked so in what only boxes that nobody has use. */
SB_PY bool sb_py_is_lent(const sb_box *box) { return box->next == box; }

/* Traps where a handle is only lent, and so cannot be given away or dropped: who lends it ends it. */
SB_PY sb_box *sb_py_owned(uint8_t *handle, const char *where) {
  sb_box *box = (sb_box *)(void *)handle;
  if (sb_py_is_lent(box)) sb_trap_at(where, "handle that is lent, and cannot be given away or dropped");
  return box;
}

/* A handle ends; whoever has it may be a thread that Python does not know, or outlive Python. */
SB_PY void sb_py_unbox(uint8_t *handle, const sb_py_resources *of) {
  PyObject *object = (PyObject *)sb_rep(handle);
  sb_box_drop(of->boxes, (sb_box *)(void *)handle);
  if (!Py_IsInitialized()) return;
  PyGILState_STATE gil = PyGILState_Ensure();
  PyObject *kind = NULL, *value = NULL, *trace = NULL;
  PyErr_Fetch(&kind, &value, &trace);
  Py_DECREF(object);
  PyErr_Restore(kind, value, trace);
  PyGILState_Release(gil);
}

SB_PY void sb_py_end_lent(PyObject *capsule) {
  const sb_py_resources *of = (const sb_py_resources *)PyCapsule_GetContext(capsule);
  uint8_t *handle = (uint8_t *)PyCapsule_GetPointer(capsule, PyCapsule_GetName(capsule));
  sb_py_unbox(handle, of);
}

/* `[resource-drop]` of a handle of this maker's. */
SB_PY void sb_py_dropped(uint8_t *handle, const sb_py_resources *of, const char *where) {
  (void)sb_py_owned(handle, where);
  sb_py_unbox(handle, of);
}

/* The handle of an object for a call of the component; it ends with the call, unless the call is given it. */
SB_PY uint8_t *sb_py_box_for(sb_py_call *call, PyObject *value, const sb_py_resources *of, const char *how) {
  uint8_t *handle = sb_py_box(call, value, of);
  if (handle == NULL) return NULL;
  PyObject *capsule = PyCapsule_New(handle, how, sb_py_end_lent);
  if (capsule == NULL) sb_py_unbox(handle, of);
  else (void)PyCapsule_SetContext(capsule, (void *)(uintptr_t)of);
  if (capsule != NULL && strcmp(how, SB_PY_LENT) == 0) ((sb_box *)(void *)handle)->next = (sb_box *)(void *)handle;
  return sb_py_keep(call, capsule) == NULL ? NULL : handle;
}

/* The object of a handle that is lent. */
SB_PY PyObject *sb_py_lent_object(uint8_t *handle, const sb_py_resources *of, const char *where) {
  return Py_NewRef((PyObject *)sb_rep(sb_own_handle(handle, of->operations, where)));
}

/* The object of a handle that is given, which ends. */
SB_PY PyObject *sb_py_given_object(uint8_t *handle, const sb_py_resources *of, const char *where) {
  sb_box *box = sb_py_owned(sb_own_handle(handle, of->operations, where), where);
  PyObject *object = (PyObject *)box->rep;
  sb_box_drop(of->boxes, box);
  return object;
}

#endif
