//! What `backward` does, call by call: recorded from the libraries of the steps, not typed.
//!
//! In goes a `Recipe`, a small graph. It is built with the library of a step, each function
//! wrapped so that it tells when its `backward` is asked and with which gradient. Out comes a
//! [`Trace`]: the graph, and a frame for each thing that happened. The book draws the frames,
//! `cargo xtask trace 16` prints them. Begin reading at [`all`], then `record`.

mod frames;
mod list;
mod record;
mod rule;
mod text;

pub use list::{all, of};
pub use text::{marks, print};

use std::fmt;

/// A run of `backward`, to be stepped through.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The number of the step whose library ran.
    pub step: usize,
    /// Tells it from other traces of the step, as in `16` and `14 again`.
    pub name: &'static str,
    /// What is to be seen, in a few words.
    pub title: &'static str,
    /// What was differentiated.
    pub graph: Graph,
    /// What happened, in order.
    pub frames: Vec<Frame>,
}

/// The variables and calls of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Graph {
    /// In the order in which they were made.
    pub variables: Vec<Variable>,
    /// In the order in which they were made.
    pub calls: Vec<Call>,
}

/// A variable of a [`Graph`].
#[derive(Clone, Debug, PartialEq)]
pub struct Variable {
    /// As in the chapter.
    pub name: &'static str,
    /// Its data.
    pub value: f64,
}

/// A call of a [`Graph`].
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// What was called.
    pub function: Kind,
    /// Indices into the variables.
    pub inputs: Vec<usize>,
    /// An index into the variables.
    pub output: usize,
}

/// The functions of the traces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The square.
    Square,
    /// The exponential.
    Exp,
    /// The sum.
    Add,
    /// The product.
    Mul,
}

/// What is seen at one moment of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// The call that has just run: an index into the calls.
    pub running: Option<usize>,
    /// What is written beside each variable.
    pub marks: Vec<Mark>,
    /// The calls that wait, in the step's own order.
    pub waiting: Vec<Waiting>,
    /// What happened.
    pub sentence: String,
    /// The calls that could come next, with what would follow. Empty where none is left, and
    /// where the order is no question.
    pub choices: Vec<Choice>,
}

/// What is written beside a variable.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Mark {
    /// Its gradient, if it has one.
    Grad(Option<f64>),
    /// How many own its box. With 0 it is gone.
    Owners(usize),
}

/// Calls that wait in one place.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiting {
    /// Where they wait.
    pub place: Place,
    /// The calls in it, in the step's own order.
    pub calls: Vec<usize>,
    /// The one of them that the step takes next; none if it takes one from elsewhere.
    pub next: Option<usize>,
}

/// Where calls wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the `backward` of this variable, which has not returned (step 07).
    Backward(&'static str),
    /// In the one list, whose last goes first (steps 08 to 15).
    List,
    /// In the list of a generation, whose first goes first (from step 16).
    Generation(usize),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Place::Backward(variable) => write!(f, "{variable}.backward()"),
            Place::List => write!(f, "waiting"),
            Place::Generation(number) => write!(f, "generation {number}"),
        }
    }
}

/// A call that could come next.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// An index into the calls.
    pub call: usize,
    /// Whether the step takes it.
    pub is_taken: bool,
    /// What comes out at the end if this call goes first, and the step goes on as it does.
    pub outcome: String,
}

impl Graph {
    /// The call that made a variable.
    pub fn creator(&self, variable: usize) -> Option<usize> {
        self.calls.iter().position(|call| call.output == variable)
    }

    /// 0 if no function made the variable, else one more than the highest of the inputs.
    pub fn generation(&self, variable: usize) -> usize {
        self.creator(variable).map_or(0, |call| self.generation_of_call(call) + 1)
    }

    /// The highest generation among the inputs.
    pub fn generation_of_call(&self, call: usize) -> usize {
        let inputs = &self.calls[call].inputs;
        inputs.iter().map(|&input| self.generation(input)).max().unwrap_or(0)
    }

    /// A name for a call that is no other's: its function, and what it made.
    pub fn call_and_output(&self, call: usize) -> String {
        let Call { function, output, .. } = &self.calls[call];
        format!("{function:?} → {}", self.variables[*output].name)
    }

    /// How a sentence names a call.
    pub fn call_in_words(&self, call: usize) -> String {
        let output = self.variables[self.calls[call].output].name;
        format!("the {:?} that made {output}", self.calls[call].function)
    }
}

/// A number as the pictures show it: whole if it is short, else with four decimals.
pub fn number(value: f64) -> String {
    let exact = value.to_string();
    if exact.len() <= 6 { exact } else { format!("{value:.4}") }
}
