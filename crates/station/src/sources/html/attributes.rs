//! What elements say in their attributes: whether they are hidden, and where their media are.

use dom_query::NodeRef;

/// Lazy loaders' names for an image's true address, the likeliest first.
const LAZY: &[&str] = &[
    "data-src",
    "data-original",
    "data-lazy-src",
    "data-original-src",
    "data-hi-res-src",
    "data-url",
    "data-image",
    "data-full",
    "data-full-src",
];
/// Lazy loaders' names for `srcset`.
const SETS: &[&str] = &["srcset", "data-srcset", "data-lazy-srcset"];
/// A picture of this width, in pixels, is wide enough for an edition.
const WIDE: f32 = 1_280.0;
/// Pictures that are said to be no larger than this in both directions are icons, in pixels.
const ICON: u32 = 40;

/// An attribute that says something.
pub(super) fn attr(node: &NodeRef<'_>, name: &str) -> Option<String> {
    let value = node.attr(name)?;
    let value = value.trim();
    (!value.is_empty()).then(|| value.to_owned())
}

/// Whether an element is not shown.
pub(super) fn hidden(node: &NodeRef<'_>) -> bool {
    if node.has_attr("hidden") {
        return true;
    }
    let style = node.attr("style").map(|s| {
        s.chars()
            .filter(|c| !c.is_whitespace())
            .collect::<String>()
            .to_ascii_lowercase()
    });
    style.is_some_and(|s| s.contains("display:none") || s.contains("visibility:hidden"))
}

/// The addresses that an `img` may be had from, the best first.
pub(super) fn picture_sources(node: &NodeRef<'_>) -> Vec<String> {
    let mut out: Vec<String> = LAZY.iter().filter_map(|name| attr(node, name)).collect();
    out.extend(
        SETS.iter()
            .filter_map(|name| best_of_set(&attr(node, name)?)),
    );
    let src = attr(node, "src");
    match src {
        // With `src` in one size and a set of more, the set is better; but a lone `src` of a
        // file beside the page comes first when the set is of the web.
        Some(src)
            if !out.is_empty() && is_relative(&src) && out.iter().all(|o| !is_relative(o)) =>
        {
            out.insert(0, src);
        }
        Some(src) => out.push(src),
        None => {}
    }
    out.retain(|address| !address.starts_with("data:"));
    out
}

/// Whether an `img` is an icon or a counter of visits.
pub(super) fn is_icon(node: &NodeRef<'_>) -> bool {
    let size = |name: &str| {
        let value = attr(node, name)?;
        let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
        (!value.contains('%')).then(|| digits.parse::<u32>().ok())?
    };
    match (size("width"), size("height")) {
        (Some(w), Some(h)) => w <= ICON && h <= ICON,
        (Some(one), None) | (None, Some(one)) => one <= 2,
        (None, None) => false,
    }
}

/// The narrowest picture of a `srcset` that is wide enough, or else the widest (HTML 4.8.4.2.1).
pub(super) fn best_of_set(set: &str) -> Option<String> {
    let mut rest = set.trim_start();
    let mut best: Option<(f32, String)> = None;
    while !rest.is_empty() {
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let (url, after) = rest.split_at(end);
        let bare = url.trim_end_matches(',');
        let (descriptor, next) = if bare.len() < url.len() {
            ("", after)
        } else {
            match after.split_once(',') {
                Some((descriptor, next)) => (descriptor, next),
                None => (after, ""),
            }
        };
        let width = width(descriptor.trim());
        let better = best.as_ref().is_none_or(|(had, _)| {
            if *had >= WIDE {
                width >= WIDE && width < *had
            } else {
                width > *had
            }
        });
        if better && !bare.is_empty() {
            best = Some((width, bare.to_owned()));
        }
        rest = next.trim_start_matches(|c: char| c.is_whitespace() || c == ',');
    }
    best.map(|(_, url)| url)
}

/// A descriptor's width in pixels; a density counts as so many times 640.
fn width(descriptor: &str) -> f32 {
    let number = |unit: char| descriptor.strip_suffix(unit)?.trim().parse::<f32>().ok();
    number('w')
        .or_else(|| number('x').map(|x| x * 640.0))
        .filter(|w| w.is_finite())
        .unwrap_or(640.0)
}

fn is_relative(address: &str) -> bool {
    !address.contains("://") && !address.starts_with("//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_narrowest_that_is_wide_enough() {
        let set = "a.jpg 320w, b.jpg 1300w,c.jpg 2600w";
        assert_eq!(best_of_set(set).as_deref(), Some("b.jpg"));
        assert_eq!(
            best_of_set("a.jpg 320w, b,1.jpg 640w").as_deref(),
            Some("b,1.jpg")
        );
        assert_eq!(best_of_set("a.jpg, b.jpg 2x").as_deref(), Some("b.jpg"));
        assert_eq!(best_of_set(" , ,"), None);
    }
}
