#include "app_cpp.h"

#include <iostream>

using namespace demo::mixed::counting;

int main(int argc, char **) {
  auto summary = Summarise("two words");
  std::cout << summary->count << ' ' << summary->words[1].get_view() << ' ' << Summarise("").error().get_view() << '\n';
  return Add(argc == 1 ? 1 : 13, 2) != 3;
}
