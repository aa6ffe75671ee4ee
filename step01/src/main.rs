//! The session: what the reader of this step types.

use ndarray::{arr0, array};
use step01::Variable;

fn main() {
    let mut x = Variable::new(arr0(1.0));
    println!("x.data = {}", x.data);

    x.data = arr0(2.0).into_dyn();
    println!("x.data = {}", x.data);

    let vector = Variable::new(array![1.0, 2.0, 3.0]);
    let matrix = Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
    println!("ndim of a scalar = {}", x.data.ndim());
    println!("ndim of a vector = {}", vector.data.ndim());
    println!("ndim of a matrix = {}", matrix.data.ndim());
}
