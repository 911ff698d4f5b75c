//! Drafts for tests.

use edition::{Article, Block, ObjectHash, Span};

use crate::sources::{Asset, AssetBytes, AssetKind, Draft};

/// 2026-10-20T12:00:00Z.
pub(crate) const NOW: u64 = 1_792_497_600;

/// An article of this key and text, with a picture of so many bytes that says nothing.
pub(crate) fn draft(key: &str, text: &str, picture: usize) -> Draft {
    let bytes: Vec<u8> = (0..picture)
        .map(|at| (at * at / 7 + key.len() * 31 + usize::from(key.as_bytes()[0])) as u8)
        .collect();
    let hash = ObjectHash::of(&bytes);
    let asset = Asset {
        hash,
        media_type: "image/jpeg".to_owned(),
        kind: AssetKind::Picture,
        bytes: AssetBytes::Memory(bytes.into()),
        width: 10,
        height: 10,
        seconds: 0,
    };
    Draft {
        key: key.to_owned(),
        language: "en".to_owned(),
        article: Article {
            title: format!("Of {key}"),
            minutes: NOW / 60,
            picture: Some(hash.id()),
            blocks: vec![Block::Paragraph(vec![Span::Text(text.to_owned())])],
            ..Article::default()
        },
        assets: vec![asset],
    }
}
