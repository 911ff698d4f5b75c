//! The address as a QR code (ISO/IEC 18004): for a terminal, and as a drawing in a page.

use std::fmt::Write;

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules around it (ISO/IEC 18004 section 9.1).
const QUIET: i32 = 4;
/// Around it on a terminal, where there is little room; phones read it all the same.
const QUIET_ON_TERMINAL: i32 = 2;

/// A QR code.
#[derive(Clone)]
pub(crate) struct Qr(QrCode);

impl Qr {
    /// Of a text; none if it is too long for one.
    pub(crate) fn new(text: &str) -> Option<Self> {
        QrCode::encode_text(text, QrCodeEcc::Medium).ok().map(Self)
    }

    /// Two rows a line, dark modules as blocks.
    pub(crate) fn text(&self) -> String {
        let ends = -QUIET_ON_TERMINAL..self.0.size() + QUIET_ON_TERMINAL;
        let mut text = String::new();
        for y in ends.clone().step_by(2) {
            for x in ends.clone() {
                text.push(
                    match (self.0.get_module(x, y), self.0.get_module(x, y + 1)) {
                        (true, true) => '█',
                        (true, false) => '▀',
                        (false, true) => '▄',
                        (false, false) => ' ',
                    },
                );
            }
            text.push('\n');
        }
        text
    }

    /// The same, black on white whatever the terminal's colours are (ECMA-48 section 8.3.117).
    pub(crate) fn coloured(&self) -> String {
        let lines = self.text();
        let lines = lines
            .lines()
            .map(|line| format!("\x1b[30;107m{line}\x1b[0m\n"));
        lines.collect()
    }

    /// One path of an SVG drawing, and its side.
    pub(crate) fn path(&self) -> (String, i32) {
        let mut path = String::new();
        for y in 0..self.0.size() {
            for x in 0..self.0.size() {
                if self.0.get_module(x, y) {
                    let _ = write!(path, "M{},{}h1v1h-1z", x + QUIET, y + QUIET);
                }
            }
        }
        (path, self.0.size() + 2 * QUIET)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawing_and_text_show_the_same_modules() {
        let qr = Qr::new("http://10.42.0.1/").unwrap();
        let (path, side) = qr.path();
        let text = qr.text();
        let dark: usize = text
            .chars()
            .map(|c| match c {
                '█' => 2,
                '▀' | '▄' => 1,
                _ => 0,
            })
            .sum();
        assert_eq!(path.matches('z').count(), dark);
        // Version 2 has 25 modules a side.
        assert_eq!(side, 25 + 8);
        // The upper left finder pattern begins with seven dark modules.
        assert!(path.starts_with("M4,4h1v1h-1zM5,4h"));
        assert!(text.lines().all(|line| line.chars().count() == 29));
        assert!(Qr::new(&"x".repeat(5_000)).is_none());
    }
}
