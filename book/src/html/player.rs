//! Runs that can be stepped through. Without a script the frames stand one below the other.

use super::picture;
use crate::content::{Frame, Player};
use maud::{Markup, html};

/// All frames of a run; `theme/player.js` shows one of them at a time.
pub fn render(player: &Player) -> Markup {
    let base = format!("run-{}", player.name.replace(' ', "-"));
    let (view, width, height) = picture::view(&player.base);
    let waits = player.frames.iter().any(|frame| !frame.waiting.is_empty());
    html! {
        figure.player.waits[waits] aria-label=(player.title) {
            figcaption { (player.title) }
            // Its classes are looked up inside of what `use` copies.
            svg.base aria-hidden="true" width="0" height="0" {
                g.drawing.p-run id=(base) { (picture::shapes(&player.base, "")) }
            }
            ol.frames {
                @for frame in &player.frames {
                    li {
                        div.stage {
                            svg.drawing.p-run role="img" aria-label=(frame.alt) viewBox=(view)
                                width=(width) height=(height) {
                                use href={ "#" (base) } {}
                                (picture::shapes(&frame.overlay, ""))
                                (targets(frame))
                            }
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
fn targets(frame: &Frame) -> Markup {
    html! {
        @for choice in &frame.choices {
            @let ((left, top), (right, bottom)) = choice.corners;
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
