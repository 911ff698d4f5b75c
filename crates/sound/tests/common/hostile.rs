//! Files that no program writes: small ones that ask for much.

/// Opus of 20 ms of silence: a frame of CELT.
pub(crate) const OPUS: [u8; 3] = [0xF8, 0xFF, 0xFE];
/// The head of Opus in Ogg and Matroska: one channel, nothing to skip.
const HEAD: &[u8] = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0";

fn atom(kind: &[u8; 4], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let size = (8 + body.len() as u32).to_be_bytes();
    [&size[..], kind, &body].concat()
}

fn numbers(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|n| n.to_be_bytes()).collect()
}

/// Opus in MP4, its sample table, and what stands behind it. The first packet of [`OPUS`] is at
/// byte 16.
pub(crate) fn mp4(sizes: &[u32], chunks: &[u32], runs: &[u32], behind: &[u8]) -> Vec<u8> {
    let table = |kind, of: usize, rest: &[u32]| {
        let count = (rest.len() / of) as u32;
        atom(kind, &[&numbers(&[0, count]), &numbers(rest)])
    };
    let dops = atom(b"dOps", &[&[0, 1, 0, 0, 0, 0, 0xBB, 0x80, 0, 0, 0]]);
    let entry = atom(b"Opus", &[&[0; 28], &dops]);
    let stbl = atom(
        b"stbl",
        &[
            &atom(b"stsd", &[&numbers(&[0, 1]), &entry]),
            &atom(b"stsz", &[&numbers(&[0]), &numbers(sizes)]),
            &table(b"stco", 1, chunks),
            &table(b"stsc", 3, runs),
        ],
    );
    let handler = atom(b"hdlr", &[&[0; 8], b"soun", &[0; 13]]);
    let mdia = atom(b"mdia", &[&handler, &atom(b"minf", &[&stbl])]);
    let header = atom(b"tkhd", &[&numbers(&[0, 0, 0, 1, 0])]);
    let moov = atom(b"moov", &[&atom(b"trak", &[&header, &mdia])]);
    let mdat = atom(b"mdat", &[&OPUS, &OPUS]);
    [atom(b"ftyp", &[]), mdat, moov, behind.to_vec()].concat()
}

/// A fragment of so many samples of so many bytes, all at the beginning of the file.
pub(crate) fn moof(samples: u32, bytes: u32) -> Vec<u8> {
    // The base, and how long samples are.
    let head = atom(b"tfhd", &[&numbers(&[0x11, 1, 0, 16, bytes])]);
    let run = atom(b"trun", &[&numbers(&[0, samples])]);
    atom(b"moof", &[&atom(b"traf", &[&head, &run])])
}

fn page(flags: u8, serial: u8, table: &[u8], body: &[u8]) -> Vec<u8> {
    let mut page = b"OggS\0".to_vec();
    page.push(flags);
    page.extend([0; 8]);
    page.extend([serial, 0, 0, 0]);
    page.extend([0; 8]);
    page.push(table.len() as u8);
    [&page[..], table, body].concat()
}

/// Opus in Ogg, and pages with these packets' lengths, which have no bytes.
pub(crate) fn ogg(pages: usize, table: &[u8]) -> Vec<u8> {
    let mut file = page(2, 1, &[HEAD.len() as u8], HEAD);
    file.extend(page(0, 1, &[8], b"OpusTags"));
    file.extend(page(0, 1, &[3], &OPUS));
    for _ in 0..pages {
        file.extend(page(0, 1, table, &[]));
    }
    file
}

fn element(id: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let size = (body.len() as u32 | 0x1000_0000).to_be_bytes();
    [id, &size[..], &body].concat()
}

/// Opus in Matroska, and so many blocks of these flags and content.
pub(crate) fn matroska(blocks: usize, flags: u8, content: &[u8]) -> Vec<u8> {
    let track = element(
        &[0xAE],
        &[
            &element(&[0xD7], &[&[1]]),
            &element(&[0x86], &[b"A_OPUS"]),
            &element(&[0x63, 0xA2], &[HEAD]),
        ],
    );
    let block = |flags: u8, content: &[u8]| element(&[0xA3], &[&[0x81, 0, 0, flags], content]);
    let blocks = block(flags, content).repeat(blocks);
    [
        element(&[0x1A, 0x45, 0xDF, 0xA3], &[]),
        element(&[0x16, 0x54, 0xAE, 0x6B], &[&track]),
        element(&[0x1F, 0x43, 0xB6, 0x75], &[&block(0x80, &OPUS), &blocks]),
    ]
    .concat()
}

/// FLAC of this rate, which does not say how long its frames are, without frames.
pub(crate) fn flac(rate: u32) -> Vec<u8> {
    let mut info = vec![1, 0, 1, 0, 0, 0, 0, 0, 0, 0];
    // 20 bits of the rate, 3 of channels, 5 of bits, 36 of samples.
    info.extend((u64::from(rate) << 44 | 15 << 36).to_be_bytes());
    info.extend([0; 16]);
    [b"fLaC\x80\0\0\x22", &info[..]].concat()
}

/// The header of a frame of 256 samples, by its number.
pub(crate) fn flac_header(number: u32) -> Vec<u8> {
    let mut header = vec![0xFF, 0xF8, 0x80, 0x00];
    let mut coded = [0; 4];
    // As UTF-8 codes characters, of which some are missing: these are not asked for.
    let character = char::from_u32(number).unwrap();
    header.extend(character.encode_utf8(&mut coded).bytes());
    let crc = header.iter().fold(0u8, |crc, byte| {
        (0..8).fold(crc ^ byte, |crc, _| {
            crc << 1 ^ if crc & 0x80 != 0 { 7 } else { 0 }
        })
    });
    header.push(crc);
    header
}

/// That frame, of which all samples are the same.
pub(crate) fn flac_frame(number: u32) -> Vec<u8> {
    // The subframe: constant, 16 bits; the checksum of the frame, which is not looked at.
    [&flac_header(number)[..], &[0, 1, 0], &[0, 0]].concat()
}
