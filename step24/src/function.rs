//! What a function is, and how it is applied.

use crate::call::{Call, CallOf};
use crate::config::ENABLE_BACKPROP;
use crate::variable::Variable;
use ndarray::ArrayD;
use std::rc::Rc;

/// A function makes `OUT` variables from `IN` variables (section 2.1).
pub trait Function<const IN: usize, const OUT: usize>: Sized + 'static {
    /// The mathematics: the arrays `ys` for the arrays `xs` (section 12.2). It cannot be left out.
    fn forward(&self, xs: [&ArrayD<f64>; IN]) -> [ArrayD<f64>; OUT];

    /// The gradients of `xs`, in their shapes, given `gys`, the gradients of `ys`: for each `x`,
    /// the sum over the `ys` of `gy` times the derivative of `y` with respect to `x` (section 13.1).
    /// An output that plays no part in the final one has a `gy` of 0; times infinity, that is NaN.
    ///
    /// Must not run `Variable::backward` on the calls that are being differentiated: the gradients
    /// of two runs would mix (section 14.2).
    fn backward(&self, xs: [&ArrayD<f64>; IN], gys: [ArrayD<f64>; OUT]) -> [ArrayD<f64>; IN];

    /// Panics if the function cannot be applied to these variables. It sees them, and not their
    /// arrays only, so that it can say which they are (section 19.5).
    fn check(&self, _: [&Variable; IN]) {}

    /// Applies the function to variables: Python's `f(*xs)` (section 12.1). With a wrong number of
    /// variables it does not compile.
    #[track_caller]
    fn call(self, inputs: [&Variable; IN]) -> [Variable; OUT] {
        self.check(inputs);
        let outputs = self.forward(inputs.map(|x| &x.data)).map(Variable::new);
        if !ENABLE_BACKPROP.get() {
            return outputs;
        }
        let generation = inputs.iter().map(|x| x.generation()).max().unwrap_or(0);
        let call: Rc<dyn Call> = Rc::new(CallOf {
            function: self,
            inputs: inputs.map(Variable::clone),
            outputs: outputs.each_ref().map(|y| Rc::downgrade(y)),
            shapes: outputs.each_ref().map(|y| y.data.shape().into()),
            generation,
        });
        for output in &outputs {
            output.creator.set(call.clone()).ok().expect("a new variable has no creator");
        }
        outputs
    }
}
