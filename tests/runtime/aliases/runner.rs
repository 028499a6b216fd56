include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::aliases::types::{Rights, Role};
use test::aliases::{functions::*, more};

impl Guest for Component {
    fn run() {
        let people = vec![User { id: 7, name: "Ada".into() }, User { id: 8, name: "Bob".into() }];
        let found = find(&people, "Bob").unwrap();
        assert_eq!((found.id, found.name.as_str()), (8, "Bob"));
        assert_eq!(find(&people, "nobody").unwrap_err(), Mood::Bad);

        let item: Item = make(&people[0]);
        assert!(matches!(&item, Item { account, role: Role::Member(7), rights: Rights::WRITE } if account.id == 7));
        let account: more::Account = more::describe(&item);
        assert_eq!((account.id, account.name.as_str()), (7 + 2 + 7, "Ada"));
        assert_eq!(more::keys(&people), [7, 8]);

        assert_eq!(check(&Ok(people[1].clone())), Mood::Good);
        assert_eq!(check(&Err(Mood::Bad)), Mood::Bad);
        assert_eq!(next(Mood::Bad), Mood::Good);
        assert_eq!(same_blob(&[1, 2, 3]), [1, 2, 3]);
    }
}
