include!(env!("BINDINGS"));

struct Component;

export!(Component);

use exports::test::aliases::{functions, more, types};
use types::{Mood, Rights, Role, User};

impl more::Guest for Component {
    fn describe(e: more::Entry) -> more::Account {
        let member = if let Role::Member(id) = e.role { id } else { 0 };
        User { id: e.account.id + u32::from(e.rights.bits()) + member, name: e.account.name }
    }

    fn keys(p: more::People) -> Vec<more::Key> {
        p.into_iter().map(|user| user.id).collect()
    }
}

impl functions::Guest for Component {
    fn find(all: functions::Users, name: String) -> functions::Lookup {
        all.into_iter().find(|user| user.name == name).ok_or(Mood::Bad)
    }

    fn make(user: functions::Account) -> functions::Item {
        functions::Item { role: Role::Member(user.id), account: user, rights: Rights::WRITE }
    }

    fn check(l: functions::Lookup) -> functions::Mood {
        l.err().unwrap_or(Mood::Good)
    }

    fn same_blob(b: functions::Blob) -> functions::Blob {
        b
    }

    fn next(m: functions::Mood) -> functions::Mood {
        if m == Mood::Good {
            Mood::Bad
        } else {
            Mood::Good
        }
    }
}
