//! Runs that can be stepped through. Without a script the frames stand one below the other.

use super::picture;
use crate::content::{Frame, Player};
use crate::pictures::graph::stage::Stage;
use maud::{Markup, html};

/// All frames of a run; `theme/player.js` shows one of them at a time.
pub fn render(player: &Player) -> Markup {
    let name = format!("run-{}", player.name.replace(' ', "-"));
    let bases = [name.clone(), format!("{name}-narrow")];
    let stages = || player.stages.iter().zip(&bases);
    let waits = player.frames.iter().any(|frame| !frame.waiting.is_empty());
    html! {
        figure.player.waits[waits].has-narrow[player.stages.len() > 1] aria-label=(player.title) {
            figcaption { (player.title) " " code.run { (player.command) } }
            // Its classes are looked up inside of what `use` copies.
            svg.base aria-hidden="true" width="0" height="0" {
                @for (stage, base) in stages() {
                    g.drawing id=(base) { (picture::shapes(&stage.base, "")) }
                }
            }
            ol.frames {
                @for (number, frame) in player.frames.iter().enumerate() {
                    li {
                        div.stage {
                            @for (stage, base) in stages() { (drawing(stage, base, frame, number)) }
                            (waiting(frame))
                        }
                        p.sentence { (frame.sentence) }
                        (question(frame))
                    }
                }
            }
        }
    }
}

/// A frame on a stage, whose base the page has once.
fn drawing(stage: &Stage, base: &str, frame: &Frame, number: usize) -> Markup {
    let (view, width, height) = picture::view(&stage.base);
    html! {
        svg.drawing.narrow[base.ends_with("narrow")] role="img" aria-label=(frame.alt)
            viewBox=(view) width=(width) height=(height) {
            use href={ "#" (base) } {}
            (picture::shapes(&stage.overlays[number], ""))
            (targets(frame, stage))
        }
    }
}

/// What waits, place by place.
fn waiting(frame: &Frame) -> Markup {
    html! {
        @if !frame.waiting.is_empty() {
            div.waiting {
                @for (place, calls) in &frame.waiting {
                    div {
                        b { (place) ":" } " "
                        @for call in calls { span { (call) } " " }
                        @if calls.is_empty() { "none" }
                    }
                }
            }
        }
    }
}

/// What can be clicked in the drawing; it stands for the button of the same call.
fn targets(frame: &Frame, stage: &Stage) -> Markup {
    html! {
        @for choice in &frame.choices {
            @let ((left, top), (right, bottom)) = stage.calls[choice.call];
            rect.target data-call=(choice.call) x=(format!("{left:.1}")) y=(format!("{top:.1}"))
                width=(format!("{:.1}", right - left)) height=(format!("{:.1}", bottom - top)) {}
        }
    }
}

/// The calls to point at. Without a script nobody would answer, so the page does not ask.
fn question(frame: &Frame) -> Markup {
    html! {
        @if !frame.choices.is_empty() {
            div.question hidden {
                p { "Which call comes next? Point at it." }
                @for choice in &frame.choices {
                    button type="button" data-call=(choice.call) data-right=(choice.is_right)
                        data-answer=(choice.answer) { (choice.name) } " "
                }
                p.answer {}
            }
        }
    }
}
