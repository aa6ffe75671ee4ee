//! The session: what the reader of this step types.

use step10::{Variable, exp, numerical_diff, square};

fn check_gradient(name: &str, f: impl Fn(&Variable) -> Variable) {
    for data in [-1.0, 0.5, 1.0] {
        let x = Variable::from(data);
        f(&x).backward();
        let backward = x.grad().unwrap();
        let numerical = numerical_diff(&f, &x, 1e-4);
        println!("{name} at {data}: backward = {backward:.4}, numerical_diff = {numerical:.4}");
    }
}

fn main() {
    check_gradient("square", square);
    check_gradient("exp", exp);
    check_gradient("composition", |x| square(&exp(&square(x))));
}
