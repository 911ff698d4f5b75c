//! An article as a person reads it: lines of text.

use edition::block::Block;

/// The text of blocks, a line for each paragraph, heading, cell and item.
pub(crate) fn plain(blocks: &[Block]) -> String {
    let mut out = String::new();
    for block in blocks {
        match block {
            Block::Paragraph(spans) | Block::Heading { spans, .. } => {
                out += &edition::plain(spans);
                out.push('\n');
            }
            Block::Quote {
                blocks,
                attribution,
            } => {
                out += &plain(blocks);
                out += attribution.as_deref().unwrap_or_default();
                out.push('\n');
            }
            Block::List { items, .. } => items.iter().for_each(|i| out += &plain(i)),
            Block::Table { rows, .. } => {
                for cell in rows.iter().flatten() {
                    out += &edition::plain(cell);
                    out.push('\n');
                }
            }
            Block::Preformatted(text) => out += text,
            _ => {}
        }
    }
    out
}
