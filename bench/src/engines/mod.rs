//! The engines, one file each.

#[cfg(feature = "burn")]
mod burn;
#[cfg(feature = "candle")]
mod candle;
#[cfg(feature = "dfdx")]
mod dfdx;
mod easy_ml;
mod floor;
mod least;
mod passes;
mod slices;
mod steps;
mod variables;

use crate::measure::{Bench, Report};
use results::{Engine, Workload};

/// Whether the graphs are never freed, so that freeing drops one handle only.
pub fn leaks(engine: Engine) -> bool {
    matches!(engine, Engine::Step13 | Engine::Step14 | Engine::Step16)
}

/// Why the engine is left out of a workload, where that is known beforehand.
pub fn left_out(engine: Engine, workload: Workload) -> Option<&'static str> {
    let absent = (engine == Engine::Burn && cfg!(not(feature = "burn")))
        || (engine == Engine::Candle && cfg!(not(feature = "candle")))
        || (engine == Engine::Dfdx && cfg!(not(feature = "dfdx")));
    match (engine, workload) {
        _ if absent => Some("the benchmark was built without it"),
        (Engine::Passes, Workload::Arrays) => None,
        (Engine::Passes, _) => Some("plain passes over an array have no graph"),
        (Engine::Step13, Workload::Chain) => {
            Some("loses all but one gradient of a shared variable")
        }
        (Engine::Step13 | Engine::Step14, Workload::Diamonds) => {
            Some("runs a shared call once per path: 2^200 times")
        }
        (Engine::Step13 | Engine::Step14, Workload::Tiny) => {
            Some("has no generations: the gradient of the shared variable is wrong")
        }
        (Engine::Operators, Workload::Inference | Workload::Arrays) => {
            Some("there is no sum, so it is step 24")
        }
        (Engine::EasyMl, Workload::Arrays) => Some("is a tape of scalars"),
        _ => None,
    }
}

/// Measures the engine in this process. Python's do not run here.
pub fn run(engine: Engine, bench: &Bench) -> Report {
    match engine {
        Engine::Passes => passes::run(bench),
        Engine::Floor => floor::run(bench),
        Engine::Least => variables::run(&least::Least::new(), bench),
        Engine::Step13 => variables::run(&steps::Step13, bench),
        Engine::Step14 => variables::run(&steps::Step14, bench),
        Engine::Step16 => variables::run(&steps::Step16, bench),
        Engine::Step17 => variables::run(&steps::Step17, bench),
        Engine::Step18 => variables::run(&steps::Step18, bench),
        Engine::Fast => variables::run(&steps::Fast, bench),
        Engine::Step24 => variables::run(&steps::Step24, bench),
        Engine::Operators => variables::run(&steps::Operators, bench),
        Engine::EasyMl => easy_ml::run(bench),
        #[cfg(feature = "dfdx")]
        Engine::Dfdx => dfdx::run(bench),
        #[cfg(feature = "candle")]
        Engine::Candle => variables::run(&candle::Candle, bench),
        #[cfg(feature = "burn")]
        Engine::Burn => variables::run(&burn::Burn::new(), bench),
        #[allow(unreachable_patterns, reason = "unless built with all of them")]
        Engine::Dfdx | Engine::Candle | Engine::Burn => panic!("built without {engine}"),
        Engine::Torch | Engine::Dezero => panic!("{engine} is run by Python"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Mode;
    use crate::workloads::Task;
    use clap::ValueEnum;

    // One test: the memory of a process is counted for one at a time.
    #[test]
    fn every_engine_is_right() {
        for &engine in Engine::value_variants() {
            for &workload in Workload::value_variants() {
                let python = matches!(engine, Engine::Torch | Engine::Dezero);
                if python || left_out(engine, workload).is_some() {
                    continue;
                }
                let bench = Bench { task: Task { workload, size: 3 }, mode: Mode::Memory };
                let report = run(engine, &bench);
                assert!(matches!(report, Report::Memory(_)), "{engine} on {workload}: {report:?}");
            }
        }
    }
}
