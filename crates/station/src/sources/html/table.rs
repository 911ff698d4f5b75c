//! Tables of text. Tables that only lay out a page are read as if they were not there.

use dom_query::NodeRef;
use edition::Span;
use edition::limits::ITEMS;

/// Rows and cells of a table element.
#[derive(Debug, Default)]
pub(super) struct Grid<'a> {
    /// How many rows at the top are its head.
    pub(super) head_rows: usize,
    /// Its cells, row by row.
    pub(super) rows: Vec<Vec<NodeRef<'a>>>,
}

/// What makes a cell more than text.
const STRUCTURE: &[&str] = &[
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "blockquote",
    "figure",
    "video",
    "audio",
    "pre",
    "article",
    "section",
    "iframe",
];
/// Text of a cell that is longer than this is a page's, not a table's, in bytes.
const LONG: usize = 1_500;

/// The grid of `table`, if it is a table of text and not a layout.
pub(super) fn grid<'a>(table: &NodeRef<'a>) -> Option<Grid<'a>> {
    let mut grid = Grid::default();
    let mut only_heads = true;
    let role = table.attr("role").is_some_and(|r| &*r == "presentation");
    for row in rows(table) {
        let in_head = row.parent().is_some_and(|p| p.has_name("thead"));
        let cells: Vec<_> = row
            .element_children()
            .into_iter()
            .filter(|c| c.has_name("td") || c.has_name("th"))
            .collect();
        if cells.is_empty() {
            continue;
        }
        let heads = in_head || cells.iter().all(|c| c.has_name("th"));
        if heads && only_heads {
            grid.head_rows += 1;
        } else {
            only_heads = false;
        }
        grid.rows.push(cells);
    }
    let cells: usize = grid.rows.iter().map(Vec::len).sum();
    let columns = grid.rows.iter().map(Vec::len).max()?;
    let layout = role
        || columns < 2
        || grid.rows.len() < 2 && grid.head_rows == 0
        || cells > ITEMS
        || grid.rows.iter().flatten().any(is_more_than_text);
    (!layout).then_some(grid)
}

/// The cells of one row, each repeated as nothing where it spans several columns.
pub(super) fn row(cells: Vec<(usize, Vec<Span>)>) -> Vec<Vec<Span>> {
    let mut out = Vec::new();
    for (span, cell) in cells {
        out.push(cell);
        out.extend(std::iter::repeat_n(Vec::new(), span.saturating_sub(1)));
    }
    out
}

/// How many columns a cell spans; more than a few is a mistake or a trap.
pub(super) fn columns(cell: &NodeRef<'_>) -> usize {
    let span = cell.attr("colspan").and_then(|s| s.trim().parse().ok());
    span.unwrap_or(1_usize).clamp(1, 16)
}

fn rows<'a>(table: &NodeRef<'a>) -> Vec<NodeRef<'a>> {
    let mut out = Vec::new();
    for child in table.element_children() {
        if child.has_name("tr") {
            out.push(child);
        } else if ["thead", "tbody", "tfoot"]
            .iter()
            .any(|n| child.has_name(n))
        {
            out.extend(
                child
                    .element_children()
                    .into_iter()
                    .filter(|c| c.has_name("tr")),
            );
        }
    }
    out
}

fn is_more_than_text(cell: &NodeRef<'_>) -> bool {
    cell.descendants_it()
        .any(|n| STRUCTURE.iter().any(|name| n.has_name(name)))
        || cell.text().len() > LONG
}
