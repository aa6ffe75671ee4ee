//! Chapter 19: a name in passing, a history with names, and rounded numbers.

use ndarray::array;
use step19::{Variable, add, square};

/// `x`, with a name.
fn named(name: &str, x: Variable) -> Variable {
    x.set_name(name);
    x
}

/// How `x` was made, up to the first variables that have a name.
fn history(x: &Variable) -> String {
    match (x.name(), x.creator()) {
        (Some(name), _) => name.into(),
        (None, None) => x.to_string(),
        (None, Some(call)) => {
            let name = call.name().rsplit("::").next().unwrap_or_default();
            let inputs: Vec<String> = call.inputs().iter().map(history).collect();
            format!("{name}({})", inputs.join(", "))
        }
    }
}

/// `x` as it is displayed, with so many digits after the point.
fn rounded(x: &Variable, digits: usize) -> String {
    let data = format!("{:.digits$}", x.data).replace('\n', "\n         ");
    format!("variable({data})")
}

#[test]
fn a_name_in_passing() {
    let x = named("x", Variable::from(1.0));
    assert_eq!(x.name(), Some("x"));
}

#[test]
fn the_prediction() {
    let x = Variable::from(1.0);
    let clone = x.clone();
    x.set_name("x");
    assert_eq!(clone.name(), Some("x"));
    assert_eq!(square(&x).name(), None);
}

#[test]
#[should_panic(expected = r#"set_name: this variable stays "x", it cannot become "y""#)]
fn the_prediction_of_a_second_name() {
    let x = Variable::from(1.0);
    let clone = x.clone();
    x.set_name("x");
    clone.set_name("y");
}

#[test]
fn a_history_ends_at_names() {
    let x = named("x", Variable::from(3.0));
    let y = add(&square(&x), &Variable::from(2.0));
    assert_eq!(history(&y), "Add(Square(x), variable(2))");
    y.set_name("y");
    assert_eq!(history(&square(&y)), "Square(y)");
}

#[test]
fn rounded_rows_are_aligned() {
    let x = Variable::new(array![[1.0 / 3.0, 2.0], [2.0 / 3.0, 1.5]]);
    assert_eq!(rounded(&x, 2), "variable([[0.33, 2.00],\n          [0.67, 1.50]])");
    // What `{:.2}` asks of the numbers, a variable does not hand on.
    assert_eq!(format!("{:.2}", Variable::from(2.0)), "variable(2)");
}

#[test]
fn two_variables_may_have_one_name() {
    let (x, other) = (named("x", Variable::from(1.0)), named("x", Variable::from(1.0)));
    assert_eq!(x.name(), other.name());
    assert!(!std::rc::Rc::ptr_eq(&x, &other));
}
