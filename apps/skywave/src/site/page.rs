//! The pages of the site: the front and one for each article.

use edition::block::{Film, Picture, Sound};
use edition::{Block, Place, Polarisation, SignedEdition, Span, Way, publisher_words};
use receiver::{News, NewsArticle};

use crate::site::file_name;
use crate::site::html::Html;
use crate::site::words::{Words, direction, words};
use crate::time;

/// Nothing from anywhere but this folder, and no script at all.
const POLICY: &str = "default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'self'; \
                      form-action 'none'; base-uri 'none'";

/// Makes the pages of one edition.
pub(crate) struct Pages<'a> {
    news: &'a News,
    eight: String,
    home: Option<&'a str>,
    /// The edition's most used language.
    language: String,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(signed: &SignedEdition, news: &'a News, home: Option<&'a str>) -> Self {
        let languages = &signed.manifest().languages;
        Self {
            news,
            eight: publisher_words(&signed.publisher()).join(" "),
            home,
            language: languages
                .first()
                .cloned()
                .unwrap_or_else(|| "en".to_owned()),
        }
    }

    /// `index.html`.
    pub(crate) fn front(&self) -> String {
        let w = words(&self.language);
        let mut html = self.begin(&self.language, "News", "");
        html.open("header", &[]);
        if let Some(home) = self.home {
            html.open("p", &[]);
            html.element("a", &[("href", home), ("aria-label", w.home)], "⌂");
            html.close("p");
        }
        html.element("h1", &[("dir", "auto")], &self.news.publisher);
        html.open("p", &[]);
        html.text(&format!("{} {} · ", w.edition, self.news.number));
        date(&mut html, self.news.seconds);
        html.close("p").close("header").open("main", &[]);
        if self.news.missing_bundles > 0 {
            html.element("p", &[("class", "notice")], w.missing);
        }
        for article in &self.news.articles {
            self.card(&mut html, article);
        }
        if !self.news.withdrawn.is_empty() {
            let text = format!("{} {}", self.news.withdrawn.len(), w.withdrawn);
            html.element("p", &[("class", "meta")], &text);
        }
        html.close("main");
        self.footer(&mut html, w);
        html.literal("</body></html>\n");
        html.into_string()
    }

    /// `a/NUMBER.html`.
    pub(crate) fn article(&self, news: &NewsArticle) -> String {
        let article = &news.article;
        let w = words(&news.language);
        let mut html = self.begin(&news.language, &article.title, "../");
        html.open("main", &[]);
        html.open("p", &[("class", "meta")]);
        html.element("a", &[("href", "../index.html")], w.front);
        html.close("p").open("article", &[]);
        html.open("p", &[("class", "meta")]);
        if let Some(section) = &article.section {
            html.element("span", &[("class", "tag")], section);
        }
        date(&mut html, article.seconds());
        if let Some(byline) = &article.byline {
            html.text(" · ").element("bdi", &[], byline);
        }
        html.close("p");
        html.element("h1", &[], &article.title);
        if article.revision > 0 {
            let note = article.correction.as_deref().unwrap_or_default();
            let text = match note {
                "" => w.corrected.to_owned(),
                note => format!("{}: {note}", w.corrected),
            };
            html.element("p", &[("class", "notice")], &text);
        }
        if let Some(lead) = &article.lead {
            html.element("p", &[("class", "lead")], lead);
        }
        let shown = article.picture.filter(|id| {
            !article
                .blocks
                .iter()
                .any(|b| matches!(b, Block::Picture(p) if p.object == *id))
        });
        if let Some(object) = shown {
            let picture = Picture {
                object,
                ..Picture::default()
            };
            self.picture(&mut html, &picture, w);
        }
        self.blocks(&mut html, &article.blocks, w);
        if !news.is_whole {
            html.element("p", &[("class", "notice")], w.lead_only);
        }
        html.close("article");
        if let Some(source) = &article.source {
            html.open("p", &[("class", "meta")]);
            html.text(w.source).text(": ");
            html.element("span", &[("class", "url")], source);
            html.close("p");
        }
        html.literal("</main></body></html>\n");
        html.into_string()
    }

    fn begin(&self, language: &str, title: &str, up: &str) -> Html {
        let mut html = Html::new();
        html.literal("<!doctype html>\n");
        html.open("html", &[("lang", language), ("dir", direction(language))]);
        html.literal("<head><meta charset=\"utf-8\">");
        html.open(
            "meta",
            &[
                ("http-equiv", "Content-Security-Policy"),
                ("content", POLICY),
            ],
        );
        html.literal(
            "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <meta name=\"referrer\" content=\"no-referrer\">\
             <link rel=\"icon\" href=\"data:,\">",
        );
        html.element("title", &[], title);
        html.open(
            "link",
            &[("rel", "stylesheet"), ("href", &format!("{up}style.css"))],
        );
        html.literal("</head>\n<body>\n");
        html
    }

    fn card(&self, html: &mut Html, news: &NewsArticle) {
        let article = &news.article;
        let picture = article.picture.and_then(|id| file_name(id, self.news));
        let class = match picture {
            Some(_) => "card with-picture",
            None => "card",
        };
        html.open(
            "section",
            &[
                ("class", class),
                ("lang", &news.language),
                ("dir", direction(&news.language)),
            ],
        );
        html.open("div", &[("class", "words")]);
        html.open("h2", &[]);
        let href = format!("a/{}.html", article.number);
        html.element("a", &[("href", &href)], &article.title);
        html.close("h2");
        if let Some(lead) = &article.lead {
            html.element("p", &[], lead);
        }
        html.open("p", &[("class", "meta")]);
        if let Some(section) = &article.section {
            html.element("span", &[("class", "tag")], section);
        }
        date(html, article.seconds());
        if article.revision > 0 {
            let w = words(&news.language);
            html.text(" · ").text(w.corrected);
        }
        html.close("p").close("div");
        if let Some(file) = picture {
            html.open("img", &[("src", &file), ("alt", ""), ("loading", "lazy")]);
        }
        html.close("section");
    }

    fn blocks(&self, html: &mut Html, blocks: &[Block], w: &Words) {
        for block in blocks {
            self.block(html, block, w);
        }
    }

    fn block(&self, html: &mut Html, block: &Block, w: &Words) {
        match block {
            Block::Paragraph(spans) => spanned(html, "p", spans),
            Block::Heading { level, spans } => {
                let name = ["h2", "h3", "h4"][usize::from(level.clamp(&2, &4) - 2)];
                spanned(html, name, spans);
            }
            Block::List { ordered, items } => {
                let name = if *ordered { "ol" } else { "ul" };
                html.open(name, &[]);
                for item in items {
                    html.open("li", &[]);
                    self.blocks(html, item, w);
                    html.close("li");
                }
                html.close(name);
            }
            Block::Quote {
                attribution,
                blocks,
            } => {
                html.open("blockquote", &[]);
                self.blocks(html, blocks, w);
                if let Some(attribution) = attribution {
                    html.element("p", &[("class", "meta")], &format!("— {attribution}"));
                }
                html.close("blockquote");
            }
            Block::Table { head_rows, rows } => table(html, *head_rows, rows),
            Block::Preformatted(text) => {
                html.element("pre", &[("dir", "auto")], text);
            }
            Block::Picture(picture) => self.picture(html, picture, w),
            Block::Sound(sound) => self.sound(html, sound, w),
            Block::Film(film) => self.film(html, film, w),
            Block::File {
                object,
                name,
                description,
            } => {
                html.open("p", &[]);
                match file_name(*object, self.news) {
                    Some(file) => {
                        let save = format!("{}: {name}", w.save);
                        html.element(
                            "a",
                            &[("href", &format!("../{file}")), ("download", name)],
                            &save,
                        );
                    }
                    None => {
                        html.text(name).text(" (").text(w.not_here).text(")");
                    }
                }
                if let Some(description) = description {
                    html.text(" · ").text(description);
                }
                html.close("p");
            }
            Block::Unknown { text, .. } => {
                html.element("p", &[], text);
            }
        }
    }

    fn picture(&self, html: &mut Html, picture: &Picture, w: &Words) {
        html.open("figure", &[]);
        let alt = picture.alt.as_deref().unwrap_or_default();
        match file_name(picture.object, self.news) {
            Some(file) => {
                let (width, height) = (picture.width.to_string(), picture.height.to_string());
                let file = format!("../{file}");
                let mut attributes = vec![("src", file.as_str()), ("alt", alt)];
                if picture.width > 0 && picture.height > 0 {
                    attributes.extend([("width", width.as_str()), ("height", height.as_str())]);
                }
                html.open("img", &attributes);
            }
            None => {
                html.element(
                    "p",
                    &[("class", "notice")],
                    &format!("{alt} ({})", w.not_here),
                );
            }
        }
        caption(html, picture.caption.as_deref());
        html.close("figure");
    }

    fn sound(&self, html: &mut Html, sound: &Sound, w: &Words) {
        html.open("figure", &[]);
        match file_name(sound.object, self.news) {
            Some(file) => {
                html.open(
                    "audio",
                    &[
                        ("controls", ""),
                        ("preload", "none"),
                        ("src", &format!("../{file}")),
                    ],
                );
                html.close("audio");
            }
            None => {
                html.element("p", &[("class", "notice")], w.not_here);
            }
        }
        caption(html, sound.title.as_deref());
        details(html, w.transcript, sound.transcript.as_deref());
        details(html, w.captions, sound.captions.as_deref());
        html.close("figure");
    }

    fn film(&self, html: &mut Html, film: &Film, w: &Words) {
        html.open("figure", &[]);
        match file_name(film.object, self.news) {
            Some(file) => {
                html.open(
                    "video",
                    &[
                        ("controls", ""),
                        ("preload", "none"),
                        ("src", &format!("../{file}")),
                    ],
                );
                html.close("video");
            }
            None => {
                html.element("p", &[("class", "notice")], w.not_here);
            }
        }
        caption(html, film.alt.as_deref());
        details(html, w.transcript, film.transcript.as_deref());
        details(html, w.captions, film.captions.as_deref());
        html.close("figure");
    }

    fn footer(&self, html: &mut Html, w: &Words) {
        html.open("footer", &[]);
        if !self.news.places.is_empty() {
            html.element("h2", &[], w.find_us);
            html.open("ul", &[]);
            for place in &self.news.places {
                html.element("li", &[("dir", "auto")], &describe(place));
            }
            html.close("ul");
        }
        html.element("p", &[], w.checked);
        html.open("p", &[]);
        html.text(w.words).text(": ");
        html.element("span", &[("class", "eight")], &self.eight);
        html.close("p").close("footer");
    }
}

/// A date, which reads from left to right whatever stands around it.
fn date(html: &mut Html, seconds: u64) {
    html.element("time", &[], &time::show(seconds));
}

fn spanned(html: &mut Html, name: &str, spans: &[Span]) {
    html.open(name, &[]);
    write_spans(html, spans);
    html.close(name);
}

fn write_spans(html: &mut Html, spans: &[Span]) {
    for span in spans {
        match span {
            Span::Text(text) => html.text(text),
            Span::Emphasis(text) => html.element("em", &[], text),
            Span::Strong(text) => html.element("strong", &[], text),
            Span::Link { text, url } => {
                html.text(text).text(" ");
                html.element("span", &[("class", "url")], &format!("({url})"))
            }
        };
    }
}

fn table(html: &mut Html, head_rows: u64, rows: &[Vec<Vec<Span>>]) {
    html.open("div", &[("class", "table"), ("tabindex", "0")]);
    html.open("table", &[]);
    for (index, row) in (0..).zip(rows) {
        html.open("tr", &[]);
        for cell in row {
            let name = if index < head_rows { "th" } else { "td" };
            spanned(html, name, cell);
        }
        html.close("tr");
    }
    html.close("table").close("div");
}

fn caption(html: &mut Html, text: Option<&str>) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        html.element("figcaption", &[], text);
    }
}

fn details(html: &mut Html, title: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    html.open("details", &[]);
    html.element("summary", &[], title);
    html.element("pre", &[("dir", "auto")], text);
    html.close("details");
}

/// A way to receive the publisher, in one line that needs no translation.
fn describe(place: &Place) -> String {
    let mut text = match &place.way {
        Way::Satellite {
            satellite,
            tenths_east,
            khz,
            polarisation,
            symbol_rate,
            service,
        } => {
            let degrees = *tenths_east as f64 / 10.0;
            let (degrees, side) = match degrees > 180.0 {
                true => (360.0 - degrees, "W"),
                false => (degrees, "E"),
            };
            let polarisation = match polarisation {
                Polarisation::Horizontal => "H",
                Polarisation::Vertical => "V",
                Polarisation::Left => "L",
                Polarisation::Right => "R",
            };
            format!(
                "{satellite} {degrees:.1}° {side} · {:.3} MHz {polarisation} · {} kS/s · {service}",
                *khz as f64 / 1_000.0,
                symbol_rate / 1_000
            )
        }
        Way::Radio {
            khz,
            from_minute,
            to_minute,
            days,
            mode,
        } => format!(
            "{khz} kHz · {:02}:{:02}–{:02}:{:02} UTC · {mode}{}",
            from_minute / 60,
            from_minute % 60,
            to_minute / 60,
            to_minute % 60,
            match days {
                127 => String::new(),
                days => format!(
                    " · {}",
                    (1..=7)
                        .filter(|day| days >> (day - 1) & 1 == 1)
                        .map(|day| day.to_string())
                        .collect::<Vec<_>>()
                        .join(" ")
                ),
            }
        ),
        Way::Other { text } => text.clone(),
    };
    if let Some(from) = place.valid_from {
        text.push_str(&format!(" · ≥ {}", time::show(from)));
    }
    if let Some(note) = &place.note {
        text.push_str(&format!(" · {note}"));
    }
    text
}
