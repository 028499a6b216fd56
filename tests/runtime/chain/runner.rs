include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::chain::{only_leaf::shout, steps};

impl Guest for Component {
    fn run() {
        let done = steps::run_job(&steps::Job { name: "job é".into(), sizes: vec![1, 20, u32::MAX] });
        assert_eq!((done.name.as_str(), &done.sizes[..]), ("JOB é", &[3, 41, u32::MAX][..]));
        assert_eq!(steps::depth(), 101);
        assert_eq!(shout("job é"), "JOB é");
    }
}
