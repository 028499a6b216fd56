include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::strings::strings::*;

impl Guest for Component {
    fn run() {
        for (i, word) in ["plain", "Grüße, 世界 🚀", "", "nul\0inside"].into_iter().enumerate() {
            assert_eq!(take(word), i as u32 + 1);
            assert_eq!(give(i as u8 + 1), word);
        }
        for word in ["", "a", "\x7f", "\u{80}", "\u{d7ff}", "\u{e000}", "\u{ffff}", "\u{10000}", "\u{10ffff}", "𠈄𓀀 é"]
        {
            assert_eq!(same(word), word);
        }
        assert_eq!(join("Grüße, ", "世界 🚀"), "Grüße, 世界 🚀");
        assert_eq!(join("Grüße, ", ""), "Grüße, ");
        assert_eq!(join("", ""), "");

        let parts = split("één,,🚀,");
        assert_eq!(parts, ["één", "", "🚀", ""]);
        assert_eq!(total(&parts), 9);
        assert_eq!(reverse(&parts), ["", "🚀", "", "één"]);
        assert_eq!(total(&[]), 0);
        assert!(reverse(&[]).is_empty());

        let size = 3 * 1024 * 1024;
        let got = large(&("a".repeat(size - 1) + "y"));
        assert_eq!((got.len(), &got[..1], &got[size - 2..]), (size, "b", "bz"));
    }
}
