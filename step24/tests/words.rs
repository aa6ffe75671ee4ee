//! What a variable says of itself.

use ndarray::{Array1, Array2, Array3, array};
use step24::{Variable, square};

fn matrix() -> Variable {
    Variable::new(array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
}

#[test]
fn a_name_is_that_of_all_clones() {
    let x = Variable::from(1.0);
    let clone = x.clone();
    assert_eq!(x.name(), None);
    x.set_name("x");
    assert_eq!(clone.name(), Some("x"));
}

#[test]
fn what_a_function_makes_has_no_name_of_itself() {
    let x = Variable::from(1.0);
    x.set_name("x");
    let y = square(&x);
    assert_eq!(y.name(), None);
    y.set_name("y");
    assert_eq!((x.name(), y.name()), (Some("x"), Some("y")));
    assert_eq!(y.creator().unwrap().inputs()[0].name(), Some("x"));
}

#[test]
fn shape_and_sizes() {
    let sizes = |x: &Variable| (x.shape().to_vec(), x.ndim(), x.len());
    assert_eq!(sizes(&matrix()), (vec![2, 3], 2, 6));
    assert_eq!(sizes(&Variable::from(1.0)), (vec![], 0, 1));
    assert_eq!(sizes(&Variable::new(Array1::ones(0))), (vec![0], 1, 0));
    assert_eq!(sizes(&Variable::new(Array3::ones((4, 1, 2)))), (vec![4, 1, 2], 3, 8));
}

#[test]
fn displayed() {
    assert_eq!(Variable::from(0.5).to_string(), "variable(0.5)");
    assert_eq!(Variable::new(array![1.0, 2.5]).to_string(), "variable([1, 2.5])");
    assert_eq!(Variable::new(Array1::ones(0)).to_string(), "variable([])");
    let text = "variable([[1, 2, 3],\n          [4, 5, 6]])";
    assert_eq!(matrix().to_string(), text);
}

#[test]
fn displayed_with_three_dimensions() {
    let x = Variable::new(array![[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]);
    let lines = [
        "variable([[[1, 2],",
        "           [3, 4]],",
        "",
        "          [[5, 6],",
        "           [7, 8]]])",
    ];
    let text = x.to_string();
    let displayed: Vec<&str> = text.lines().map(str::trim_end).collect();
    assert_eq!(displayed, lines);
}

#[test]
fn a_long_array_is_displayed_in_short() {
    let x = Variable::new(Array1::<f64>::zeros(10_000));
    let text = x.to_string();
    assert!(text.starts_with("variable([0, 0, 0, "), "{text}");
    assert!(text.contains("..."), "{text}");
    assert!(text.ends_with(", 0, 0])"), "{text}");
    assert!(text.len() < 200, "{text}");

    let x = Variable::new(Array2::<f64>::zeros((1_000, 1_000)));
    let text = x.to_string();
    assert!(text.lines().skip(1).all(|line| line.starts_with("          ")), "{text}");
    assert!(text.len() < 2_000, "{text}");
}

#[test]
fn debugged() {
    let x = matrix();
    let debugged = "Variable { name: None, shape: [2, 3], has_grad: false }";
    assert_eq!(format!("{x:?}"), debugged);
    x.set_name("x");
    square(&x).backward();
    let debugged = r#"Variable { name: Some("x"), shape: [2, 3], has_grad: true }"#;
    assert_eq!(format!("{x:?}"), debugged);
    x.cleargrad();
    let debugged = r#"Variable { name: Some("x"), shape: [2, 3], has_grad: false }"#;
    assert_eq!(format!("{x:?}"), debugged);
}

#[test]
fn debugging_a_deep_graph_shows_its_last_variable_only() {
    let mut y = Variable::from(0.5);
    for _ in 0..100_000 {
        y = square(&y);
    }
    assert_eq!(format!("{y:?}"), "Variable { name: None, shape: [], has_grad: false }");
}
