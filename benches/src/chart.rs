//! Curves as SVG: on white, so that they can be read on a dark page, too.

use std::fmt::Write;

/// A drawing of curves over one axis.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Above it.
    pub title: String,
    /// Below the title, smaller.
    pub subtitle: String,
    /// From left to right.
    pub x: Axis,
    /// From bottom to top.
    pub y: Axis,
    /// What is drawn, the lowest first.
    pub curves: Vec<Curve>,
}

/// A scale with its marks.
#[derive(Debug, Clone)]
pub struct Axis {
    /// What it is, with its unit.
    pub label: String,
    /// Where it begins.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// From one mark to the next.
    pub step: f64,
}

/// One line of the legend, and what it stands for.
#[derive(Debug, Clone)]
pub struct Curve {
    /// What the legend says.
    pub name: String,
    /// As `#rrggbb`.
    pub colour: &'static str,
    /// How it is drawn.
    pub pen: Pen,
    /// Places, on the axes' scales; what lies outside is cut off.
    pub points: Vec<(f64, f64)>,
}

/// How a curve is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pen {
    /// A line with a dot at each point.
    Line,
    /// A broken line without dots: a bound, or something computed.
    Bound,
    /// Diamonds alone.
    Marks,
}

/// Colours that people who see colours differently tell apart (after Okabe and Ito), darkened for thin
/// lines on white.
pub const COLOURS: [&str; 11] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b8860b", "#56a4d8", "#7a3e9d", "#5c5c5c",
    "#e31a1c", "#8c8c8c", "#bdbdbd",
];

/// Of the whole drawing.
const WIDTH: f64 = 890.0;
const HEIGHT: f64 = 470.0;
/// Of the part with the curves.
const LEFT: f64 = 74.0;
const RIGHT: f64 = 632.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 406.0;
/// From one line of the legend to the next.
const LEGEND_STEP: f64 = 23.0;

impl Chart {
    /// The file's text.
    #[must_use]
    pub fn svg(&self) -> String {
        let mut out = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let (title, subtitle) = (escaped(&self.title), escaped(&self.subtitle));
        writeln!(
            out,
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="system-ui, 'Segoe UI', 'Helvetica Neue', 'DejaVu Sans', sans-serif" font-size="13" fill="#333" role="img" aria-label="{title}">
<rect width="{WIDTH}" height="{HEIGHT}" rx="10" fill="#fff"/>
<text x="{LEFT}" y="30" font-size="17" font-weight="600" fill="#111">{title}</text>
<text x="{LEFT}" y="51" fill="#666">{subtitle}</text>
<clipPath id="c"><rect x="{LEFT}" y="{}" width="{}" height="{}"/></clipPath>"##,
            TOP - 6.0,
            RIGHT - LEFT + 6.0,
            BOTTOM - TOP + 12.0,
        )?;
        self.grid(out)?;
        for curve in &self.curves {
            self.curve(curve, out)?;
        }
        self.legend(out)?;
        writeln!(out, "</svg>")
    }

    fn at(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (
            LEFT + self.x.part(x) * (RIGHT - LEFT),
            BOTTOM - self.y.part(y) * (BOTTOM - TOP),
        )
    }

    fn grid(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, r##"<g stroke="#e6e6e6">"##)?;
        for x in self.x.marks() {
            let (x, _) = self.at((x, self.y.from));
            writeln!(out, r#"<path d="M{x:.1} {TOP}V{BOTTOM}"/>"#)?;
        }
        for y in self.y.marks() {
            let (_, y) = self.at((self.x.from, y));
            writeln!(out, r#"<path d="M{LEFT} {y:.1}H{RIGHT}"/>"#)?;
        }
        writeln!(out, "</g>")?;
        writeln!(
            out,
            r##"<path d="M{LEFT} {BOTTOM}H{RIGHT}" stroke="#888"/>"##
        )?;
        writeln!(out, r##"<g fill="#555" text-anchor="middle">"##)?;
        for mark in self.x.marks() {
            let (x, _) = self.at((mark, self.y.from));
            let (y, mark) = (BOTTOM + 20.0, number(mark));
            writeln!(out, r#"<text x="{x:.1}" y="{y}">{mark}</text>"#)?;
        }
        let (middle, label) = (0.5 * (LEFT + RIGHT), escaped(&self.x.label));
        let y = BOTTOM + 46.0;
        writeln!(
            out,
            r##"<text x="{middle}" y="{y}" fill="#333">{label}</text>"##
        )?;
        let (middle, label) = (0.5 * (TOP + BOTTOM), escaped(&self.y.label));
        writeln!(
            out,
            r##"<text transform="translate(20 {middle}) rotate(-90)" fill="#333">{label}</text>
</g>
<g fill="#555" text-anchor="end">"##
        )?;
        for mark in self.y.marks() {
            let (_, y) = self.at((self.x.from, mark));
            let (x, y, mark) = (LEFT - 9.0, y + 4.5, number(mark));
            writeln!(out, r#"<text x="{x}" y="{y:.1}">{mark}</text>"#)?;
        }
        writeln!(out, "</g>")
    }

    fn curve(&self, curve: &Curve, out: &mut String) -> std::fmt::Result {
        let (colour, mut line, mut dots) = (curve.colour, String::new(), String::new());
        for (i, point) in curve.points.iter().enumerate() {
            let (x, y) = self.at(*point);
            let command = if i == 0 { 'M' } else { 'L' };
            write!(line, "{command}{x:.1} {y:.1}")?;
            match curve.pen {
                Pen::Line => write!(dots, "M{x:.1} {y:.1}h0")?,
                Pen::Bound => {}
                Pen::Marks => write!(dots, "M{x:.1} {:.1}l5 5l-5 5l-5-5z", y - 5.0)?,
            }
        }
        writeln!(out, r#"<g clip-path="url(#c)" fill="none">"#)?;
        let stroke = match curve.pen {
            Pen::Line => r#"stroke-width="2" stroke-linejoin="round""#,
            Pen::Bound => r#"stroke-width="1.8" stroke-dasharray="7 5""#,
            Pen::Marks => "",
        };
        if curve.pen != Pen::Marks {
            writeln!(out, r#"<path d="{line}" stroke="{colour}" {stroke}/>"#)?;
        }
        match curve.pen {
            Pen::Line => writeln!(
                out,
                r#"<path d="{dots}" stroke="{colour}" stroke-width="6" stroke-linecap="round"/>"#
            )?,
            Pen::Marks => writeln!(
                out,
                r##"<path d="{dots}" fill="{colour}" stroke="#fff" stroke-width="1"/>"##
            )?,
            Pen::Bound => {}
        }
        writeln!(out, "</g>")
    }

    fn legend(&self, out: &mut String) -> std::fmt::Result {
        for (i, curve) in self.curves.iter().enumerate() {
            let (x, y, colour) = (
                RIGHT + 22.0,
                TOP + 8.0 + i as f64 * LEGEND_STEP,
                curve.colour,
            );
            match curve.pen {
                Pen::Line => writeln!(
                    out,
                    r#"<path d="M{x} {y}h24" stroke="{colour}" stroke-width="2"/><circle cx="{}" cy="{y}" r="3" fill="{colour}"/>"#,
                    x + 12.0
                )?,
                Pen::Bound => writeln!(
                    out,
                    r#"<path d="M{x} {y}h24" stroke="{colour}" stroke-width="1.8" stroke-dasharray="7 5"/>"#
                )?,
                Pen::Marks => writeln!(
                    out,
                    r#"<path d="M{} {}l5 5l-5 5l-5-5z" fill="{colour}"/>"#,
                    x + 12.0,
                    y - 5.0
                )?,
            }
            let (x, y, name) = (x + 33.0, y + 4.5, escaped(&curve.name));
            writeln!(out, r#"<text x="{x}" y="{y}">{name}</text>"#)?;
        }
        Ok(())
    }
}

impl Axis {
    fn part(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }

    fn marks(&self) -> impl Iterator<Item = f64> {
        let last = ((self.to - self.from) / self.step + 1e-9) as u32;
        (0..=last).map(|i| self.from + f64::from(i) * self.step)
    }
}

/// A true minus sign, and thousands divided.
fn number(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let (sign, at) = (if value <= -0.5 { "−" } else { "" }, digits.len());
    match at {
        4.. => format!("{sign}{},{}", &digits[..at - 3], &digits[at - 3..]),
        _ => format!("{sign}{digits}"),
    }
}

fn escaped(words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;");
    words.replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart() -> Chart {
        let axis = |label: &str, from, to, step| Axis {
            label: label.into(),
            from,
            to,
            step,
        };
        let curve = |pen| Curve {
            name: "a < b".into(),
            colour: COLOURS[0],
            pen,
            points: vec![(0.0, 0.0), (10.0, 1_000.0)],
        };
        Chart {
            title: "Frames & bits".into(),
            subtitle: String::new(),
            x: axis("dB", -5.0, 10.0, 5.0),
            y: axis("bit/s", 0.0, 1_000.0, 500.0),
            curves: [Pen::Line, Pen::Bound, Pen::Marks].map(curve).to_vec(),
        }
    }

    #[test]
    fn points_stand_where_axes_say() {
        let chart = chart();
        assert_eq!(chart.at((-5.0, 0.0)), (LEFT, BOTTOM));
        assert_eq!(chart.at((10.0, 1_000.0)), (RIGHT, TOP));
        let svg = chart.svg();
        assert!(svg.contains(&format!("L{RIGHT:.1} {TOP:.1}")), "{svg}");
        assert!(svg.contains(">−5</text>") && svg.contains(">1,000</text>"));
    }

    #[test]
    fn it_is_xml_without_words_that_break_it() {
        let svg = chart().svg();
        assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n"));
        assert!(svg.contains("a &lt; b") && svg.contains("Frames &amp; bits"));
        let of = |what: &str| svg.matches(what).count();
        for tag in ["g", "text", "svg", "clipPath"] {
            let opened = of(&format!("<{tag} ")) + of(&format!("<{tag}>"));
            assert_eq!(opened, of(&format!("</{tag}>")), "{tag}");
        }
    }

    #[test]
    fn numbers_are_written_for_people() {
        for (value, words) in [
            (0.0, "0"),
            (-5.0, "−5"),
            (12_500.0, "12,500"),
            (100.0, "100"),
        ] {
            assert_eq!(number(value), words);
        }
    }
}
