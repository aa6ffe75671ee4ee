//! Runs graphs of one piece of `fast`, for those who count from outside:
//!
//!     piece WORKLOAD SIZE GRAPHS      does so, and nothing else
//!     piece WORKLOAD SIZE bytes       prints the most bytes that one graph asked for at once
//!
//! Each piece is a crate `fast` of its own, so this is compiled once for each.

#[path = "../src/alloc.rs"]
#[allow(dead_code)]
mod alloc;

use fast::{Variable, add, no_grad, square};
use std::env;
use std::hint::black_box;

#[global_allocator]
static ALLOCATOR: alloc::Counting = alloc::Counting;

fn chain(calls: usize) -> Variable {
    let x = Variable::from(1.0);
    let y = (0..calls).fold(Variable::from(0.0), |y, _| add(&y, &x));
    y.backward();
    y
}

fn diamonds(layers: usize) -> Variable {
    let mut layer: Vec<_> = (0..50).map(|_| Variable::from(1.0)).collect();
    for _ in 0..layers {
        layer = (0..50).map(|j| add(&layer[j], &layer[(j + 1) % 50])).collect();
    }
    let y = layer.into_iter().reduce(|sum, y| add(&sum, &y)).expect("a layer is not empty");
    y.backward();
    y
}

fn tiny() -> Variable {
    let a = square(&Variable::from(2.0));
    let y = add(&square(&a), &square(&a));
    y.backward();
    y
}

fn inference() -> Variable {
    let x = Variable::from(1.5);
    no_grad(|| square(&square(&square(&x))))
}

fn main() {
    let arguments = Vec::from_iter(env::args());
    let [_, workload, size, graphs] = &arguments[..] else { panic!("see the comment above") };
    let size = size.parse().expect("a size is a number");
    let graph = || match workload.as_str() {
        "chain" => chain(size),
        "diamonds" => diamonds(size),
        "tiny" => tiny(),
        "inference" => inference(),
        _ => panic!("there is no workload {workload}"),
    };
    if graphs == "bytes" {
        alloc::start();
        let live = alloc::live();
        drop(graph());
        println!("{}", alloc::peak() - live);
    } else {
        for _ in 0..graphs.parse().expect("graphs are counted") {
            black_box(graph());
        }
    }
}
