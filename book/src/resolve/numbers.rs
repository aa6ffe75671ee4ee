//! Numbers of a noisy machine, for readers.

/// Nanoseconds in the unit that suits them.
pub fn time(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n >= 999.5e3 => format!("{} ms", rounded(n / 1e6)),
        n if n >= 999.5 => format!("{} µs", rounded(n / 1e3)),
        n => format!("{} ns", rounded(n)),
    }
}

/// Three digits, which is more than a noisy machine can promise; of large numbers, which stand in
/// columns, all digits in groups.
pub fn rounded(number: f64) -> String {
    match number {
        n if n >= 9999.5 => grouped(&format!("{n:.0}")),
        n if n >= 99.95 => format!("{n:.0}"),
        n if n >= 9.995 => format!("{n:.1}"),
        n => format!("{n:.2}"),
    }
}

/// A whole number, from five digits on in groups of three with narrow spaces that do not break.
pub fn grouped(number: &impl ToString) -> String {
    let digits = number.to_string();
    if digits.len() < 5 {
        return digits;
    }
    let mut groups = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            groups.push('\u{202f}');
        }
        groups.push(digit);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_three_digits_and_a_unit() {
        let expected = [
            (8.7, "8.70 ns"),
            (999.4, "999 ns"),
            (999.6, "1.00 µs"),
            (9995.0, "10.0 µs"),
            (16_130_551.0, "16.1 ms"),
        ];
        for (nanoseconds, text) in expected {
            assert_eq!(time(nanoseconds), text);
        }
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(rounded(9999.0), "9999");
        assert_eq!(rounded(1_410_194.0), "1\u{202f}410\u{202f}194");
        assert_eq!(rounded(42_924.0), "42\u{202f}924");
    }
}
