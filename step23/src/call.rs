//! One application of a function: what backpropagation goes through.

use crate::function::Function;
use crate::variable::{Variable, VariableBox};
use ndarray::ArrayD;
use std::any::type_name;
use std::array;
use std::rc::Weak;

/// One application of a function, whatever its numbers of inputs and outputs (section 6.2).
#[expect(private_bounds, reason = "a call is run by `Variable::backward` and by nobody else")]
pub trait Call: Backward {
    /// The name of the function's type.
    fn name(&self) -> &'static str;

    /// The variables that the function was applied to.
    fn inputs(&self) -> &[Variable];

    /// The highest generation among the inputs (section 16.1).
    fn generation(&self) -> usize;
}

/// What `Variable::backward` asks of a call (section 12.2).
pub(crate) trait Backward {
    /// Forgets the gradients of the outputs.
    fn clear_outputs(&self);

    /// Passes the gradients of the outputs on to the inputs. An output without a gradient counts
    /// as zero (section 13.2). `grad_of` says whether the outputs keep theirs (section 18.1).
    fn backward(&self, grad_of: fn(&Variable) -> Option<ArrayD<f64>>);
}

/// What `backward` has to remember of a call.
pub(crate) struct CallOf<F, const IN: usize, const OUT: usize> {
    pub(crate) function: F,
    pub(crate) inputs: [Variable; IN],
    pub(crate) outputs: [Weak<VariableBox>; OUT],
    pub(crate) shapes: [Box<[usize]>; OUT],
    pub(crate) generation: usize,
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Call for CallOf<F, IN, OUT> {
    fn name(&self) -> &'static str {
        type_name::<F>()
    }

    fn inputs(&self) -> &[Variable] {
        &self.inputs
    }

    fn generation(&self) -> usize {
        self.generation
    }
}

impl<F: Function<IN, OUT>, const IN: usize, const OUT: usize> Backward for CallOf<F, IN, OUT> {
    fn clear_outputs(&self) {
        for y in self.outputs.iter().filter_map(Weak::upgrade).map(Variable) {
            y.cleargrad();
        }
    }

    fn backward(&self, grad_of: fn(&Variable) -> Option<ArrayD<f64>>) {
        let name = self.name();
        let xs = self.inputs.each_ref().map(|x| &x.data);
        let gys = array::from_fn(|i| {
            let gy = self.outputs[i].upgrade().map(Variable).and_then(|y| grad_of(&y));
            // An output that plays no part in the final one has no gradient: it counts as zero.
            gy.unwrap_or_else(|| ArrayD::zeros(&*self.shapes[i]))
        });
        for (x, gx) in self.inputs.iter().zip(self.function.backward(xs, gys)) {
            assert_eq!(gx.shape(), x.data.shape(), "{name}: gradient and input differ in shape");
            x.add_grad(gx);
        }
    }
}
