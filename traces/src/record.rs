//! Builds a graph with the library of a step, differentiates it, and writes down what is asked.

use crate::{Call, Graph, Kind, Variable};

/// A small graph: the inputs with their values, then the calls.
pub struct Recipe {
    pub inputs: &'static [(&'static str, f64)],
    /// The function, the numbers of the variables it is applied to, and the name of its output.
    pub calls: &'static [(Kind, &'static [usize], &'static str)],
}

/// `backward` of one function, as it was asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Asked {
    pub call: usize,
    /// The gradient that came in.
    pub gy: f64,
    /// The gradients that it handed on, for each input.
    pub gxs: Vec<f64>,
    /// The gradients of all variables when it was asked.
    pub grads: Vec<Option<f64>>,
}

/// What one run left behind.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub asked: Vec<Asked>,
    /// The gradients of all variables at the end.
    pub grads: Vec<Option<f64>>,
}

/// Boxes on their way out: how many own each box whenever a call is freed, and at the end.
pub struct Freed {
    pub calls: Vec<(usize, Vec<usize>)>,
    pub before: Vec<usize>,
    pub after: Vec<usize>,
}

impl Recipe {
    /// The graph, with the values that the library of `run` computed.
    pub fn graph(&self, values: &[f64]) -> Graph {
        let names = self.inputs.iter().map(|input| input.0).chain(self.calls.iter().map(|c| c.2));
        let variables = names.zip(values).map(|(name, &value)| Variable { name, value }).collect();
        let calls = self.calls.iter().enumerate().map(|(i, (function, inputs, _))| Call {
            function: *function,
            inputs: inputs.to_vec(),
            output: self.inputs.len() + i,
        });
        Graph { variables, calls: calls.collect() }
    }
}

/// What a wrapped function writes to, and the wrapping, for the library of one step.
macro_rules! log {
    ($step:ident) => {
        use super::{Asked, Kind, Recipe, Run};
        use ndarray::{ArrayD, arr0};
        use std::cell::RefCell;
        use std::rc::Rc;
        use $step::{Exp, Function, Square, Variable};

        #[derive(Default)]
        struct Log {
            variables: RefCell<Vec<Variable>>,
            asked: RefCell<Vec<Asked>>,
        }

        impl Log {
            fn keep(&self, variable: Variable) {
                self.variables.borrow_mut().push(variable);
            }

            fn variable(&self, index: usize) -> Variable {
                self.variables.borrow()[index].clone()
            }

            fn note(&self, call: usize, gy: f64, gxs: &[ArrayD<f64>], grads: Vec<Option<f64>>) {
                let gxs = gxs.iter().map(|gx| gx[[]]).collect();
                self.asked.borrow_mut().push(Asked { call, gy, gxs, grads });
            }

            fn grads(&self) -> Vec<Option<f64>> {
                self.variables.borrow().iter().map(|v| v.grad().map(|grad| grad[[]])).collect()
            }

            fn values(&self) -> Vec<f64> {
                self.variables.borrow().iter().map(|v| v.data[[]]).collect()
            }

            fn run(&self) -> Run {
                Run { asked: self.asked.take(), grads: self.grads() }
            }

            fn with_inputs(recipe: &Recipe) -> Rc<Self> {
                let log = Rc::new(Log::default());
                for &(_, value) in recipe.inputs {
                    log.keep(Variable::new(arr0(value)));
                }
                log
            }
        }

        /// A function that tells when its `backward` is asked.
        struct Traced<F> {
            function: F,
            call: usize,
            log: Rc<Log>,
        }
    };
}

/// Functions of one input and one output, as up to step 08. `call` hands back `$output`.
macro_rules! one_input {
    ($step:ident, $output:ty) => {
        log!($step);

        impl<F: Function> Function for Traced<F> {
            fn forward(&self, x: &ArrayD<f64>) -> ArrayD<f64> {
                self.function.forward(x)
            }

            fn backward(&self, x: &ArrayD<f64>, gy: ArrayD<f64>) -> ArrayD<f64> {
                let (grads, came) = (self.log.grads(), gy[[]]);
                let gx = self.function.backward(x, gy);
                self.log.note(self.call, came, std::slice::from_ref(&gx), grads);
                gx
            }
        }

        fn apply(kind: Kind, call: usize, log: &Rc<Log>, x: &Variable) -> $output {
            let log = log.clone();
            match kind {
                Kind::Square => Traced { function: Square, call, log }.call(x),
                Kind::Exp => Traced { function: Exp, call, log }.call(x),
                Kind::Add | Kind::Mul => unreachable!("a chain has no {kind:?}"),
            }
        }
    };
}

/// A chain in the library of a step that walks by itself once `y` has its gradient.
macro_rules! chain {
    ($step:ident) => {
        pub mod $step {
            one_input!($step, Variable);

            /// The values of all variables, and the run.
            pub fn record(recipe: &Recipe) -> (Vec<f64>, Run) {
                let log = Log::with_inputs(recipe);
                for (call, (kind, inputs, _)) in recipe.calls.iter().enumerate() {
                    let y = apply(*kind, call, &log, &log.variable(inputs[0]));
                    log.keep(y);
                }
                let y = log.variable(recipe.calls.len());
                y.set_grad(arr0(1.0).into_dyn());
                y.backward();
                (log.values(), log.run())
            }
        }
    };
}

/// A graph in the library of a step whose functions take arrays; `$function` are those of two inputs.
macro_rules! graph {
    ($step:ident, $($function:ident),+) => {
        pub mod $step {
            log!($step);
            use $step::{$($function),+};

            impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Function<IN, OUT>
                for Traced<F>
            {
                fn forward(&self, xs: [&ArrayD<f64>; IN]) -> [ArrayD<f64>; OUT] {
                    self.function.forward(xs)
                }

                fn backward(
                    &self,
                    xs: [&ArrayD<f64>; IN],
                    gys: [ArrayD<f64>; OUT],
                ) -> [ArrayD<f64>; IN] {
                    let (grads, came) = (self.log.grads(), gys[0][[]]);
                    let gxs = self.function.backward(xs, gys);
                    self.log.note(self.call, came, &gxs, grads);
                    gxs
                }
            }

            fn apply(kind: Kind, call: usize, log: &Rc<Log>, inputs: &[usize]) {
                let x = log.variable(inputs[0]);
                let traced = log.clone();
                let [y] = match kind {
                    Kind::Square => Traced { function: Square, call, log: traced }.call([&x]),
                    Kind::Exp => Traced { function: Exp, call, log: traced }.call([&x]),
                    $(Kind::$function => {
                        let x1 = log.variable(inputs[1]);
                        Traced { function: $function, call, log: traced }.call([&x, &x1])
                    })+
                    #[allow(unreachable_patterns, reason = "the last of them has all")]
                    _ => unreachable!("{kind:?} comes later"),
                };
                log.keep(y);
            }

            /// The values of all variables, and a run for each of `walks`.
            pub fn record(recipe: &Recipe, walks: &[fn(&Variable)]) -> (Vec<f64>, Vec<Run>) {
                let log = Log::with_inputs(recipe);
                for (call, (kind, inputs, _)) in recipe.calls.iter().enumerate() {
                    apply(*kind, call, &log, inputs);
                }
                let y = log.variable(recipe.inputs.len() + recipe.calls.len() - 1);
                let run = |walk: &fn(&Variable)| {
                    walk(&y);
                    log.run()
                };
                let runs = walks.iter().map(run).collect();
                (log.values(), runs)
            }
        }
    };
}

pub mod step06 {
    one_input!(step06, (Variable, step06::Call));

    /// The values of all variables, and the walk that the reader of step 06 takes by hand.
    pub fn record(recipe: &Recipe) -> (Vec<f64>, Run) {
        let log = Log::with_inputs(recipe);
        let mut calls = Vec::new();
        for (i, (kind, inputs, _)) in recipe.calls.iter().enumerate() {
            let (y, call) = apply(*kind, i, &log, &log.variable(inputs[0]));
            log.keep(y);
            calls.push(call);
        }
        log.set_grad(calls.len(), arr0(1.0).into_dyn());
        for (i, call) in calls.iter().enumerate().rev() {
            let gy = log.variable(i + 1).grad().expect("the one before has set it");
            log.set_grad(i, call.backward(gy));
        }
        (log.values(), log.run())
    }

    impl Log {
        fn set_grad(&self, variable: usize, grad: ArrayD<f64>) {
            self.variables.borrow_mut()[variable].set_grad(grad);
        }
    }
}

chain!(step07);
chain!(step08);
graph!(step13, Add);
graph!(step14, Add);
graph!(step15, Add);
graph!(step16, Add);
graph!(step18, Add);
graph!(step20, Add, Mul);

pub mod step17 {
    use super::Freed;
    use ndarray::ArrayD;
    use std::cell::RefCell;
    use std::rc::{Rc, Weak};
    use step17::{Function, Square, Variable, VariableBox};

    #[derive(Default)]
    struct Log {
        boxes: RefCell<Vec<Weak<VariableBox>>>,
        freed: RefCell<Vec<(usize, Vec<usize>)>>,
    }

    impl Log {
        fn owners(&self) -> Vec<usize> {
            self.boxes.borrow().iter().map(Weak::strong_count).collect()
        }
    }

    /// A square that tells when it is freed, with the call that holds it.
    struct Traced {
        call: usize,
        log: Rc<Log>,
    }

    impl Function<1, 1> for Traced {
        fn forward(&self, xs: [&ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
            Square.forward(xs)
        }

        fn backward(&self, xs: [&ArrayD<f64>; 1], gys: [ArrayD<f64>; 1]) -> [ArrayD<f64>; 1] {
            Square.backward(xs, gys)
        }
    }

    impl Drop for Traced {
        fn drop(&mut self) {
            self.log.freed.borrow_mut().push((self.call, self.log.owners()));
        }
    }

    /// Three squares of `x`, of which only `x` and `y` are kept, and then only `x`.
    pub fn record() -> (Vec<f64>, Freed) {
        let log = Rc::new(Log::default());
        let x = Variable::from(2.0);
        let mut y = x.clone();
        let mut values = vec![2.0];
        log.boxes.borrow_mut().push(Rc::downgrade(&x));
        for call in 0..3 {
            let [next] = Traced { call, log: log.clone() }.call([&y]);
            y = next;
            values.push(y.data[[]]);
            log.boxes.borrow_mut().push(Rc::downgrade(&y));
        }
        let before = log.owners();
        drop(y);
        let after = log.owners();
        (values, Freed { calls: log.freed.take(), before, after })
    }
}
