//! Solutions of chapter 02.

use ndarray::{ArrayD, arr0, array};
use step02::{Function, Square, Variable};

/// The third power of each element.
struct Cube;

impl Function for Cube {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x.mapv(|x| x * x * x)
    }
}

/// Each element times a number that is chosen once.
struct Scale {
    factor: f64,
}

impl Function for Scale {
    fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
        x * self.factor
    }
}

#[test]
fn the_cube_of_10() {
    let x = Variable::new(arr0(10.0));
    assert_eq!(Cube.call(&x).data, arr0(1000.0).into_dyn());
}

#[test]
fn three_times_a_vector() {
    let triple = Scale { factor: 3.0 };
    let x = Variable::new(array![1.0, 2.0]);
    assert_eq!(triple.call(&x).data, array![3.0, 6.0].into_dyn());
}

#[test]
fn the_square_of_a_matrix_is_taken_element_by_element() {
    let x = Variable::new(array![[1.0, 2.0], [3.0, 4.0]]);
    assert_eq!(Square.call(&x).data, array![[1.0, 4.0], [9.0, 16.0]].into_dyn());
}

#[test]
fn the_output_does_not_follow_the_input() {
    let mut x = Variable::new(arr0(10.0));
    let y = Square.call(&x);
    x.data = arr0(3.0).into_dyn();
    assert_eq!((x.data, y.data), (arr0(3.0).into_dyn(), arr0(100.0).into_dyn()));
    assert_eq!(size_of::<Square>(), 0);
}
