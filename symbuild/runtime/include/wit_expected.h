// wit_expected.h: std::expected, wherever it comes from.
//
// That of C++23, or one found as <expected> on the include path, or the stand-in below. The stand-in has what the
// generated code and common use need: no monadic functions, no comparison with values.
//
// This file may be used under Apache-2.0 WITH LLVM-exception, or copied into generated code without any condition.
#ifndef WIT_EXPECTED_H
#define WIT_EXPECTED_H

// libstdc++ before C++23 declares a deprecated function std::unexpected in <exception>. Under another name it is in
// nobody's way.
#if !defined(__EXCEPTION__) && !defined(_EXCEPTION_)
#define unexpected wit_old_unexpected
#include <exception>
#undef unexpected
#define WIT_UNEXPECTED_IS_FREE
#endif

#include <version>

#if defined(__has_include)
#if __has_include(<expected>)
#include <expected>
#endif
#endif

// A shim says that it is there by the macro of the library it wraps, or by this one.
#if !defined(__cpp_lib_expected) && !defined(TL_EXPECTED_HPP) && !defined(WIT_HAS_EXPECTED)
#define WIT_HAS_EXPECTED

#include <stdlib.h>

#include <new>
#include <type_traits>
#include <utility>

#if !defined(WIT_UNEXPECTED_IS_FREE) && defined(__GLIBCXX__)
// <exception> was there before us, and with it the function: the class goes by another name, in this file and after it.
#define unexpected wit_unexpected
#endif

namespace std {

template <class E> class unexpected {
  E error_;

public:
  template <class G = E>
    requires(!is_same_v<remove_cvref_t<G>, unexpected> && is_constructible_v<E, G>)
  constexpr explicit unexpected(G &&error) : error_(std::forward<G>(error)) {}

  constexpr E &error() & noexcept { return error_; }
  constexpr const E &error() const & noexcept { return error_; }
  constexpr E &&error() && noexcept { return std::move(error_); }
  friend constexpr bool operator==(const unexpected &a, const unexpected &b) { return a.error_ == b.error_; }
};

template <class E> unexpected(E) -> unexpected<E>;

struct unexpect_t {
  explicit unexpect_t() = default;
};
inline constexpr unexpect_t unexpect{};

template <class T, class E> class expected;

namespace wit_detail {
template <class T> inline constexpr bool is_expected = false;
template <class T, class E> inline constexpr bool is_expected<expected<T, E>> = true;
template <class T> inline constexpr bool is_unexpected = false;
template <class E> inline constexpr bool is_unexpected<unexpected<E>> = true;
struct nothing {};
} // namespace wit_detail

/// Either a value or an error; without a value, T is void.
template <class T, class E> class expected {
  using stored = conditional_t<is_void_v<T>, wit_detail::nothing, T>;
  union {
    stored value_;
    E error_;
  };
  bool has_value_;

  void destroy() {
    if (has_value_) {
      value_.~stored();
    } else {
      error_.~E();
    }
  }
  template <class Other> void construct(Other &&other) {
    if (has_value_) {
      ::new (static_cast<void *>(std::addressof(value_))) stored(std::forward<Other>(other).value_);
    } else {
      ::new (static_cast<void *>(std::addressof(error_))) E(std::forward<Other>(other).error_);
    }
  }
  void need(bool holds) const {
    if (!holds) abort();
  }

public:
  using value_type = T;
  using error_type = E;
  using unexpected_type = unexpected<E>;

  expected()
    requires is_default_constructible_v<stored>
      : value_(), has_value_(true) {}
  template <class U = T>
    requires(!is_void_v<T> && is_constructible_v<stored, U> && !is_same_v<remove_cvref_t<U>, expected> &&
             !is_same_v<remove_cvref_t<U>, in_place_t> && !wit_detail::is_unexpected<remove_cvref_t<U>>)
  explicit(!is_convertible_v<U, stored>) expected(U &&value) : value_(std::forward<U>(value)), has_value_(true) {}
  template <class G>
    requires is_constructible_v<E, const G &>
  expected(const unexpected<G> &error) : error_(error.error()), has_value_(false) {}
  template <class G>
    requires is_constructible_v<E, G>
  expected(unexpected<G> &&error) : error_(std::move(error).error()), has_value_(false) {}
  template <class... Args>
    requires is_constructible_v<stored, Args...>
  explicit expected(in_place_t, Args &&...args) : value_(std::forward<Args>(args)...), has_value_(true) {}
  template <class... Args>
    requires is_constructible_v<E, Args...>
  explicit expected(unexpect_t, Args &&...args) : error_(std::forward<Args>(args)...), has_value_(false) {}

  expected(const expected &other)
    requires(is_copy_constructible_v<stored> && is_copy_constructible_v<E>)
      : has_value_(other.has_value_) {
    construct(other);
  }
  expected(expected &&other) noexcept : has_value_(other.has_value_) { construct(std::move(other)); }
  expected &operator=(const expected &other)
    requires(is_copy_constructible_v<stored> && is_copy_constructible_v<E>)
  {
    if (this != &other) {
      expected copy(other);
      *this = std::move(copy);
    }
    return *this;
  }
  expected &operator=(expected &&other) noexcept {
    if (this != &other) {
      destroy();
      has_value_ = other.has_value_;
      construct(std::move(other));
    }
    return *this;
  }
  ~expected() { destroy(); }

  bool has_value() const noexcept { return has_value_; }
  explicit operator bool() const noexcept { return has_value_; }

  stored &operator*() & noexcept
    requires(!is_void_v<T>)
  {
    return value_;
  }
  const stored &operator*() const & noexcept
    requires(!is_void_v<T>)
  {
    return value_;
  }
  stored &&operator*() && noexcept
    requires(!is_void_v<T>)
  {
    return std::move(value_);
  }
  void operator*() const & noexcept
    requires is_void_v<T>
  {}
  stored *operator->() noexcept
    requires(!is_void_v<T>)
  {
    return std::addressof(value_);
  }
  const stored *operator->() const noexcept
    requires(!is_void_v<T>)
  {
    return std::addressof(value_);
  }

  /// The value; without one the program ends, as it does where exceptions are off.
  stored &value() &
    requires(!is_void_v<T>)
  {
    need(has_value_);
    return value_;
  }
  const stored &value() const &
    requires(!is_void_v<T>)
  {
    need(has_value_);
    return value_;
  }
  stored &&value() &&
    requires(!is_void_v<T>)
  {
    need(has_value_);
    return std::move(value_);
  }
  void value() const &
    requires is_void_v<T>
  {
    need(has_value_);
  }

  E &error() & noexcept { return error_; }
  const E &error() const & noexcept { return error_; }
  E &&error() && noexcept { return std::move(error_); }

  template <class U>
    requires(!is_void_v<T>)
  stored value_or(U &&otherwise) const & {
    return has_value_ ? value_ : static_cast<stored>(std::forward<U>(otherwise));
  }
  template <class U>
    requires(!is_void_v<T>)
  stored value_or(U &&otherwise) && {
    return has_value_ ? std::move(value_) : static_cast<stored>(std::forward<U>(otherwise));
  }

  friend bool operator==(const expected &a, const expected &b) {
    if (a.has_value_ != b.has_value_) return false;
    if (!a.has_value_) return a.error_ == b.error_;
    if constexpr (is_void_v<T>) {
      return true;
    } else {
      return a.value_ == b.value_;
    }
  }
  template <class G> friend bool operator==(const expected &a, const unexpected<G> &b) {
    return !a.has_value_ && a.error_ == b.error();
  }
};

} // namespace std

#endif

#endif
