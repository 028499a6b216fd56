// Linked into C++ components that are built for wasm: libc++ prints before it aborts, and so would pull in all of WASI's
// files and streams. A component that only computes traps instead, and imports nothing.
#include <__config>

_LIBCPP_BEGIN_NAMESPACE_STD
[[noreturn]] void __libcpp_verbose_abort(const char *, ...) noexcept { __builtin_trap(); }
_LIBCPP_END_NAMESPACE_STD

extern "C" {
[[noreturn]] void __abort_message(const char *, ...) { __builtin_trap(); }
[[noreturn]] void abort_message(const char *, ...) { __builtin_trap(); }
[[noreturn]] void __cxa_pure_virtual() { __builtin_trap(); }
}
