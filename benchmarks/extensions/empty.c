/* An extension that has nothing in it. */
#define Py_LIMITED_API 0x030B0000
#include <Python.h>

static PyModuleDef module = {PyModuleDef_HEAD_INIT, "empty", NULL, 0, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_empty(void) { return PyModuleDef_Init(&module); }
