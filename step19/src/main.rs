//! The session: what the reader of this step types.

use ndarray::array;
use step19::Variable;

fn main() {
    let x = Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    x.set_name("x");
    println!("name = {}", x.name().unwrap());
    println!("shape = {:?}, ndim = {}, len = {}", x.shape(), x.ndim(), x.len());
    println!("{x}");
    println!("{x:?}");
}
