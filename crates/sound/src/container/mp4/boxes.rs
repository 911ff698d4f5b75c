//! Boxes within a box.

/// The boxes that these bytes consist of: kind and content.
pub(super) fn boxes(bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let &[a, b, c, d, ref kind @ ..] = rest.first_chunk::<8>()?;
        let mut head = 8;
        let size = match u32::from_be_bytes([a, b, c, d]) {
            0 => rest.len(),
            1 => {
                head = 16;
                usize::try_from(u64_at(rest, 8)?).ok()?
            }
            size => size as usize,
        };
        let body = rest.get(head..size)?;
        rest = &rest[size..];
        Some((*kind, body))
    })
}

/// The first box on this path.
pub(super) fn find<'b>(bytes: &'b [u8], path: &[&[u8; 4]]) -> Option<&'b [u8]> {
    path.iter().try_fold(bytes, |bytes, kind| {
        boxes(bytes).find_map(|(found, body)| (found == **kind).then_some(body))
    })
}

/// A number of 16 bits.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u16::from_be_bytes(*bytes))
}

/// A number of 32 bits.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u32::from_be_bytes(*bytes))
}

/// A number of 64 bits.
pub(super) fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_be_bytes(*bytes))
}
