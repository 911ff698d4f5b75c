//! HTML that can only hold text: every string is escaped, every attribute quoted.

use std::fmt::Write;

use station::escape_html;

/// A page or a part of one.
#[derive(Debug, Default)]
pub(crate) struct Html {
    out: String,
}

impl Html {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// `<name attributes…>`.
    pub(crate) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.out.push('<');
        self.out.push_str(name);
        for (key, value) in attributes {
            let _ = write!(self.out, " {key}=\"");
            escape_html(value, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        self
    }

    /// `</name>`, and a line feed.
    pub(crate) fn close(&mut self, name: &str) -> &mut Self {
        let _ = writeln!(self.out, "</{name}>");
        self
    }

    /// Text.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        escape_html(text, &mut self.out);
        self
    }

    /// An element with nothing but text in it.
    pub(crate) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> &mut Self {
        self.open(name, attributes);
        escape_html(text, &mut self.out);
        let _ = write!(self.out, "</{name}>");
        self
    }

    /// Markup that this program itself is the author of.
    pub(crate) fn literal(&mut self, markup: &'static str) -> &mut Self {
        self.out.push_str(markup);
        self
    }

    pub(crate) fn into_string(self) -> String {
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gets_out_of_text_or_attributes() {
        let mut html = Html::new();
        html.element(
            "p",
            &[("title", "\"><script>")],
            "</p><script>alert('x')&amp;",
        );
        assert_eq!(
            html.into_string(),
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;/p&gt;&lt;script&gt;alert(&#39;x&#39;)&amp;amp;</p>"
        );
    }
}
