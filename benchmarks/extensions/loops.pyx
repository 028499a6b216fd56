# cython: language_level=3, boundscheck=False, wraparound=False
"""The loop over a list of floats, as Cython compiles it."""
from libc.stdlib cimport free, malloc

cdef extern from "border.h":
    double kinds_sum(const double *numbers, size_t count)


def sum(list numbers):
    cdef Py_ssize_t i, count = len(numbers)
    cdef double *block = <double *>malloc(count * sizeof(double) + 1)
    if block == NULL:
        raise MemoryError
    try:
        for i in range(count):
            block[i] = numbers[i]
        return kinds_sum(block, count)
    finally:
        free(block)
