//! What is computed, and what must come out.

use results::Workload;

/// Variables in a layer of the diamonds.
pub const WIDTH: usize = 50;

/// What an engine found: the output, and the gradient with respect to x.
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    /// The numbers of the output.
    pub y: Vec<f64>,
    /// The numbers of the gradient; `None` where nothing is differentiated.
    pub gx: Option<Vec<f64>>,
}

/// A workload at one size: calls of the chain, layers of the diamonds, numbers in the array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Task {
    /// What is computed.
    pub workload: Workload,
    /// Its size.
    pub size: usize,
}

/// The sizes of a workload that a run measures.
pub fn sizes(workload: Workload, quick: bool) -> &'static [usize] {
    match workload {
        Workload::Chain if quick => &[1_000, 100_000],
        Workload::Chain => &[1_000, 10_000, 100_000, 1_000_000],
        Workload::Diamonds => &[200],
        Workload::Tiny | Workload::Inference => &[1],
        Workload::Arrays => &[1_000_000],
    }
}

impl Task {
    /// The calls in one graph.
    pub fn calls(self) -> usize {
        match self.workload {
            Workload::Chain => self.size,
            Workload::Diamonds => self.size * WIDTH + WIDTH - 1,
            Workload::Tiny => 4,
            Workload::Inference | Workload::Arrays => 3,
        }
    }

    /// Whether the workload has a backward part.
    pub fn differentiates(self) -> bool {
        self.workload != Workload::Inference
    }

    /// Whether a graph is so large that it is measured less often.
    pub fn is_large(self) -> bool {
        self.workload == Workload::Chain && self.size >= 100_000
    }

    /// How many graphs are timed together: a small graph is faster than the clock.
    pub fn batch(self) -> usize {
        match self.workload {
            Workload::Tiny | Workload::Inference => 64,
            _ => 1,
        }
    }

    /// The numbers in x.
    pub fn x(self) -> Vec<f64> {
        match self.workload {
            Workload::Chain | Workload::Diamonds => vec![1.0],
            Workload::Tiny => vec![2.0],
            Workload::Inference => vec![1.5],
            Workload::Arrays => (0..self.size).map(|i| 1.0 + i as f64 / self.size as f64).collect(),
        }
    }

    /// What must come out, from the formula and not from a graph.
    pub fn expected(self) -> Values {
        let power = |n: i32, factor: f64| {
            self.x().into_iter().map(|x| factor * x.powi(n)).collect::<Vec<_>>()
        };
        let (y, gx) = match self.workload {
            Workload::Chain => (vec![self.size as f64], vec![self.size as f64]),
            Workload::Diamonds => {
                let paths = 2.0_f64.powi(i32::try_from(self.size).expect("some hundred layers"));
                (vec![WIDTH as f64 * paths], vec![paths])
            }
            Workload::Tiny => (power(4, 2.0), power(3, 8.0)),
            Workload::Inference => return Values { y: power(8, 1.0), gx: None },
            Workload::Arrays => (power(8, 1.0), power(7, 8.0)),
        };
        Values { y, gx: Some(gx) }
    }

    /// Says what is wrong with `values`, if anything is.
    pub fn check(self, values: &Values) -> Result<(), String> {
        let expected = self.expected();
        same("output", &values.y, &expected.y)?;
        match (&values.gx, &expected.gx) {
            (Some(found), Some(expected)) => same("gradient", found, expected),
            (None, None) => Ok(()),
            (Some(_), None) => Err("a gradient, where nothing is differentiated".into()),
            (None, Some(_)) => Err("no gradient".into()),
        }
    }
}

fn same(name: &str, found: &[f64], expected: &[f64]) -> Result<(), String> {
    if found.len() != expected.len() {
        return Err(format!("wrong {name}: {} numbers, not {}", found.len(), expected.len()));
    }
    let close = |(a, b): &(&f64, &f64)| (*a - *b).abs() <= 1e-12 * b.abs();
    match found.iter().zip(expected).find(|pair| !close(pair)) {
        Some((found, expected)) => Err(format!("wrong {name}: {found}, not {expected}")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn task(workload: Workload, size: usize) -> Task {
        Task { workload, size }
    }

    /// The workloads as plain numbers, with the gradient by dual numbers.
    fn computed(Task { workload, size }: Task) -> (f64, f64) {
        use easy_ml::differentiation::Trace;
        let square = |x: Trace<f64>| x * x;
        let leaf = Trace::variable;
        let other = Trace::constant;
        let y = match workload {
            Workload::Chain => (0..size).fold(other(0.0), |y, _| y + leaf(1.0)),
            Workload::Diamonds => {
                let mut layer = vec![other(1.0); WIDTH];
                layer[0] = leaf(1.0);
                for _ in 0..size {
                    layer = (0..WIDTH).map(|j| layer[j] + layer[(j + 1) % WIDTH]).collect();
                }
                layer.into_iter().reduce(|sum, y| sum + y).unwrap()
            }
            Workload::Tiny => square(square(leaf(2.0))) + square(square(leaf(2.0))),
            Workload::Inference => square(square(square(leaf(1.5)))),
            Workload::Arrays => square(square(square(leaf(1.0)))),
        };
        (y.number, y.derivative)
    }

    #[test]
    fn what_is_expected_is_what_comes_out() {
        for task in [
            task(Workload::Chain, 7),
            task(Workload::Diamonds, 5),
            task(Workload::Tiny, 1),
            task(Workload::Inference, 1),
            task(Workload::Arrays, 3),
        ] {
            let (y, gx) = computed(task);
            let gx = task.differentiates().then(|| vec![gx; task.x().len()]);
            let first = |values: Option<Vec<f64>>| values.map(|values| values[0]);
            let expected = task.expected();
            assert_eq!(expected.y[0], y, "{task:?}");
            assert_eq!(first(expected.gx), first(gx), "{task:?}");
        }
    }

    #[test]
    fn arrays_have_different_numbers() {
        let task = task(Workload::Arrays, 4);
        assert_eq!(task.x(), [1.0, 1.25, 1.5, 1.75]);
        assert_eq!(task.expected().y[2], 1.5_f64.powi(8));
        assert_eq!(task.expected().gx.unwrap()[2], 8.0 * 1.5_f64.powi(7));
    }

    #[test]
    fn calls_are_counted() {
        let calls =
            [(Workload::Chain, 10, 10), (Workload::Diamonds, 2, 149), (Workload::Tiny, 1, 4)];
        for (workload, size, calls) in calls {
            assert_eq!(task(workload, size).calls(), calls, "{workload}");
        }
    }

    #[test]
    fn wrong_values_are_named() {
        let tiny = task(Workload::Tiny, 1);
        let checked = |y: &[f64], gx: Option<&[f64]>| {
            tiny.check(&Values { y: y.to_vec(), gx: gx.map(<[_]>::to_vec) })
        };
        assert_eq!(checked(&[32.0], Some(&[64.0])), Ok(()));
        assert_eq!(checked(&[32.0], Some(&[96.0])), Err("wrong gradient: 96, not 64".into()));
        assert_eq!(checked(&[33.0], Some(&[64.0])), Err("wrong output: 33, not 32".into()));
        assert_eq!(checked(&[], Some(&[64.0])), Err("wrong output: 0 numbers, not 1".into()));
        assert_eq!(checked(&[32.0], None), Err("no gradient".into()));
        assert_eq!(checked(&[32.0], Some(&[f64::NAN])), Err("wrong gradient: NaN, not 64".into()));
    }
}
