//! What is recorded, and that the rule for the calls that wait is the one of the steps.

use traces::{Mark, Trace, all};

fn trace(name: &str) -> Trace {
    all().into_iter().find(|trace| trace.name == name).expect("a trace of this name")
}

fn order(trace: &Trace) -> Vec<String> {
    let running = trace.frames.iter().filter_map(|frame| frame.running);
    running.map(|call| trace.graph.call_and_output(call)).collect()
}

/// The gradient of the first input at the end.
fn end(trace: &Trace) -> f64 {
    match trace.frames.last().expect("a trace has frames").marks[0] {
        Mark::Grad(Some(grad)) => grad,
        ref mark => panic!("the first input ends with {mark:?}"),
    }
}

#[test]
fn the_call_that_runs_is_the_one_that_the_rule_takes() {
    for trace in all() {
        for (i, pair) in trace.frames.windows(2).enumerate() {
            let waiting = pair[0].waiting.iter().filter(|place| !place.calls.is_empty());
            let next: Vec<_> = waiting.clone().filter_map(|place| place.next).collect();
            if waiting.count() > 0 {
                assert_eq!(next, Vec::from_iter(pair[1].running), "{}, {i}", trace.name);
            }
        }
    }
}

#[test]
fn what_follows_from_the_choice_of_the_step_is_what_the_step_gives() {
    for trace in all() {
        for frame in &trace.frames {
            let taken: Vec<_> = frame.choices.iter().filter(|choice| choice.is_taken).collect();
            assert_eq!(taken.len(), usize::from(!frame.choices.is_empty()), "{}", trace.name);
            for choice in taken {
                let end = format!("= {}", traces::number(end(&trace)));
                assert!(choice.outcome.contains(&end), "{}: {}", trace.name, choice.outcome);
            }
        }
    }
}

#[test]
fn step_15_runs_the_first_square_twice_and_step_16_once() {
    let (wrong, right) = (trace("15"), trace("16"));
    let [add, a, b, c] = ["Add → y", "Square → a", "Square → b", "Square → c"];
    assert_eq!(order(&wrong), [add, c, a, b, a]);
    assert_eq!(order(&right), [add, c, b, a]);
    assert_eq!([end(&wrong), end(&right)], [96.0, 64.0]);
}

#[test]
fn another_choice_leads_elsewhere() {
    let choices = &trace("15").frames[2].choices;
    let outcomes: Vec<_> = choices.iter().map(|c| (c.is_taken, c.outcome.as_str())).collect();
    assert_eq!(outcomes, [(true, "dy/dx = 96"), (false, "dy/dx = 128")]);
}

#[test]
fn the_second_run_of_step_14() {
    assert_eq!([end(&trace("14 kept")), end(&trace("14 cleared"))], [128.0, 64.0]);
}

#[test]
fn step_18_moves_gradients_on_and_retain_grad_keeps_them() {
    let left = |name| {
        let trace = trace(name);
        let marks = trace.frames.last().expect("a trace has frames").marks.clone();
        marks.iter().filter(|mark| matches!(mark, Mark::Grad(Some(_)))).count()
    };
    assert_eq!([left("18"), left("18 retain_grad")], [2, 4]);
}

#[test]
fn boxes_go_one_after_the_other() {
    let gone = |frame: &traces::Frame| {
        frame.marks.iter().filter(|mark| matches!(mark, Mark::Owners(0))).count()
    };
    let counts: Vec<_> = trace("17").frames.iter().map(gone).collect();
    assert_eq!(counts, [0, 1, 2, 3, 3]);
}
