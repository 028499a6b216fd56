include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::keywords::interface::*;

impl Guest for Component {
    fn switch(class: u8, default: String, int: Vec<u8>) -> u32 {
        u32::from(class) + default.len() as u32 + int.len() as u32
    }

    fn static_(ret: u32, err: String, stdout: Enum) -> Result<String, u8> {
        if stdout == Enum::While {
            Ok(err)
        } else {
            Err(ret as u8)
        }
    }

    fn union(this: Record) -> Record {
        Record { int: this.int + 1, default: !this.default, ret: this.ret + 1, err: this.err + 1, ..this }
    }

    fn namespace(new: Flags) -> Flags {
        new ^ (Flags::IF | Flags::DELETE)
    }

    fn register(template: Variant) -> Variant {
        template
    }

    fn typedef(maybe_x: Option<u8>, x: u8) -> Option<u8> {
        Some(x + maybe_x.unwrap_or(0)).filter(|sum| *sum != 0)
    }

    fn bool(for_: Struct, string: String, size: u64) -> u64 {
        size + u64::from(for_.a) + string.len() as u64
    }

    fn main(len: u32, ptr: u32, self_: u32, i: u32) -> u32 {
        len * 1000 + ptr * 100 + self_ * 10 + i
    }

    fn free(malloc: String) -> String {
        malloc
    }
}
