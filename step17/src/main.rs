//! The session: what the reader of this step types.

use ndarray::Array1;
use std::rc::Rc;
use step17::{Variable, square};

fn main() {
    let array = Rc::new(Array1::<f64>::ones(10_000));
    let second = array.clone();
    let weak = Rc::downgrade(&array);
    println!("owners = {}", Rc::strong_count(&array));
    drop(second);
    println!("owners after one has gone = {}", Rc::strong_count(&array));
    drop(array);
    println!("alive after both have gone = {}", weak.upgrade().is_some());

    let mut made = Vec::new();
    for _ in 0..10 {
        let x = Variable::new(Array1::ones(10_000));
        let a = square(&x);
        let b = square(&a);
        let y = square(&b);
        made.extend([x, a, b, y].map(|v| Rc::downgrade(&v)));
    }
    let alive = made.iter().filter(|v| v.strong_count() > 0).count();
    println!("variables made = {}, still alive = {alive}", made.len());
}
