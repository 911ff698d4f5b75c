//! The pages that a relay makes itself: the landing page, and what captive windows are shown. Both
//! work without any script, at 320 pixels, and say nothing that was not signed but how to get on.

use crate::output::bytes;
use crate::relay::qr::Qr;
use crate::relay::shelf::{CAPTIVE, Item, Shelf};
use crate::relay::words::{Words, known, words};
use crate::site::{self, Html, direction};
use crate::time;

/// Headlines on the landing page, of each publisher.
const HEADLINES: usize = 8;
/// Headlines in a captive window.
const CAPTIVE_HEADLINES: usize = 12;
/// Where the style sheet lies.
const STYLE: &str = "/style.css";

/// What the pages tell of.
#[derive(Debug, Clone, Default)]
pub(crate) struct Front {
    /// The publishers whose editions are here.
    pub(crate) publishers: Vec<Publisher>,
    /// The reader page.
    pub(crate) reader: Option<Download>,
}

/// The newest edition of a publisher.
#[derive(Debug, Clone)]
pub(crate) struct Publisher {
    /// The publisher's name.
    pub(crate) name: String,
    /// Number of the edition.
    pub(crate) number: u64,
    /// When it was made, in seconds since 1970-01-01T00:00Z.
    pub(crate) seconds: u64,
    /// The publisher's eight words.
    pub(crate) eight: String,
    /// Languages of the edition, the most used first.
    pub(crate) languages: Vec<String>,
    /// The site's front page.
    pub(crate) site: String,
    /// Titles, the newest first.
    pub(crate) headlines: Vec<Headline>,
    /// Whether all of it is here.
    pub(crate) is_complete: bool,
    /// The edition as a file, and the same as a zip.
    pub(crate) edition: Option<(Download, Download)>,
}

/// An article's title.
#[derive(Debug, Clone)]
pub(crate) struct Headline {
    /// The language that it is in.
    pub(crate) language: String,
    /// The title.
    pub(crate) title: String,
    /// The article's page.
    pub(crate) page: String,
}

/// Something to save.
#[derive(Debug, Clone)]
pub(crate) struct Download {
    /// Where it lies.
    pub(crate) path: String,
    /// The name that it is saved under.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) bytes: u64,
}

impl Front {
    /// Puts the pages on the shelf, for people who reach the relay at `address`.
    pub(crate) fn put(&self, shelf: &mut Shelf, address: &str, seconds: u64) {
        let languages = self.languages();
        for language in &languages {
            let item = Item::page(self.landing(language, &languages, address), seconds);
            shelf.items.insert(page_in(language), item.clone());
            shelf.landing.push((language.clone(), item));
            let item = Item::page(self.captive(language, address), seconds);
            shelf.captive.push((language.clone(), item));
        }
        let style = Item {
            is_cached: true,
            ..Item::memory(style().into(), "text/css; charset=utf-8", seconds)
        };
        shelf.items.insert(STYLE.to_owned(), style);
    }

    /// The publishers' languages that there are words for; English, if there is none.
    fn languages(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for language in self.publishers.iter().flat_map(|p| &p.languages) {
            let primary = primary(language).to_owned();
            if known(&primary).is_some() && !all.contains(&primary) {
                all.push(primary);
            }
        }
        if all.is_empty() {
            all.push("en".to_owned());
        }
        all
    }

    fn landing(&self, language: &str, languages: &[String], address: &str) -> String {
        let w = words(language);
        let mut html = begin(language);
        if languages.len() > 1 {
            html.open("nav", &[]);
            for other in languages {
                let name = words(other).name;
                let page = page_in(other);
                html.element("a", &[("href", &page), ("lang", other)], name);
            }
            html.close("nav");
        }
        html.open("main", &[]);
        if self.publishers.is_empty() {
            html.element("p", &[("class", "notice")], w.nothing);
        }
        for publisher in &self.publishers {
            publisher.landing(&mut html, language, w);
        }
        self.downloads(&mut html, language, w);
        html.element("h2", &[], w.pass_on);
        html.open("div", &[("class", "share")]);
        drawing(&mut html, address);
        html.open("p", &[]).text(w.scan).literal("<br>");
        html.element("strong", &[("class", "address")], address);
        html.close("p").close("div");
        html.element("p", &[("class", "meta")], w.private);
        html.close("main");
        self.footer(&mut html, language);
        html.literal("</body></html>\n");
        html.into_string()
    }

    fn downloads(&self, html: &mut Html, language: &str, w: &Words) {
        let editions: Vec<&Publisher> = self
            .publishers
            .iter()
            .filter(|publisher| publisher.edition.is_some())
            .collect();
        if self.reader.is_none() && editions.is_empty() {
            return;
        }
        html.element("h2", &[], w.take);
        html.open("ul", &[("class", "files")]);
        if let Some(reader) = &self.reader {
            file(html, w.reader, reader, w.reader_hint);
        }
        for publisher in editions {
            if let Some((sky, zip)) = &publisher.edition {
                let edition = site::words(language).edition;
                let name = format!("{edition} {}", publisher.number);
                file(html, &name, sky, w.edition_hint);
                file(html, &format!("{name}, zip"), zip, w.zip_hint);
            }
        }
        html.close("ul");
    }

    fn footer(&self, html: &mut Html, language: &str) {
        let w = site::words(language);
        html.open("footer", &[]);
        for publisher in &self.publishers {
            html.open("p", &[]);
            html.element("bdi", &[], &publisher.name).text(". ");
            html.text(w.words).text(": ");
            html.element("span", &[("class", "eight")], &publisher.eight);
            html.close("p");
        }
        html.close("footer");
    }

    /// Headlines, and how to get out of here: nothing in it leads anywhere, for nothing could be
    /// kept of it.
    fn captive(&self, language: &str, address: &str) -> String {
        let w = words(language);
        let mut html = begin(language);
        html.open("main", &[]);
        html.element("h1", &[("class", "notice")], w.window);
        html.open("ol", &[]);
        html.element("li", &[], w.close);
        html.element("li", &[], w.open);
        html.open("li", &[]).text(w.enter).literal("<br>");
        html.element("strong", &[("class", "address")], address);
        html.close("li").close("ol");
        for publisher in &self.publishers {
            html.element("h2", &[("dir", "auto")], &publisher.name);
            html.open("ul", &[]);
            for headline in publisher.in_language(language).take(CAPTIVE_HEADLINES) {
                let tag = headline.language.as_str();
                let attributes = [("lang", tag), ("dir", direction(tag))];
                html.element("li", &attributes, &headline.title);
            }
            html.close("ul");
        }
        html.literal("</main></body></html>\n");
        html.into_string()
    }
}

impl Publisher {
    fn landing(&self, html: &mut Html, language: &str, w: &Words) {
        let of_site = site::words(language);
        html.open("header", &[]);
        html.element("h1", &[("dir", "auto")], &self.name);
        html.open("p", &[]);
        html.text(&format!("{} {} · ", of_site.edition, self.number));
        html.element("time", &[], &time::show(self.seconds));
        html.close("p").close("header");
        if !self.is_complete {
            html.element("p", &[("class", "notice")], of_site.missing);
        }
        html.open("p", &[]);
        html.element("a", &[("href", &self.site), ("class", "go")], w.read);
        html.close("p");
        html.element("h2", &[], w.headlines);
        html.open("ul", &[("class", "headlines")]);
        for headline in self.in_language(language).take(HEADLINES) {
            let tag = headline.language.as_str();
            html.open("li", &[("lang", tag), ("dir", direction(tag))]);
            html.element("a", &[("href", &headline.page)], &headline.title);
            html.close("li");
        }
        html.close("ul");
        html.open("p", &[]);
        html.element("a", &[("href", &self.site)], of_site.front);
        html.close("p");
    }

    /// Headlines in the language; if there is none, all.
    fn in_language(&self, language: &str) -> impl Iterator<Item = &Headline> {
        let is_in = move |headline: &&Headline| primary(&headline.language) == language;
        let any = self.headlines.iter().any(|headline| is_in(&headline));
        self.headlines
            .iter()
            .filter(move |headline| !any || is_in(headline))
    }
}

fn file(html: &mut Html, title: &str, download: &Download, hint: &str) {
    html.open("li", &[]);
    let attributes = [
        ("href", download.path.as_str()),
        ("download", &download.name),
    ];
    html.element("a", &attributes, title);
    let size = format!("{} · {}", download.name, bytes(download.bytes));
    html.text(" ").element("bdi", &[("class", "url")], &size);
    html.element("p", &[("class", "meta")], hint);
    html.close("li");
}

fn drawing(html: &mut Html, address: &str) {
    let Some(qr) = Qr::new(address) else { return };
    let (path, side) = qr.path();
    let view = format!("0 0 {side} {side}");
    let attributes = [
        ("class", "qr"),
        ("viewBox", view.as_str()),
        ("role", "img"),
        ("aria-label", address),
        ("shape-rendering", "crispEdges"),
    ];
    let side = side.to_string();
    html.open("svg", &attributes);
    html.element(
        "rect",
        &[("width", &side), ("height", &side), ("fill", "#fff")],
        "",
    );
    html.element("path", &[("d", &path), ("fill", "#000")], "");
    html.close("svg");
}

fn begin(language: &str) -> Html {
    let mut html = Html::new();
    html.literal("<!doctype html>\n");
    html.open("html", &[("lang", language), ("dir", direction(language))]);
    html.literal(
        "<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"icon\" href=\"data:,\"><title>News</title>",
    );
    html.open("link", &[("rel", "stylesheet"), ("href", STYLE)]);
    html.literal("</head>\n<body>\n");
    html
}

/// The landing page in one language, whatever the browser asks for.
fn page_in(language: &str) -> String {
    format!("/in/{language}")
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

/// The site's style sheet, and what only these pages have.
fn style() -> String {
    let own = "\
nav { max-width: 44rem; margin: 0 auto; padding: .8rem 1rem 0; display: flex; flex-wrap: wrap; gap: 0 1.2rem; justify-content: flex-end; }
nav a { padding: .3rem 0; }
main > header { padding-inline: 0; padding-top: .5rem; }
h1.notice { font-size: 1.2rem; }
h2 { font-size: 1.15rem; margin: 1.8rem 0 .4rem; }
.go { display: block; text-align: center; background: var(--mark); color: var(--paper); font-weight: 700; font-size: 1.2rem; padding: .8rem 1rem; border-radius: .5rem; text-decoration: none; }
.headlines, .files { list-style: none; margin: 0; padding: 0; }
.headlines li, .files li { padding: .65rem 0; border-bottom: 1px solid var(--line); }
.headlines a, .files a { font-weight: 600; display: block; }
.share { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; align-items: center; }
.share p { flex: 1 1 11rem; }
.qr { width: 11rem; height: 11rem; flex: none; border-radius: .3rem; }
.address { font: 700 clamp(.95rem, 4.8vw, 1.25rem)/1.6 ui-monospace, monospace; direction: ltr; unicode-bidi: isolate; user-select: all; }
ol { padding-inline-start: 1.5rem; }
";
    format!("{}{own}", site::CSS)
}

/// Where captive windows are sent, for whoever wants to look at it.
pub(crate) fn captive_page(address: &str) -> String {
    format!("{}{CAPTIVE}", address.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::relay::shelf::Piece;

    fn text(item: &Item) -> &str {
        let Piece::Memory(bytes) = &item.pieces[0] else {
            panic!("pages are in memory");
        };
        std::str::from_utf8(bytes).unwrap()
    }

    fn download(name: &str) -> Download {
        Download {
            path: format!("/get/{name}"),
            name: name.to_owned(),
            bytes: 2_000_000,
        }
    }

    fn front() -> Front {
        let headline = |language: &str, title: &str| Headline {
            language: language.to_owned(),
            title: title.to_owned(),
            page: "/news/00000000/a/1.html".to_owned(),
        };
        Front {
            publishers: vec![Publisher {
                name: "<b>A Newsroom".to_owned(),
                number: 7,
                seconds: 0,
                eight: "one two".to_owned(),
                languages: ["fa-IR", "de", "en"].map(str::to_owned).to_vec(),
                site: "/news/00000000/".to_owned(),
                headlines: vec![headline("fa", "نخست"), headline("en", "<script>First")],
                is_complete: false,
                edition: Some((download("notes.sky"), download("notes.zip"))),
            }],
            reader: Some(download("notes.html")),
        }
    }

    #[test]
    fn pages_are_in_the_publishers_languages_and_hold_nothing_but_text() {
        let mut shelf = Shelf::default();
        front().put(&mut shelf, "http://10.0.0.1/", 0);
        let languages: Vec<_> = shelf.landing.iter().map(|(l, _)| l.as_str()).collect();
        assert_eq!(languages, ["fa", "en"], "those that there are words for");
        let (persian, english) = (text(&shelf.landing[0].1), text(&shelf.items["/in/en"]));
        assert!(persian.contains("<html lang=\"fa\" dir=\"rtl\">"));
        assert!(persian.contains("نخست") && !persian.contains("First"));
        assert!(english.contains("&lt;script&gt;First") && !english.contains("<script"));
        assert!(english.contains("&lt;b&gt;A Newsroom") && !english.contains("<b>"));
        for file in ["notes.html", "notes.sky", "notes.zip"] {
            let link = format!("href=\"/get/{file}\" download=\"{file}\"");
            assert!(english.contains(&link), "{english}");
        }
        assert!(english.contains("Parts of this edition have not been received yet."));
        // In a window that can keep nothing there is nothing to press.
        let captive = text(&shelf.captive[1].1);
        assert!(captive.contains("http://10.0.0.1/</strong>"));
        assert!(!captive.split("<body>").nth(1).unwrap().contains("href"));
    }

    #[test]
    fn an_empty_relay_says_so() {
        let mut shelf = Shelf::default();
        Front::default().put(&mut shelf, "http://10.0.0.1/", 0);
        assert!(text(&shelf.landing[0].1).contains("Nothing has arrived here yet."));
    }
}
