include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::results::results::*;

macro_rules! same {
    ($($function:ident: $type:ty;)*) => {
        $(fn $function(v: $type) -> $type {
            v
        })*
    };
}

impl Guest for Component {
    fn neither(fail: bool) -> Result<(), ()> {
        if fail {
            Err(())
        } else {
            Ok(())
        }
    }

    fn only_ok(fail: bool) -> Result<u32, ()> {
        if fail {
            Err(())
        } else {
            Ok(u32::MAX)
        }
    }

    fn only_err(fail: bool) -> Result<(), String> {
        if fail {
            Err("failed ✗".into())
        } else {
            Ok(())
        }
    }

    fn both(fail: bool) -> Result<String, Failure> {
        if fail {
            Err(Failure::Busy)
        } else {
            Ok("fine".into())
        }
    }

    fn scalars(v: Result<f64, u8>) -> Result<u8, f64> {
        match v {
            Ok(wide) => Err(wide),
            Err(byte) => Ok(byte),
        }
    }

    fn enums(v: Result<(), Failure>) -> Result<Failure, ()> {
        v.err().ok_or(())
    }

    fn listed(mut v: Vec<Result<Vec<u8>, Reason>>) -> Vec<Result<Vec<u8>, Reason>> {
        v.reverse();
        v
    }

    same! {
        floats: Result<f32, f64>;
        same_neither: Result<(), ()>;
        same_ok: Result<String, ()>;
        same_err: Result<(), Reason>;
        same_both: Result<Report, Reason>;
        nested: Result<Result<u8, String>, Result<(), u64>>;
        optional: Result<Option<String>, Option<u8>>;
    }
}
