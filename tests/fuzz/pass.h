// Turns what an export was given into what an import wants: views, also inside of other types.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

/// Keeps arrays of views until the call is over.
typedef std::vector<std::shared_ptr<void>> keeper;

template <class To> struct passing;

template <class To, class From> To pass(From &&from, keeper &kept) {
  if constexpr (std::is_same_v<To, std::remove_cvref_t<From>>) {
    return std::move(from);
  } else {
    return passing<To>::from(from, kept);
  }
}

template <> struct passing<std::string_view> {
  template <class From> static std::string_view from(From &text, keeper &) { return {text.data(), text.size()}; }
};

template <class T> struct passing<std::span<T>> {
  template <class From> static std::span<T> from(From &list, keeper &kept) {
    using element = std::remove_const_t<T>;
    if constexpr (std::is_same_v<element, std::remove_cvref_t<decltype(*list.data())>>) {
      return {list.data(), list.size()};
    } else {
      auto made = std::make_shared<std::vector<element>>();
      made->reserve(list.size());
      for (size_t i = 0; i < list.size(); ++i) made->push_back(pass<element>(list.data()[i], kept));
      kept.push_back(made);
      return {made->data(), made->size()};
    }
  }
};

template <class T> struct passing<std::optional<T>> {
  template <class From> static std::optional<T> from(From &maybe, keeper &kept) {
    if (!maybe) return std::nullopt;
    return pass<T>(*maybe, kept);
  }
};

template <class A, class B> struct passing<std::pair<A, B>> {
  template <class From> static std::pair<A, B> from(From &pair, keeper &kept) {
    return {pass<A>(pair.first, kept), pass<B>(pair.second, kept)};
  }
};

template <class... T> struct passing<std::tuple<T...>> {
  template <class From> static std::tuple<T...> from(From &whole, keeper &kept) {
    return std::apply([&](auto &...parts) { return std::tuple<T...>(pass<T>(parts, kept)...); }, whole);
  }
};

template <class T, size_t n> struct passing<std::array<T, n>> {
  template <class From> static std::array<T, n> from(From &whole, keeper &kept) {
    return std::apply([&](auto &...parts) { return std::array<T, n>{pass<T>(parts, kept)...}; }, whole);
  }
};
