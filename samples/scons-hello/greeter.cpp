#include "greeter_cpp.h"

#include <string>

namespace exports::sample::hello::greetings {

wit::string Greet(wit::string name) {
  return wit::string::from_view("Hello, " + std::string(name.get_view()) + "!");
}

}  // namespace exports::sample::hello::greetings
