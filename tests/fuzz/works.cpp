// The user's code of the component under test, in C++. It trusts its arguments: whatever is wrong with them has to be
// found before. What passes values on (`mirror`) is written by forward.py.
#include "dense.cpp"

#include "pass.h"
#include "forward.h"

namespace exports::fuzz::dense::works {

static Gadget::Owned kept_gadget;

static wit::string text_of(const char *of) { return wit::string::from_view(of); }

template <class T, class List> static wit::vector<T> moved(List &&from) {
  auto made = wit::vector<T>::allocate(from.size());
  for (size_t i = 0; i < from.size(); ++i) made.initialize(i, std::move(from[i]));
  return made;
}

uint32_t Gadget::Join(lent_list<std::reference_wrapper<const Gadget>, true> others,
                      std::reference_wrapper<const ::fuzz::dense::stock::Token> token) {
  uint32_t sum = weight() + token.get().Seed();
  for (size_t i = 0; i < others.size(); ++i) sum += others[i].get().weight();
  return sum;
}
std::optional<::fuzz::dense::stock::Token> Gadget::Hold(::fuzz::dense::stock::Token &&other) {
  auto had = std::move(token);
  token.emplace(std::move(other));
  return had;
}
std::expected<Gadget::Owned, wit::string> Gadget::Into(Owned other, std::optional<wit::string> note) {
  if (note) return std::unexpected<wit::string>(std::move(*note));
  other->weight();
  return other;
}
::fuzz::dense::stock::Point Gadget::Wide(lent_text a, lent_text b, lent_text c, lent_text d, lent_text e, lent_text f,
                                         lent_list<bool, true> g, std::reference_wrapper<const Gadget> h,
                                         ::fuzz::dense::stock::Point i) {
  size_t sum = weight() + h.get().weight() + g.size();
  for (auto *each : {&a, &b, &c, &d, &e, &f}) sum += view_of(*each).size();
  i.x = static_cast<int8_t>(sum);
  return i;
}
wit::vector<Gadget::Owned> Gadget::Spread(uint8_t count) {
  auto made = wit::vector<Owned>::allocate(count % 3);
  for (size_t i = 0; i < made.size(); ++i) made.initialize(i, Owned(new Gadget("spread")));
  return made;
}

std::expected<Crate::Owned, wit::string> Crate::Create(lent_list<Gadget::Owned, false> gadgets) {
  if (gadgets.size() > 3) return std::unexpected<wit::string>(text_of("too many"));
  Owned made(new Crate());
  for (size_t i = 0; i < gadgets.size(); ++i) made->held.push_back(std::move(gadgets[i]));
  return made;
}
std::optional<wit::string> Crate::Look(uint32_t at) {
  if (at % 4 >= held.size()) return std::nullopt;
  return held[at % 4]->name_of();
}
wit::vector<Gadget::Owned> Crate::Unpack() { return moved<Gadget::Owned>(std::exchange(held, {})); }
uint32_t Crate::Pack(std::optional<Gadget::Owned> gadget) {
  if (gadget) held.push_back(std::move(*gadget));
  return static_cast<uint32_t>(held.size());
}

void Drop(Gadget::Owned) {}
Gadget::Owned Pass(Gadget::Owned v) { return v; }
uint32_t Look(std::reference_wrapper<const Gadget> v) { return v.get().weight(); }
Pair Swap(Pair v) {
  if (v.right) std::swap(v.left, *v.right);
  return v;
}
Choice Choose(Choice v) { return v; }
wit::vector<Choice> Choices(lent_list<Choice, false> v) { return moved<Choice>(v); }
std::optional<wit::string> Peek(std::optional<std::reference_wrapper<const Gadget>> v) {
  if (!v) return std::nullopt;
  return v->get().name_of();
}

static uint32_t weight_of(const View &v) {
  return v.left.get().weight() + (v.right ? v.right->get().weight() : 0) + v.count;
}
uint32_t Survey(View v, lent_list<View, true> all, std::array<std::reference_wrapper<const Gadget>, 2> fixed) {
  uint32_t sum = weight_of(v) + fixed[0].get().weight() + fixed[1].get().weight();
  for (size_t i = 0; i < all.size(); ++i) sum += weight_of(all[i]);
  return sum;
}
wit::unordered_map<wit::string, Gadget::Owned> Gather(lent_list<std::tuple<Gadget::Owned, lent_text>, false> v) {
  auto made = wit::unordered_map<wit::string, Gadget::Owned>::allocate(v.size());
  for (size_t i = 0; i < v.size(); ++i) {
    auto &[gadget, name] = v[i];
    made.initialize(i, {wit::string::from_view(view_of(name)), std::move(gadget)});
  }
  return made;
}
std::expected<Gadget::Owned, Crate::Owned> Settle(std::expected<Gadget::Owned, Crate::Owned> v) { return v; }
std::array<Gadget::Owned, 2> Twins(std::array<Gadget::Owned, 2> v) {
  std::swap(v[0], v[1]);
  return v;
}
Choice Haul(Gadget::Owned a, std::reference_wrapper<const Crate> b, View c, Choice d, lent_list<Pair, false> e,
            ::fuzz::dense::stock::Token &&f, lent_text g, lent_text h) {
  const std::string_view lines[] = {view_of(g), view_of(h)};
  if (auto half = f.Split(std::span(lines).first(weight_of(c) % 3))) {
    ::fuzz::dense::stock::Token both[] = {std::move(f), std::move(*half)};
    auto merged = ::fuzz::dense::stock::Token::Merge(both);
  }
  a->weight();
  if (!b.get().held.empty()) b.get().held[0]->weight();
  for (size_t i = 0; i < e.size(); ++i) e[i].left->weight();
  return d;
}
void Keep(Gadget::Owned v) { kept_gadget = std::move(v); }
std::optional<Gadget::Owned> Kept() {
  if (!kept_gadget) return std::nullopt;
  return std::exchange(kept_gadget, nullptr);
}

} // namespace exports::fuzz::dense::works

namespace exports::dense {

std::expected<uint32_t, wit::string> Run(lent_list<wit::string, true> args) {
  ::fuzz::dense::stock::Token token(static_cast<uint32_t>(args.size()));
  uint32_t seed = token.Seed();
  for (size_t i = 0; i < args.size(); ++i) {
    auto text = args[i].get_view();
    if (!::dense::Log(text, text.empty() ? std::nullopt : std::optional<uint8_t>(3)))
      return std::unexpected<wit::string>(wit::string::from_view("not logged"));
  }
  return seed;
}

} // namespace exports::dense

extern "C" void fz_subject_end(void);
extern "C" void fz_subject_end(void) { exports::fuzz::dense::works::kept_gadget.reset(); }

extern "C" void fz_subject_forget(void);
extern "C" void fz_subject_forget(void) {
  exports::fuzz::dense::works::kept_gadget.release();
  for (auto *chunk : _boxes.chunks) free(chunk);
  _boxes = {};
}
