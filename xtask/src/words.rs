//! How the output looks: a little colour on a terminal, plain text elsewhere.

use std::fmt;
use std::io::IsTerminal;

/// Whether people are looking.
pub(crate) fn on_terminal() -> bool {
    std::io::stdout().is_terminal()
        && std::io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none()
}

#[derive(Clone, Copy)]
pub(crate) enum Style {
    Heading,
    Faint,
    Good,
    Bad,
    Odd,
}

/// Text in a style, where there are such.
pub(crate) fn styled(style: Style, text: impl fmt::Display) -> String {
    if !on_terminal() {
        return text.to_string();
    }
    let code = match style {
        Style::Heading => "1",
        Style::Faint => "2",
        Style::Good => "32",
        Style::Bad => "1;31",
        Style::Odd => "33",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

/// What is left of a line when a terminal has shown it: no escape sequences (ECMA-48 CSI, and the
/// choices of a character set, ECMA-35, that rustfmt makes).
pub(crate) fn unstyled(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        if character != '\x1b' {
            plain.push(character);
            continue;
        }
        match characters.next() {
            // Parameters, up to the letter that ends them.
            Some('[') => while characters.next().is_some_and(|c| !('@'..='~').contains(&c)) {},
            Some('(') => _ = characters.next(),
            _ => {}
        }
    }
    plain
}

/// Lines one under the other, columns aligned; `widths` counts characters.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |text: &str| unstyled(text).chars().count();
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| width(cell))
                .max()
        })
        .map(Option::unwrap_or_default)
        .collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths);
        let padded = cells.map(|(cell, wide)| format!("{cell}{}", " ".repeat(wide - width(cell))));
        format!("  {}\n", padded.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_styles_out() {
        assert_eq!(unstyled("\x1b[31m-\x1b(B\x1b[m"), "-");
        assert_eq!(
            unstyled("\x1b[32;1m  Summary\x1b[0m [ 1 s]"),
            "  Summary [ 1 s]"
        );
    }

    #[test]
    fn aligns_columns() {
        let rows = [
            vec!["a".to_owned(), "b".to_owned()],
            vec!["ccc".to_owned(), String::new()],
        ];
        assert_eq!(table(&rows), "  a    b\n  ccc\n");
    }
}
