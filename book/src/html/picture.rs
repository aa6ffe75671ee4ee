//! Pictures, with their drawings as SVG.

use super::text;
use crate::pictures::svg::{Picture, Shape, Svg};
use maud::{Markup, PreEscaped, html};

/// Room around a drawing that has its own ground.
const MARGIN: f64 = 12.0;

/// The picture as a part of a page, whose style sheet has the classes.
pub fn figure(picture: &Picture) -> Markup {
    let has_narrow = picture.narrow.is_some();
    html! {
        figure.picture.has-narrow[has_narrow] {
            div.frame {
                (drawing("drawing", &picture.drawing, &picture.alt))
                // One of the two is shown; who listens to the page hears one, too.
                @if let Some(narrow) = &picture.narrow {
                    (drawing("drawing narrow", narrow, &picture.alt))
                }
            }
            figcaption { (text::inline(&picture.caption)) }
        }
    }
}

fn drawing(class: &str, drawing: &Svg, alt: &str) -> Markup {
    let (view, width, height) = view(drawing);
    let style = format!("--width:{width}px");
    html! {
        svg class=(class) role="img" aria-label=(alt) viewBox=(view) width=(width) height=(height)
            style=(style) { (shapes(drawing, "")) }
    }
}

/// The picture as a file of its own, with its own style and, since nobody knows the colour of the
/// page it will be on, its own ground.
pub fn file(picture: Picture, style: &str) -> String {
    let mut framed = Svg::default();
    if let Some((from, to)) = picture.drawing.bounds {
        let (from, to) = ((from.0 - MARGIN, from.1 - MARGIN), (to.0 + MARGIN, to.1 + MARGIN));
        framed.rect("p-ground", from, to, 8.0);
    }
    framed.append(picture.drawing);
    let (view, width, height) = view(&framed);
    let markup = html! {
        svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label=(picture.alt) viewBox=(view)
            width=(width) height=(height) {
            "\n" title { (picture.alt) } "\n" style { "\n" (PreEscaped(style)) } "\n"
            (shapes(&framed, "\n")) "\n"
        }
        "\n"
    };
    markup.into_string()
}

/// The view box, with a margin, its width and its height.
pub fn view(drawing: &Svg) -> (String, String, String) {
    let ((left, top), (right, bottom)) = drawing.bounds.unwrap_or_default();
    let (width, height) = (right - left + 8.0, bottom - top + 8.0);
    let view = format!("{:.1} {:.1} {width:.1} {height:.1}", left - 4.0, top - 4.0);
    (view, format!("{width:.0}"), format!("{height:.0}"))
}

/// The shapes of a drawing, with something between them.
pub fn shapes(drawing: &Svg, between: &str) -> Markup {
    let shapes = drawing.shapes.iter().map(shape);
    PreEscaped(shapes.collect::<Vec<_>>().join(between))
}

fn shape(Shape { element, attributes, text }: &Shape) -> String {
    let escaped = |text: &str| html! { (text) }.into_string();
    let attributes =
        attributes.iter().map(|(name, value)| format!(" {name}=\"{}\"", escaped(value)));
    let attributes = attributes.collect::<String>();
    match text.as_str() {
        "" => format!("<{element}{attributes}/>"),
        text => format!("<{element}{attributes}>{}</{element}>", escaped(text)),
    }
}
