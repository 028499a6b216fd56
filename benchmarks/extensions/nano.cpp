// The extension with nanobind. Its records are C++'s own: what turns the component's into those would cost more.
#include <cstdlib>
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/vector.h>

#include "border.h"

namespace nb = nanobind;

struct Sample {
  uint64_t at;
  double value;
  std::string name;
};

struct Counter {
  explicit Counter(int32_t start) : handle(counter_new(start)) {}
  Counter(const Counter &) = delete;
  ~Counter() { counter_drop(handle); }
  int32_t add(int32_t by) { return counter_add(handle, by); }
  uint8_t *handle;
};

NB_MODULE(nano, m) {
  m.def("add", &kinds_add);
  m.def("echo", [](std::string_view text) {
    block result;
    kinds_echo(reinterpret_cast<const uint8_t *>(text.data()), text.size(), &result);
    nb::str found(reinterpret_cast<const char *>(result.at), result.size);
    if (result.size != 0) free(result.at);
    return found;
  });
  m.def("ends", [](nb::bytes octets) {
    return kinds_ends(static_cast<const uint8_t *>(octets.data()), octets.size());
  });
  m.def("make", [](int32_t size) {
    block result;
    kinds_make(size, &result);
    nb::bytes found(result.at, result.size);
    if (result.size != 0) free(result.at);
    return found;
  });
  m.def("sum", [](const std::vector<double> &numbers) { return kinds_sum(numbers.data(), numbers.size()); });
  m.def("samples", [](uint32_t count) {
    std::vector<Sample> found;
    found.reserve(count);
    for (uint32_t i = 0; i < count; i++) found.push_back({i, i * 0.5, "sample"});
    return found;
  });
  nb::class_<Sample>(m, "Sample")
      .def_ro("at", &Sample::at)
      .def_ro("value", &Sample::value)
      .def_ro("name", &Sample::name);
  nb::class_<Counter>(m, "Counter").def(nb::init<int32_t>()).def("add", &Counter::add);
}
