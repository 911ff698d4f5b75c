//! What a file is, by its first bytes and never by its name.

use crate::header::MAGIC;
use crate::page;

/// What records are found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// A `.sky` file.
    Sky,
    /// A zip: of records in it only those that are stored, not compressed, are found.
    Zip,
    /// A page: the file is in it as base64.
    Page,
    /// A page from somewhere in its base64 on: from where a [`crate::Frame`] was found in it.
    Base64,
    /// Anything else: a part of a split file, a file whose beginning is damaged, or no file of
    /// ours at all.
    Bare,
}

/// Begins a zip (APPNOTE 4.3.7): the local header of its first file.
const ZIP: &[u8] = b"PK\x03\x04";
/// Begins a page, in letters of either case, after white space at most.
const PAGE: &[u8] = b"<!doctype html";
/// Byte order mark in UTF-8, which editors put before a page.
const BOM: &[u8] = b"\xef\xbb\xbf";
/// White space before a page: so many bytes at most.
const MAX_SPACE_BYTES: usize = 64;
/// Base64 shows by so many characters: those of the shortest record.
const MIN_BASE64_BYTES: usize = 12;

impl Form {
    /// What begins with these bytes; `None` if it takes more of them to tell.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Option<Form> {
        let forms = [
            (Form::Sky, begins_with(beginning, &MAGIC, <[u8]>::eq)),
            (Form::Zip, begins_with(beginning, ZIP, <[u8]>::eq)),
            (Form::Page, begins_page(beginning)),
            (Form::Base64, begins_base64(beginning)),
        ];
        if let Some((form, _)) = forms.iter().find(|(_, begins)| *begins == Some(true)) {
            return Some(*form);
        }
        let is_other = forms.iter().all(|(_, begins)| *begins == Some(false));
        is_other.then_some(Form::Bare)
    }
}

/// `None` if there are too few bytes to tell.
fn begins_with(bytes: &[u8], word: &[u8], eq: fn(&[u8], &[u8]) -> bool) -> Option<bool> {
    let common = bytes.len().min(word.len());
    let is_same = eq(&bytes[..common], &word[..common]);
    (!is_same || common == word.len()).then_some(is_same)
}

fn begins_page(bytes: &[u8]) -> Option<bool> {
    let bytes = match begins_with(bytes, BOM, <[u8]>::eq)? {
        true => &bytes[BOM.len()..],
        false => bytes,
    };
    let page = bytes.trim_ascii_start();
    match bytes.len() - page.len() {
        0..=MAX_SPACE_BYTES => begins_with(page, PAGE, <[u8]>::eq_ignore_ascii_case),
        _ => Some(false),
    }
}

fn begins_base64(bytes: &[u8]) -> Option<bool> {
    let common = &bytes[..bytes.len().min(MIN_BASE64_BYTES)];
    let is_base64 = common.iter().all(|&byte| page::is_base64(byte));
    (!is_base64 || common.len() == MIN_BASE64_BYTES).then_some(is_base64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart_as_early_as_can_be() {
        for (bytes, form, takes) in [
            (&b"\x89SKY\r\n\x1a\n\x01\xfe"[..], Form::Sky, 8),
            (b"PK\x03\x04....", Form::Zip, 4),
            (b"<!DOCTYPE html><html>", Form::Page, 14),
            (b"\xef\xbb\xbf\r\n<!doctype HTML>", Form::Page, 19),
            (b"<!doctype svg", Form::Bare, 11),
            (b"\x89PNG", Form::Bare, 2),
            (b"G\x40\x00", Form::Bare, 2),
            (b"PK\x05\x06", Form::Bare, 3),
            (b"idPK/5LWAAUB", Form::Base64, 12),
            (b"id==========", Form::Bare, 3),
            (&[b' '; 70], Form::Bare, 65),
        ] {
            for taken in 0..takes {
                assert_eq!(Form::of(&bytes[..taken]), None, "{taken} of {form:?}");
            }
            for taken in takes..=bytes.len() {
                assert_eq!(Form::of(&bytes[..taken]), Some(form), "{taken} of {form:?}");
            }
        }
    }
}
