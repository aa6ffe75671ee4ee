//! The session: what the reader of this step types.

use ndarray::arr0;
use std::any::type_name_of_val;
use step02::{Function, Square, Variable};

fn main() {
    let x = Variable::new(arr0(10.0));
    let f = Square;
    let y = f.call(&x);
    println!("type of y = {}", type_name_of_val(&y).trim_start_matches("step02::"));
    println!("y = {}", y.data);
}
