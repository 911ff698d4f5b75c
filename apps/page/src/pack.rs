//! Packs the page into one file.
//!
//! ```text
//! page.html  {{csp}} {{style}} {{noscript}} {{data}} {{script}}
//!    data:   wasm, worker, words, dictionaries, keys: each a <script type="text/plain">
//! ```
//!
//! The template is written so that a browser serialises the page to the very bytes of the file:
//! the page hands itself on, and compares itself with other copies.

mod base91;
mod bundle;
mod error;

use std::fmt::Write as _;
use std::io::Write as _;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use edition::PublicKey;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

use crate::view::hex;
pub use error::PackError;

mod files {
    include!(concat!(env!("OUT_DIR"), "/modules.rs"));
    include!(concat!(env!("OUT_DIR"), "/strings.rs"));
    include!(concat!(env!("OUT_DIR"), "/fonts.rs"));
    /// Empty where this was built without it.
    const WASM: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/page.wasm"));
    pub(super) fn modules() -> &'static [(&'static str, &'static [u8])] {
        MODULES
    }
    pub(super) fn strings() -> &'static [(&'static str, &'static [u8])] {
        STRINGS
    }
    pub(super) fn fonts() -> &'static [(&'static str, &'static [u8])] {
        FONTS
    }
    pub(super) fn wasm() -> &'static [u8] {
        WASM
    }
}

const TEMPLATE: &str = include_str!("../web/page.html");
const STYLE: &str = include_str!("../web/page.css");

/// What the page may do. Styles and scripts by their hashes; nothing from anywhere.
const POLICY: [&str; 13] = [
    "default-src 'none'",
    "script-src {script} 'wasm-unsafe-eval'",
    "style-src {style}",
    "worker-src blob:",
    "img-src blob: data:",
    "media-src blob: data:",
    "font-src data:",
    "connect-src 'none'",
    "frame-src 'none'",
    "object-src 'none'",
    "manifest-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
];

/// A font file that is packed beside the page's own.
#[derive(Debug, Clone)]
pub struct Font {
    /// Its family, as style sheets name it.
    pub family: String,
    /// Its bytes: WOFF2, WOFF, TrueType or OpenType.
    pub bytes: Vec<u8>,
}

/// What is to be packed.
#[derive(Debug, Clone)]
pub struct Page {
    /// Languages of the interface, the first for readers whose browser asks for none of them.
    pub languages: Vec<String>,
    /// Whether to pack the shipped fonts for the languages that need them.
    pub with_fonts: bool,
    /// Further fonts.
    pub fonts: Vec<Font>,
    /// First root keys that are trusted from the start.
    pub trust: Vec<PublicKey>,
}

/// The languages that there are words for (BCP 47).
pub fn languages() -> Vec<&'static str> {
    files::strings().iter().map(|(name, _)| *name).collect()
}

impl Page {
    /// The whole file.
    ///
    /// # Errors
    /// [`PackError`] for a language without words, a font of no known form, or where this program
    /// was built without the page's engine.
    pub fn pack(&self) -> Result<String, PackError> {
        if files::wasm().is_empty() {
            return Err(PackError::NoEngine);
        }
        let script = bundle::bundle("main", files::modules())?;
        let worker = bundle::bundle("worker", files::modules())?;
        let style = format!("{}{}", self.font_faces()?, compact(STYLE));
        let words = self.words()?;
        let mut data = String::new();
        element(&mut data, "strings", &smaller(&words));
        let keys: Vec<String> = self.trust.iter().map(|key| hex(&key.0)).collect();
        element(&mut data, "trust", &keys.join(" "));
        element(&mut data, "wasm", &packed(files::wasm()));
        element(&mut data, "worker", &packed(worker.as_bytes()));
        for shipped in text::dictionaries::all() {
            if self
                .languages
                .iter()
                .any(|language| primary(language) == shipped.language)
            {
                let dictionary =
                    text::Dictionary::from_packed(shipped.packed, text::dictionaries::LONGEST)
                        .map_err(|error| PackError::Dictionary(error.to_string()))?;
                let name = format!("dict-{}", shipped.language);
                element(&mut data, &name, &packed(dictionary.text()));
            }
        }
        let policy = POLICY
            .join("; ")
            .replace("{script}", &source_hash(&script))
            .replace("{style}", &source_hash(&style));
        let parts = [
            ("csp", policy.as_str()),
            ("style", &style),
            ("noscript", &self.how_to_open()?),
            ("data", &data),
            ("script", &script),
        ];
        Ok(fill(TEMPLATE, &parts))
    }

    /// The words of all packed languages: a JSON object by language, in the order asked for.
    fn words(&self) -> Result<String, PackError> {
        let mut all = Vec::new();
        for language in &self.languages {
            all.push(format!("\"{language}\":{}", strings(language)?));
        }
        Ok(format!("{{{}}}", all.join(",")))
    }

    /// What is read where scripts do not run, in each packed language.
    fn how_to_open(&self) -> Result<String, PackError> {
        let mut html = String::new();
        for language in &self.languages {
            let words = strings(language)?;
            let said = |key: &str| words.get(key).and_then(|v| v.as_str()).unwrap_or_default();
            let direction = match said("_dir") {
                "rtl" => "rtl",
                _ => "ltr",
            };
            let _ = write!(
                html,
                "<p lang=\"{language}\" dir=\"{direction}\">{}</p>",
                escaped(said("noscript.open"))
            );
        }
        Ok(html)
    }

    /// `@font-face` rules of the packed fonts.
    fn font_faces(&self) -> Result<String, PackError> {
        let mut css = String::new();
        if self.with_fonts {
            for (name, bytes) in files::fonts() {
                // FAMILY-WEIGHT.LANGUAGES: vazirmatn-400.ar+ckb+fa+ps
                let (font, languages) = name.split_once('.').unwrap_or((name, ""));
                let (family, weight) = font.split_once('-').unwrap_or((font, "400"));
                let mut wanted = languages.split('+');
                if wanted.any(|wanted| self.languages.iter().any(|l| primary(l) == wanted)) {
                    face(&mut css, family, weight, "woff2", bytes);
                }
            }
        }
        for font in &self.fonts {
            let form = match font.bytes.get(..4) {
                Some(b"wOF2") => "woff2",
                Some(b"wOFF") => "woff",
                Some(b"OTTO") => "opentype",
                Some([0, 1, 0, 0] | b"true") => "truetype",
                _ => return Err(PackError::Font(font.family.clone())),
            };
            face(&mut css, &font.family, "400", form, &font.bytes);
        }
        Ok(css)
    }
}

fn face(css: &mut String, family: &str, weight: &str, form: &str, bytes: &[u8]) {
    let name: String = family
        .chars()
        .filter(|c| c.is_alphanumeric() || *c == ' ')
        .collect();
    let _ = write!(
        css,
        "@font-face{{font-family:\"{name}\";font-weight:{weight};font-display:swap;src:url(data:font/{form};base64,{}) format(\"{form}\")}}",
        BASE64_STANDARD.encode(bytes)
    );
}

fn strings(language: &str) -> Result<serde_json::Value, PackError> {
    let (_, bytes) = files::strings()
        .iter()
        .find(|(name, _)| *name == language)
        .ok_or_else(|| PackError::Language(language.to_owned()))?;
    serde_json::from_slice(bytes).map_err(|error| PackError::Strings {
        language: language.to_owned(),
        why: error.to_string(),
    })
}

fn primary(language: &str) -> &str {
    language.split('-').next().unwrap_or(language)
}

fn element(data: &mut String, id: &str, text: &str) {
    let _ = write!(
        data,
        "<script type=\"text/plain\" id=\"{id}\">{text}</script>"
    );
}

/// JSON as it is, or compressed: begun with a brace it is the former.
fn smaller(json: &str) -> String {
    let (plain, packed) = (script_safe(json), packed(json.as_bytes()));
    match packed.len() < plain.len() {
        true => packed,
        false => plain,
    }
}

/// Text that cannot end the script element that it stands in.
fn script_safe(json: &str) -> String {
    json.replace('<', "\\u003c")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Compressed (RFC 1952, no optional fields), as text.
fn packed(bytes: &[u8]) -> String {
    let mut gzip: GzEncoder<Vec<u8>> = GzBuilder::new().write(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = gzip.write_all(bytes);
    base91::encode(&gzip.finish().unwrap_or_default())
}

/// A style sheet without comments and without what indents it.
fn compact(css: &str) -> String {
    bundle::without_comments(css)
        .lines()
        .map(str::trim)
        .collect::<Vec<_>>()
        .join("\n")
}

/// As Content-Security-Policy names a script or a style.
fn source_hash(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    format!("'sha256-{}'", BASE64_STANDARD.encode(hash))
}

/// Fills each `{{name}}` once, and nothing in what was filled in.
fn fill(template: &str, parts: &[(&str, &str)]) -> String {
    let mut out = String::new();
    let mut rest = template;
    while let Some((before, tail)) = rest.split_once("{{") {
        out += before;
        let (name, after) = tail.split_once("}}").unwrap_or((tail, ""));
        let part = parts.iter().find(|(of, _)| *of == name);
        out += part.map_or("", |(_, text)| text);
        rest = after;
    }
    out + rest
}
