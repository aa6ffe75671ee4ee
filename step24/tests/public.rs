//! What a user of the library can name.

/// The names that a source makes public: those of its items, and those in its `pub use` lines.
fn public_names(source: &str) -> Vec<&str> {
    let mut names = Vec::new();
    for item in source.split("\npub ").skip(1) {
        let (kind, rest) = item.split_once(' ').expect("an item has a name");
        if kind == "use" {
            let (path, _) = rest.split_once(';').expect("a use ends");
            let (_, last) = path.rsplit_once("::").expect("it comes from a module");
            names.extend(words(last));
        } else {
            names.extend(words(rest).next());
        }
    }
    names.sort_unstable();
    names
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c != '_' && !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

#[test]
fn the_names_of_the_library() {
    let types = ["Add", "Call", "Div", "Exp", "Function", "Mul", "Neg", "Pow", "Square", "Sub"];
    let variables = ["Variable", "VariableBox"];
    let functions = ["add", "exp", "no_grad", "numerical_diff", "square", "using_config"];
    let names = [&types[..], &variables, &functions].concat();
    assert_eq!(public_names(include_str!("../src/lib.rs")), names);
}

#[test]
fn a_public_name_is_found_wherever_it_is() {
    let source =
        "\npub fn f() {}\nfn g() {}\npub use a::{\n    B,\n    c,\n};\npub use d::E;\npub mod h;\n";
    assert_eq!(public_names(source), ["B", "E", "c", "f", "h"]);
}
