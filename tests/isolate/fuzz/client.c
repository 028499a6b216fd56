/* A proxy with its caller around it, as a fuzzer of results, and of the calls that come back meanwhile. */
#include "peer.h"

#include "app.h"
#include "shop_proxy.c"

const sb_border *peer_border(void) { return &_border; }

uint32_t exports_demo_shop_back_again(uint32_t n) { return demo_shop_store_depth(n); }

static app_string_t text(void) {
  app_string_t s;
  app_string_set(&s, "text");
  return s;
}

static demo_shop_store_own_basket_t baskets[2];
static demo_shop_log_own_sink_t sink;

static void forget(void) {
  /* What an input before this one left is of a connection that has ended. */
  baskets[0].__handle = baskets[1].__handle = sink.__handle = 0;
}

static void call_with_lists(uint32_t which) {
  app_string_t s = text(), err, tags[2] = {text(), text()};
  demo_shop_store_item_t item = {text(), 7, {tags, 2}, true};
  demo_shop_store_list_item_t items = {&item, 1}, got;
  demo_shop_store_shape_t shape = {.tag = 2, .val.text = s};
  demo_shop_store_list_shape_t shapes = {&shape, 1}, found;
  app_list_string_t strings;
  switch (which) {
    case 0:
      demo_shop_store_items(&items, &got);
      demo_shop_store_list_item_free(&got);
      return;
    case 1:
      if (demo_shop_store_shapes(&shape, &shape, &shapes, &found, &err))
        demo_shop_store_list_shape_free(&found);
      else
        app_string_free(&err);
      return;
    default:
      if (demo_shop_store_die(&s, &strings, &err))
        app_list_string_free(&strings);
      else
        app_string_free(&err);
  }
}

static void call_with_handles(uint32_t which) {
  app_string_t s = text(), got;
  demo_shop_store_list_item_t items;
  demo_shop_store_own_basket_t *basket = &baskets[which & 1];
  switch (which >> 1) {
    case 0:
      *basket = demo_shop_store_constructor_basket(&s);
      return;
    case 1:
      if (basket->__handle == 0) return;
      demo_shop_store_method_basket_items(demo_shop_store_borrow_basket(*basket), &items);
      demo_shop_store_list_item_free(&items);
      return;
    case 2:
      if (basket->__handle == 0) return;
      demo_shop_store_basket_drop_own(*basket);
      basket->__handle = 0;
      return;
    case 3:
      if (baskets[0].__handle == 0 || baskets[1].__handle == 0) return;
      *basket = demo_shop_store_static_basket_merge(baskets[0], demo_shop_store_borrow_basket(baskets[1]));
      baskets[0] = *basket;
      baskets[1].__handle = 0;
      return;
    case 4:
      sink = demo_shop_store_open(&s);
      return;
    case 5:
      if (sink.__handle == 0) sink = demo_shop_log_constructor_sink(&s);
      demo_shop_store_talk(demo_shop_log_borrow_sink(sink), 1);
      return;
    default:
      if (sink.__handle == 0) sink = demo_shop_log_constructor_sink(&s);
      demo_shop_log_own_sink_t gone = sink;
      sink.__handle = 0;
      demo_shop_store_keep(gone, &got);
      app_string_free(&got);
  }
}

static void call(uint32_t which) {
  app_string_t s = text(), got;
  app_list_u8_t bytes = {(uint8_t *)"12", 2};
  uint64_t numbers[600] = {0};
  app_list_u64_t list = {numbers, 600};
  switch (which) {
    case 0:
      demo_shop_store_echo(&s, &got);
      break;
    case 1:
      demo_shop_store_many(1, &s, 2, 3, 4, 5, true, 6, 7, &s, &bytes, NULL, 8, &got);
      break;
    case 2:
      demo_shop_store_sum(&list);
      return;
    case 3:
      demo_shop_store_big(7, &bytes);
      app_list_u8_free(&bytes);
      return;
    case 4:
      demo_shop_store_scalar(1, true, 2, DEMO_SHOP_STORE_BITS_A);
      return;
    default:
      demo_shop_store_depth(3);
      return;
  }
  app_string_free(&got);
}

void play(sb_lane *lane) {
  (void)lane;
  forget();
  for (uint32_t which; (which = next_number(1)) != 0;) {
    if (which < 0x40)
      call_with_lists(which % 3);
    else if (which < 0xA0)
      call_with_handles(which % 14);
    else
      call(which % 6);
  }
}
