//! Two items that are the other way round than in the step before.

use crate::finding::{Finding, Rule};
use crate::source::{Part, Source};
use std::collections::HashMap;

/// What is found in the sources of neighbours.
pub fn find<'a>(pairs: impl IntoIterator<Item = (&'a [Source], &'a [Source])>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (before, here) in pairs {
        for new in here {
            if let Some(old) = before.iter().find(|old| old.file == new.file) {
                findings.extend(in_file(old, new));
            }
        }
    }
    findings
}

fn in_file(old: &Source, new: &Source) -> Vec<Finding> {
    let keys = old.parts.iter().map(|part| part.key.as_str());
    let places: HashMap<&str, usize> = keys.enumerate().map(|(i, key)| (key, i)).collect();
    let place = |key: &String| places.get(key.as_str());
    let common: Vec<_> = new.parts.iter().filter(|part| place(&part.key).is_some()).collect();
    let swapped = common.windows(2).filter(|pair| place(&pair[0].key) > place(&pair[1].key));
    let finding = |pair: &[&Part]| {
        let (first, second) = (&pair[0].key, &pair[1].key);
        Finding {
            rule: Rule::Order,
            file: new.place(),
            line: pair[1].start,
            name: second.clone(),
            message: format!("`{second}` comes after `{first}`; in {} it comes before", old.step),
        }
    };
    swapped.map(finding).collect()
}
