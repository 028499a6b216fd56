// wit.h: the types of generated C++ that own memory of the border, with the API of wit-bindgen's wit.h.
//
// They keep a pointer and a length and nothing else, as the ABI does, so that a list of strings passes as it is. Their
// memory is the C library's: what is handed over is freed with free.
//
// This file may be used under Apache-2.0 WITH LLVM-exception, or copied into generated code without any condition.
#ifndef WIT_H
#define WIT_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <map>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "symbuild.h"

namespace wit {
// A program may hold code that was made with wit-bindgen's wit.h, too: what is inline here has symbols of its own.
inline namespace symbuild {

/// Stands for nothing in the error of a result.
struct Void {};

/// A string of the border. Unlike std::string it can take over memory, and give it away.
class string {
  const uint8_t *data_;
  size_t length_;

  void destroy() {
    // Of no bytes there is no memory, whatever the pointer; and none is left after leak.
    if (length_ != 0) free(const_cast<uint8_t *>(data_));
  }

public:
  string() : string(reinterpret_cast<const char *>(1), 0) {}
  /// Takes over `length` bytes at `data`, which came from malloc.
  string(const char *data, size_t length) : data_(reinterpret_cast<const uint8_t *>(data)), length_(length) {}
  string(const string &other) : string(from_view(other.get_view())) {}
  string(string &&other) noexcept : data_(other.data_), length_(std::exchange(other.length_, 0)) {}
  string &operator=(const string &) = delete;
  string &operator=(string &&other) noexcept {
    if (this != &other) {
      destroy();
      data_ = other.data_;
      length_ = std::exchange(other.length_, 0);
    }
    return *this;
  }
  ~string() { destroy(); }

  const char *data() const { return reinterpret_cast<const char *>(data_); }
  size_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  char *begin() { return reinterpret_cast<char *>(const_cast<uint8_t *>(data_)); }
  char *end() { return begin() + length_; }
  const char *begin() const { return data(); }
  const char *end() const { return data() + length_; }
  std::string_view get_view() const { return std::string_view(data(), length_); }
  std::string to_string() const { return std::string(data(), length_); }

  static string from_view(std::string_view view) {
    return string(reinterpret_cast<const char *>(sb_copy(view.data(), view.size(), 1, 1, "wit::string")), view.size());
  }
  /// Gives the memory away: it is the caller's to free. The size stays known.
  const char *leak() { return reinterpret_cast<const char *>(std::exchange(data_, nullptr)); }
  static void drop_raw(void *memory) { free(memory); }
};

/// A list of the border. Unlike std::vector it can take over memory, and give it away.
template <class T> class vector {
  T *data_;
  size_t length_;

  static T *none() { return reinterpret_cast<T *>(alignof(T)); }
  void destroy() {
    if (length_ == 0 || data_ == nullptr) return;
    for (size_t i = 0; i < length_; ++i) data_[i].~T();
    free(static_cast<void *>(data_));
  }

public:
  vector() : vector(none(), 0) {}
  /// Takes over `length` elements at `data`, which came from malloc.
  vector(T *data, size_t length) : data_(data), length_(length) {}
  vector(const vector &) = delete;
  vector(vector &&other) noexcept : data_(other.data_), length_(std::exchange(other.length_, 0)) {}
  vector &operator=(const vector &) = delete;
  vector &operator=(vector &&other) noexcept {
    if (this != &other) {
      destroy();
      data_ = other.data_;
      length_ = std::exchange(other.length_, 0);
    }
    return *this;
  }
  ~vector() { destroy(); }

  T *data() { return data_; }
  const T *data() const { return data_; }
  size_t size() const { return length_; }
  bool empty() const { return length_ == 0; }
  T &operator[](size_t index) { return data_[index]; }
  const T &operator[](size_t index) const { return data_[index]; }
  std::span<T> get_view() const { return std::span<T>(data_, length_); }
  std::span<const T> get_const_view() const { return std::span<const T>(data_, length_); }

  /// Room for `length` elements, each of which has to be made by initialize.
  static vector allocate(size_t length) {
    return vector(reinterpret_cast<T *>(sb_alloc(length, sizeof(T), alignof(T), "wit::vector")), length);
  }
  void initialize(size_t index, T &&element) { ::new (static_cast<void *>(data_ + index)) T(std::move(element)); }
  template <class U> static vector from_view(const std::span<U> &view) {
    vector made = allocate(view.size());
    for (size_t i = 0; i < view.size(); ++i) ::new (static_cast<void *>(made.data_ + i)) T(view[i]);
    return made;
  }
  /// Gives the memory away: elements and block are the caller's to destroy and free. The size stays known.
  T *leak() { return std::exchange(data_, nullptr); }
  static void drop_raw(void *memory) {
    if (memory != none()) free(memory);
  }
};

/// A map of the border: its entries in a row, in no order, not made unique.
template <class K, class V> class unordered_map {
public:
  using entry_type = std::pair<K, V>;

private:
  vector<entry_type> entries_;

public:
  unordered_map() = default;
  /// Takes over `length` entries at `data`, which came from malloc.
  unordered_map(entry_type *data, size_t length) : entries_(data, length) {}

  entry_type *data() { return entries_.data(); }
  const entry_type *data() const { return entries_.data(); }
  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  entry_type *begin() { return data(); }
  entry_type *end() { return data() + size(); }
  const entry_type *begin() const { return data(); }
  const entry_type *end() const { return data() + size(); }

  /// Room for `length` entries, each of which has to be made by initialize.
  static unordered_map allocate(size_t length) {
    unordered_map made;
    made.entries_ = vector<entry_type>::allocate(length);
    return made;
  }
  void initialize(size_t index, entry_type &&entry) { entries_.initialize(index, std::move(entry)); }
  /// Gives the memory away: entries and block are the caller's to destroy and free.
  entry_type *leak() { return entries_.leak(); }
  static void drop_raw(void *memory) { vector<entry_type>::drop_raw(memory); }
};

// ---- resources ------------------------------------------------------------------------------------------------------

/// A handle as users see it. Natively it is an address, on wasm the host's index.
#ifdef __wasm__
typedef int32_t handle_t;
#else
typedef uintptr_t handle_t;
#endif

/// The object of an imported resource: owns a handle, which it gives away once.
class ResourceImportBase {
public:
  typedef wit::handle_t handle_t;
#ifdef __wasm__
  static constexpr handle_t invalid = -1;
#else
  static constexpr handle_t invalid = 0;
#endif

protected:
  handle_t handle;

public:
  ResourceImportBase(handle_t handle = invalid) : handle(handle) {}
  ResourceImportBase(ResourceImportBase &&other) noexcept : handle(std::exchange(other.handle, invalid)) {}
  ResourceImportBase(const ResourceImportBase &) = delete;
  ResourceImportBase &operator=(ResourceImportBase &&other) noexcept {
    assert(handle == invalid);
    handle = std::exchange(other.handle, invalid);
    return *this;
  }
  ResourceImportBase &operator=(const ResourceImportBase &) = delete;
  void set_handle(handle_t other) { handle = other; }
  handle_t get_handle() const { return handle; }
  handle_t into_handle() { return std::exchange(handle, invalid); }
};

/// The object of a resource R that the component makes; R derives from it. Its handle is made with it, and R::Dtor is
/// called when that is dropped.
template <class R> class ResourceExportBase {
  friend struct exported;
#ifndef __wasm__
  // Before `handle`, which R::ResourceNew makes with them.
  sb_box *box_ = nullptr;
  const sb_operations *operations_ = nullptr;
#endif

public:
  typedef wit::handle_t handle_t;
  static constexpr handle_t invalid = static_cast<handle_t>(-1);

  struct Deregister {
    void operator()(R *object) const {
      handle_t handle = static_cast<ResourceExportBase *>(object)->handle;
      if (handle == invalid) return;
      using H = decltype(R::ResourceNew(object));
      // Headers spell handles as they like; the one of a pointer's type is the address.
      if constexpr (std::is_pointer_v<H>) {
        R::ResourceDrop(reinterpret_cast<H>(handle));
      } else {
        R::ResourceDrop(static_cast<H>(handle));
      }
    }
  };
  /// The component's own hold on an object: lets go of it by dropping its handle.
  typedef std::unique_ptr<R, Deregister> Owned;

  handle_t handle;

  // The address is all that is taken of an R that is not there yet.
  __attribute__((no_sanitize("vptr"))) ResourceExportBase()
      : handle((handle_t)R::ResourceNew(static_cast<R *>(this))) {}
  ResourceExportBase(const ResourceExportBase &) = delete;
  ResourceExportBase &operator=(const ResourceExportBase &) = delete;
#ifndef __wasm__
  ~ResourceExportBase() {
    // The user deleted what still has a handle, or threw in a constructor: whoever uses the handle traps.
    if (box_ == nullptr) return;
    box_->operations = &sb_dropped;
    box_->rep = nullptr;
  }
#endif
  handle_t get_handle() const { return handle; }
  handle_t into_handle() { return std::exchange(handle, invalid); }
};

/// A map of numbers to objects, for those who want one; `resources` is theirs to define.
template <class R> class ResourceTable {
  static std::map<int32_t, R> resources;

public:
  static R *lookup_resource(int32_t id) {
    auto found = resources.find(id);
    return found == resources.end() ? nullptr : &found->second;
  }
  static int32_t store_resource(R &&value) {
    int32_t id = resources.empty() ? 0 : resources.rbegin()->first + 1;
    resources.emplace(id, std::move(value));
    return id;
  }
  static std::optional<R> remove_resource(int32_t id) {
    auto found = resources.find(id);
    if (found == resources.end()) return std::nullopt;
    std::optional<R> removed(std::move(found->second));
    resources.erase(found);
    return removed;
  }
};

// ---- what generated code calls --------------------------------------------------------------------------------------

/// Writes a value that has the ABI's bytes; what it refers to is lent.
template <class T> void lend(uint8_t *at, const T &value) { memcpy(at, &value, sizeof value); }

/// Writes a value that has the ABI's bytes; what it refers to is handed over.
template <class T> void give(uint8_t *at, T &value) { ::new (static_cast<void *>(at)) T(std::move(value)); }

/// Reads a value that has the ABI's bytes, and takes over what it refers to.
template <class T> T take(uint8_t *at) {
  if constexpr (std::is_trivially_copyable_v<T>) {
    T value;
    memcpy(&value, at, sizeof value);
    return value;
  } else {
    return std::move(*std::launder(reinterpret_cast<T *>(at)));
  }
}

/// Whether elements of a list may become the ABI's, or be made of them, where they lie. Both blocks are malloc's, so only
/// room and alignment count.
template <class T, size_t size, size_t align> constexpr bool fits = sizeof(T) == size && alignof(T) == align;

/// What was read before stays before what is written after, also where compilers tell memory apart by the type of what
/// it holds: a slot holds an element first and the ABI's parts then, or the other way round.
inline void change_of_type() { asm volatile("" ::: "memory"); }

/// A list that is handed over, on its way to the ABI.
template <size_t size, size_t align, class List> class outgoing {
  using element = std::remove_pointer_t<decltype(std::declval<List &>().data())>;
  static constexpr bool in_place = fits<element, size, align>;
  static constexpr bool is_bytes = std::is_trivially_copyable_v<element>;
  element *from_;
  uint8_t *block_;
  alignas(element) unsigned char taken_[in_place && is_bytes ? sizeof(element) : 1];

public:
  outgoing(List &list, const char *where) : from_(list.data()) {
    if constexpr (in_place) {
      block_ = sb_lend(list.leak(), align);
    } else {
      block_ = sb_alloc(list.size(), size, align, where);
    }
  }
  uint8_t *block() const { return block_; }
  /// Takes an element out. In place it is moved to where it outlives its slot, which is written to next: into the
  /// caller's local, or as bytes, since compilers move a variant part by part, and processors then wait for the whole.
  std::conditional_t<in_place && !is_bytes, element, element &> take(size_t index) {
    if constexpr (!in_place) {
      return from_[index];
    } else if constexpr (is_bytes) {
      memcpy(taken_, from_ + index, sizeof(element));
      change_of_type();
      return *std::launder(reinterpret_cast<element *>(taken_));
    } else {
      element taken(std::move(from_[index]));
      from_[index].~element();
      change_of_type();
      return taken;
    }
  }
};

template <size_t size, size_t align, class List> outgoing<size, align, List> hand_over(List &list, const char *where) {
  return outgoing<size, align, List>(list, where);
}

/// A list that is made of a block which was handed over.
template <class List, size_t size, size_t align> class incoming {
  using element = std::remove_pointer_t<decltype(std::declval<List &>().data())>;
  static constexpr bool in_place = fits<element, size, align>;
  uint8_t *block_;
  List list_;

  static List start(uint8_t *block, size_t length) {
    if constexpr (in_place) {
      return List(reinterpret_cast<element *>(block), length);
    } else {
      return List::allocate(length);
    }
  }

public:
  incoming(uint8_t *block, size_t length) : block_(block), list_(start(block, length)) {}
  /// Makes the element of a slot that has been read: `made` holds all of it.
  void initialize(size_t index, element &&made) {
    if constexpr (in_place) change_of_type();
    list_.initialize(index, std::move(made));
  }
  List finish() {
    if constexpr (!in_place) sb_release(block_, list_.size());
    return std::move(list_);
  }
};

/// A handle at the ABI, and as users see it.
inline uint8_t *core_handle(handle_t handle) { return reinterpret_cast<uint8_t *>(static_cast<uintptr_t>(handle)); }
inline handle_t handle_of(uint8_t *core) { return static_cast<handle_t>(reinterpret_cast<uintptr_t>(core)); }

/// The handle of an imported resource's object, lent or given away.
inline uint8_t *lend_handle(const ResourceImportBase &object) { return core_handle(object.get_handle()); }
inline uint8_t *give_handle(ResourceImportBase &object) { return core_handle(object.into_handle()); }

/// What generated code knows of the objects behind a component's own handles.
struct exported {
  /// A user's object as what the component owns. Nobody else has its handle then, so that one who gives it twice traps.
  template <class R> static typename R::Owned own(R *object, [[maybe_unused]] uint8_t *handle) {
#ifdef __wasm__
    static_cast<ResourceExportBase<R> *>(object)->handle = handle_of(handle);
#else
    static_cast<ResourceExportBase<R> *>(object)->box_->operations = &sb_dropped;
#endif
    return typename R::Owned(object);
  }

  /// Ends an object that nobody has a handle of any more.
  template <class R> static void end(R *object) {
    static_cast<ResourceExportBase<R> *>(object)->handle = ResourceExportBase<R>::invalid;
#ifndef __wasm__
    static_cast<ResourceExportBase<R> *>(object)->box_ = nullptr;
#endif
    R::Dtor(object);
  }

  template <class R, class D> static uint8_t *give(std::unique_ptr<R, D> &owned) {
    if (owned == nullptr) sb_trap_at("wit::ResourceExportBase::Owned", "given away, and holds nothing");
    ResourceExportBase<R> *object = owned.release();
#ifdef __wasm__
    return core_handle(object->into_handle());
#else
    object->box_->operations = object->operations_;
    return reinterpret_cast<uint8_t *>(object->box_);
#endif
  }

#ifndef __wasm__
  /// Whether H is too narrow for an address, so that it stands for a box by its number.
  template <class H> static constexpr bool numbered = std::is_same_v<H, int32_t> || sizeof(H) < sizeof(void *);

  /// The handle of an object under construction, of the type that its class spells.
  template <class H, class R>
  static H make(sb_boxes *boxes, const sb_operations *operations, R *object, const char *where) {
    sb_box *box = sb_box_new(boxes, &sb_dropped, object, where);
    static_cast<ResourceExportBase<R> *>(object)->box_ = box;
    static_cast<ResourceExportBase<R> *>(object)->operations_ = operations;
    if constexpr (numbered<H>) {
      return static_cast<H>(box->index);
    } else {
      return reinterpret_cast<H>(box);
    }
  }

  /// The box that a handle of the class's type stands for, of an object that the component owns or has given away.
  template <class H>
  static uint8_t *box(sb_boxes *boxes, const sb_operations *operations, H handle, const char *where) {
    sb_box *box;
    if constexpr (numbered<H>) {
      box = sb_box_at(boxes, static_cast<uint32_t>(handle));
    } else {
      box = reinterpret_cast<sb_box *>(handle);
    }
    uint8_t *at = reinterpret_cast<uint8_t *>(box);
    if (box == nullptr || box->rep == nullptr) sb_trap_at(where, "handle of no resource");
    return box->operations->size == 0 ? at : sb_own_handle(at, operations, where);
  }

  /// Ends an object: its handle is none from here on, whatever the user's destructor does.
  template <class R> static void end(sb_boxes *boxes, uint8_t *handle) {
    R *object = static_cast<R *>(sb_rep(handle));
    reinterpret_cast<sb_box *>(handle)->rep = nullptr;
    sb_box_drop(boxes, reinterpret_cast<sb_box *>(handle));
    end(object);
  }
#endif
};
template <class R, class D> uint8_t *give_handle(std::unique_ptr<R, D> &owned) { return exported::give(owned); }

/// What lives until a call is over.
class scratch {
  struct keeper {
    keeper *next;
    void (*destroy)(keeper *);
  };
  template <class T> struct kept : keeper {
    T value;
  };

  sb_arena arena_ = {nullptr};
  keeper *kept_ = nullptr;
  // The first few resources that are lent take no memory from the heap.
  static constexpr size_t few = 4;
  size_t lent_ = 0;
  alignas(ResourceImportBase) unsigned char slots_[few][sizeof(ResourceImportBase)];

  template <class T> T &keep_one(T &&value) {
    using node = kept<T>;
    void *memory = room(1, sizeof(node), alignof(node), "wit::scratch");
    node *made = ::new (memory) node{{kept_, [](keeper *k) { static_cast<node *>(k)->value.~T(); }}, std::move(value)};
    kept_ = made;
    return made->value;
  }

public:
  scratch() = default;
  scratch(const scratch &) = delete;
  scratch &operator=(const scratch &) = delete;
  ~scratch() {
    while (kept_ != nullptr) {
      keeper *last = kept_;
      kept_ = last->next;
      last->destroy(last);
    }
    sb_arena_free(&arena_);
  }

  uint8_t *room(size_t count, size_t size, size_t align, const char *where) {
    return sb_arena_alloc(&arena_, count, size, align, where);
  }
  /// Keeps a list, and returns a view of it.
  template <class T> std::span<T> keep(vector<T> &&list) { return keep_one(std::move(list)).get_view(); }

  /// The object of a resource that is lent; its handle is none of its own, so it is never destroyed.
  template <class R> const R &lent(uint8_t *handle) {
    static_assert(sizeof(R) == sizeof(ResourceImportBase), "a class of an imported resource has no members of its own");
    void *memory = lent_ < few ? slots_[lent_++] : room(1, sizeof(R), alignof(R), "wit::scratch");
    return *::new (memory) R(ResourceImportBase(handle_of(handle)));
  }
  /// The same with a handle that has to be dropped when the call is over.
  template <class R> const R &borrowed(uint8_t *handle) { return keep_one(R(ResourceImportBase(handle_of(handle)))); }
};

/// An exception left a function that components call.
[[noreturn]] inline void escaped(const char *where, const char *what) {
#ifndef __wasm__
  char message[256];
  snprintf(message, sizeof message, "uncaught C++ exception: %s", what);
  sb_trap_at(where, message);
#else
  sb_trap_at(where, what);
#endif
}

} // namespace symbuild
} // namespace wit

// No exception crosses the border. Sources that use these include <exception>.
#ifdef __cpp_exceptions
#define WIT_TRY try
#define WIT_CATCH(where)                                                                                               \
  catch (const std::exception &error) {                                                                                \
    wit::escaped(where, error.what());                                                                                 \
  }                                                                                                                    \
  catch (...) {                                                                                                        \
    wit::escaped(where, "of no standard type");                                                                        \
  }
#else
#define WIT_TRY
#define WIT_CATCH(where)
#endif

#endif
