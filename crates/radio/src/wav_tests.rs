//! WAV files as recorders write them, and as nobody should.

use proptest::prelude::*;

use super::*;

fn chunk(tag: &[u8; 4], bytes: &[u8]) -> Vec<u8> {
    let mut chunk = [&tag[..], &(bytes.len() as u32).to_le_bytes(), bytes].concat();
    chunk.resize(chunk.len() + bytes.len() % 2, 0);
    chunk
}

fn format(tag: u16, channels: u16, rate: u32, bits: u16) -> Vec<u8> {
    let frame = channels * (bits / 8);
    let mut bytes = [tag.to_le_bytes(), channels.to_le_bytes()].concat();
    bytes.extend(rate.to_le_bytes());
    bytes.extend((rate * u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let size = (body.len() as u32 + 4).to_le_bytes();
    [&b"RIFF"[..], &size, b"WAVE", &body].concat()
}

fn read(bytes: &[u8], piece: usize) -> (WavReader, Result<Vec<f32>, WavError>) {
    let (mut reader, mut samples, mut result) = (WavReader::new(), Vec::new(), Ok(()));
    for bytes in bytes.chunks(piece) {
        result = result.and(reader.push(bytes, &mut samples));
    }
    (reader, result.map(|()| samples))
}

/// Every way of writing the samples 0.5, -0.25 in two channels.
#[test]
fn all_formats_give_the_mean_of_their_channels() {
    let extensible = |tag: u16, bits: u16| {
        let mut bytes = format(EXTENSIBLE, 2, 48_000, bits);
        bytes.extend(22_u16.to_le_bytes());
        bytes.extend(bits.to_le_bytes());
        bytes.extend([3, 0, 0, 0]);
        bytes.extend(tag.to_le_bytes());
        bytes.extend([0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71]);
        bytes
    };
    let plain = |tag, bits| format(tag, 2, 48_000, bits);
    let float = [0.5_f32, -0.25].map(f32::to_le_bytes).concat();
    let cases = [
        (plain(PCM, 8), vec![192, 96]),
        (plain(PCM, 16), vec![0, 0x40, 0, 0xe0]),
        (plain(PCM, 24), vec![0, 0, 0x40, 0, 0, 0xe0]),
        (plain(PCM, 32), vec![0, 0, 0, 0x40, 0, 0, 0, 0xe0]),
        (plain(FLOAT, 32), float.clone()),
        (extensible(PCM, 24), vec![0, 0, 0x40, 0, 0, 0xe0]),
        (extensible(FLOAT, 32), float),
    ];
    for (format, frame) in cases {
        let data = frame.repeat(3);
        let list = chunk(b"LIST", b"INFOodd");
        let whole = file(&[
            list.clone(),
            chunk(b"fmt ", &format),
            list.clone(),
            chunk(b"data", &data),
            list,
        ]);
        for piece in [1, 3, 7, 1_000] {
            let (reader, samples) = read(&whole, piece);
            assert_eq!(samples, Ok(vec![0.125; 3]), "{:?}", reader.format());
            assert_eq!(reader.is_wav(), Some(true));
            let begin = reader.offset_of(0) as usize;
            assert_eq!(whole[begin..begin + data.len()], data);
        }
    }
}

#[test]
fn unknown_lengths_go_on_until_the_end() {
    for size in [0, u32::MAX] {
        let mut whole = file(&[chunk(b"fmt ", &format(PCM, 1, 8_000, 16))]);
        whole.extend(b"data");
        whole.extend(size.to_le_bytes());
        whole.extend([0, 0x40].repeat(5_000));
        assert_eq!(read(&whole, 999).1.unwrap().len(), 5_000);
    }
}

#[test]
fn what_is_written_is_read() {
    let samples = [0.0, 0.5, -0.5, 7.0, -7.0];
    let mut whole = header(12_000, 5).unwrap().to_vec();
    pcm16(&samples, &mut whole);
    let (reader, back) = read(&whole, 5);
    assert_eq!(
        reader.format().map(|f| (f.rate, f.channels, f.bits)),
        Some((12_000, 1, 16))
    );
    for (sample, back) in samples.iter().zip(back.unwrap()) {
        assert!(
            (sample.clamp(-1.0, 1.0) - back).abs() < 1e-4,
            "{sample} {back}"
        );
    }
    assert_eq!(header(48_000, 1 << 31), None);
}

#[test]
fn bad_headers_are_refused() {
    let of = |format: Vec<u8>| file(&[chunk(b"fmt ", &format), chunk(b"data", &[0; 64])]);
    for (bytes, error) in [
        (b"RIFX\0\0\0\0WAVE".to_vec(), WavError::NotWav),
        (b"RIFF\0\0\0\0AVI ".to_vec(), WavError::NotWav),
        (file(&[chunk(b"data", &[0; 8])]), WavError::NoFormat),
        (of(vec![1; 4]), WavError::ShortFormat { bytes: 4 }),
        (
            of(format(PCM, 1, 8_000, 0)),
            WavError::Format { tag: 1, bits: 0 },
        ),
        (
            of(format(PCM, 1, 8_000, 12)),
            WavError::Format { tag: 1, bits: 12 },
        ),
        (
            of(format(0x55, 2, 8_000, 16)),
            WavError::Format {
                tag: 0x55,
                bits: 16,
            },
        ),
        (
            of(format(PCM, 0, 8_000, 16)),
            WavError::Channels {
                channels: 0,
                bytes: 0,
            },
        ),
        (of(format(PCM, 1, 0, 16)), WavError::Rate { rate: 0 }),
        (
            of(format(PCM, 1, 192_001, 16)),
            WavError::Rate { rate: 192_001 },
        ),
    ] {
        for piece in [1, 100] {
            let (mut reader, result) = read(&bytes, piece);
            assert_eq!(result, Err(error));
            assert_eq!(reader.push(b"more", &mut Vec::new()), Err(error));
        }
    }
    assert_eq!(read(b"RIFF\0\0", 1).0.is_wav(), None);
}

proptest! {
    #[test]
    fn nothing_is_too_odd(
        mut bytes in prop::collection::vec(any::<u8>(), 0..400),
        places in prop::collection::vec((0usize..80, any::<u8>()), 0..5),
        piece in 1usize..50,
    ) {
        let good = file(&[chunk(b"fmt ", &format(PCM, 2, 44_100, 16)), chunk(b"data", &bytes)]);
        bytes.clone_from(&good);
        for (at, value) in places {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        let (reader, samples) = read(&bytes, piece);
        prop_assert!(reader.part.len() <= usize::from(u16::MAX));
        prop_assert!(samples.into_iter().flatten().all(f32::is_finite));
    }
}
