include!(env!("BINDINGS"));

struct Component;

export!(Component);

use test::fixed_lists::fixed_lists::*;

impl Guest for Component {
    fn run() {
        assert_eq!(bytes([1, 2, 3, 255]), [255, 3, 2, 1]);
        assert_eq!(words([i64::MIN, i64::MAX]), [i64::MAX, i64::MIN]);
        assert_eq!(names(["left".into(), String::new()]), ["", "left"]);
        let got = pixels([Pixel { rgb: [1, 2, 3], alpha: 4 }, Pixel { rgb: [5, 6, 7], alpha: 8 }]);
        assert_eq!(got.map(|p| (p.rgb, p.alpha)), [([5, 6, 7], 8), ([1, 2, 3], 4)]);
        assert_eq!(options([Some(1), None, Some(u16::MAX)]), [Some(u16::MAX), None, Some(1)]);
        assert_eq!(one([true]), [true]);
        assert_eq!(transpose([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]), [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]);

        let twenty: [i32; 20] = std::array::from_fn(|i| i32::MIN + i as i32);
        assert_eq!(long(twenty), twenty.into_iter().zip(1..).map(|(n, i)| i64::from(n) * i).sum::<i64>());
        assert_eq!(many(&[[1, 2], [3, u16::MAX]]), [[3, u16::MAX], [1, 2]]);
        assert_eq!((maybe(Some([7, 9])), maybe(None)), (Ok([7, 9]), Err([char::MAX])));
    }
}
