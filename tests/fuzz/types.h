// What the classes of the component under test share: the two styles of parameters, by one name.
#pragma once

#include "wit.h"

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#ifdef FZ_VIEWS
typedef std::string_view lent_text;
template <class T, bool constant> using lent_list = std::span<std::conditional_t<constant, T const, T>>;
inline std::string_view view_of(std::string_view of) { return of; }
#else
typedef wit::string lent_text;
template <class T, bool constant> using lent_list = wit::vector<T>;
inline std::string_view view_of(const wit::string &of) { return of.get_view(); }
#endif

/// A string of the user's own, on the user's own heap.
class text {
  std::vector<char> of_;

public:
  explicit text(std::string_view of) : of_(of.begin(), of.end()) {}
  std::string_view view() const { return {of_.data(), of_.size()}; }
};
