//! Drawings as SVG, written out shape by shape.

use super::text;
use crate::pictures::drawing::{Anchor, Drawing, Form, Picture, Point, Shape};
use maud::{Markup, PreEscaped, html};
use std::iter;

/// Room around a drawing that has its own ground.
const MARGIN: f64 = 12.0;

/// The picture as a part of a page, whose style sheet has the classes.
pub fn figure(picture: &Picture) -> Markup {
    let (view, width, height) = view(&picture.drawing);
    let style = format!("--width:{width}px");
    html! {
        figure.picture {
            div.frame {
                svg.drawing role="img" aria-label=(picture.alt) viewBox=(view) width=(width)
                    height=(height) style=(style) { (PreEscaped(shapes(&picture.drawing).concat())) }
            }
            @if !picture.caption.is_empty() { figcaption { (text::inline(&picture.caption)) } }
        }
    }
}

/// The picture as a file of its own, with its own style and, since nobody knows the colour of the
/// page it will be on, its own ground.
pub fn file(picture: &Picture, style: &str) -> String {
    let mut framed = Drawing::default();
    if let Some((from, to)) = picture.drawing.bounds {
        let (from, to) = ((from.0 - MARGIN, from.1 - MARGIN), (to.0 + MARGIN, to.1 + MARGIN));
        framed.rect("p-ground", from, to, 8.0);
    }
    let (view, width, height) = view(&framed);
    let body = shapes(&framed).into_iter().chain(shapes(&picture.drawing));
    let body = body.collect::<Vec<_>>().join("\n");
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(picture.alt) viewBox=(view)
            width=(width) height=(height) {
            "\n" title { (picture.alt) } "\n" style { "\n" (PreEscaped(style)) } "\n"
            (PreEscaped(body)) "\n"
        }
        "\n"
    };
    markup.into_string()
}

/// The view box, with a margin, its width and its height.
fn view(drawing: &Drawing) -> (String, String, String) {
    let ((left, top), (right, bottom)) = drawing.bounds.unwrap_or_default();
    let (width, height) = (right - left + 8.0, bottom - top + 8.0);
    let view = format!("{:.1} {:.1} {width:.1} {height:.1}", left - 4.0, top - 4.0);
    (view, format!("{width:.0}"), format!("{height:.0}"))
}

/// The elements of a drawing.
fn shapes(drawing: &Drawing) -> Vec<String> {
    drawing.shapes.iter().flat_map(shape).collect()
}

fn shape(Shape { class, form }: &Shape) -> Vec<String> {
    let element = match form {
        Form::Rect { corner: (x, y), size: (width, height), radius } => format!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{radius:.1}\"/>"
        ),
        Form::Circle { centre: (x, y), radius } => {
            format!("<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{radius:.1}\"/>")
        }
        Form::Text { at: (x, y), anchor, size, text } => {
            let anchor = match anchor {
                Anchor::Start => "start",
                Anchor::Middle => "middle",
                Anchor::End => "end",
            };
            let text = html! { (text) }.into_string();
            format!(
                "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" font-size=\"{size}\">{text}</text>"
            )
        }
        Form::Line(line) => format!("<polyline class=\"{class}\" points=\"{}\"/>", points(line)),
        Form::Arrow { start, bends, head } => {
            let bends = bends.iter().map(|bend| format!("C{}", points(bend)));
            let path = iter::once(format!("M{}", points(&[*start]))).chain(bends);
            let path = path.collect::<Vec<_>>().join(" ");
            let head = format!("<polygon class=\"{class} p-head\" points=\"{}\"/>", points(head));
            return vec![format!("<path class=\"{class}\" d=\"{path}\"/>"), head];
        }
    };
    vec![element]
}

fn points(points: &[Point]) -> String {
    let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}"));
    points.collect::<Vec<_>>().join(" ")
}
