//! What must hold for any datagram and any capture.

#![allow(clippy::unwrap_used, reason = "tests may")]

mod common;

use common::{ETHERNET, Form, capture, ip, read};
use proptest::collection::vec;
use proptest::prelude::*;
use udp::{
    Datagram, FDT_SYMBOL_BYTES, FdtPackets, Lct, MAX_DATAGRAM_BYTES, MAX_SIGNAL_BYTES,
    MAX_SYMBOL_BYTES, Ntp, SIGNAL_OVERHEAD_BYTES, SYMBOL_OVERHEAD_BYTES, Symbol, UdpError,
    write_close, write_signal, write_symbol,
};

proptest! {
    #[test]
    fn a_symbol_comes_back(
        tsi: u32, object: [u8; 8], sbn: u8, esi in 0..1u32 << 24,
        bytes in vec(any::<u8>(), 1..=MAX_SYMBOL_BYTES),
    ) {
        let symbol = Symbol { object, sbn, esi, bytes: &bytes };
        let mut datagram = Vec::new();
        if object == [0; 8] {
            prop_assert_eq!(write_symbol(tsi, &symbol, &mut datagram), Err(UdpError::ZeroToi));
            return Ok(());
        }
        write_symbol(tsi, &symbol, &mut datagram).unwrap();
        prop_assert_eq!(datagram.len(), SYMBOL_OVERHEAD_BYTES + bytes.len());
        prop_assert_eq!(Datagram::parse(&datagram), Ok(Datagram::Symbol(symbol)));
        prop_assert_eq!(Lct::parse(&datagram).unwrap().tsi, u64::from(tsi));
    }

    #[test]
    fn a_signal_comes_back(tsi: u32, packet in vec(any::<u8>(), 1..=MAX_SIGNAL_BYTES)) {
        let mut datagram = Vec::new();
        write_signal(tsi, &packet, &mut datagram).unwrap();
        prop_assert_eq!(datagram.len(), SIGNAL_OVERHEAD_BYTES + packet.len());
        prop_assert!(datagram.len() <= MAX_DATAGRAM_BYTES);
        prop_assert_eq!(Datagram::parse(&datagram), Ok(Datagram::Signal(&packet)));
    }

    #[test]
    fn any_bytes_are_survived(bytes in vec(any::<u8>(), 0..200), first in 0x10..0x20u8) {
        let _ = Datagram::parse(&bytes);
        // Those of the version that is known come further.
        let mut bytes = bytes;
        if let Some(byte) = bytes.first_mut() {
            *byte = first;
        }
        if let Ok(lct) = Lct::parse(&bytes) {
            prop_assert!(lct.tsi < 1 << 48);
            prop_assert!(lct.toi.len() <= 14);
            let words = lct.extensions().map(|e| e.content.len() + 2).sum::<usize>();
            prop_assert!(words <= 1_024 * 2);
        }
        let _ = Datagram::parse(&bytes);
    }

    #[test]
    fn what_is_cut_is_told(cut in 0usize..24, bytes in vec(any::<u8>(), 1..40)) {
        let symbol = Symbol { object: [1; 8], sbn: 0, esi: 1, bytes: &bytes };
        let mut datagram = Vec::new();
        write_symbol(2, &symbol, &mut datagram).unwrap();
        match Datagram::parse(&datagram[..cut]) {
            Err(UdpError::TooShort { bytes, needed }) => {
                prop_assert_eq!(bytes, cut);
                prop_assert!(needed > cut && needed <= 24);
            }
            // A header without a payload is of no use, and not wrong.
            Ok(Datagram::Other) => prop_assert_eq!(cut, 20),
            other => prop_assert!(false, "{other:?}"),
        }
    }

    #[test]
    fn the_fdt_is_put_together_again(document in vec(any::<u8>(), 1..6_000), number: u32, gzip: bool) {
        let mut packets = FdtPackets::new(8, number, document.clone(), gzip).unwrap();
        let mut again = vec![None; packets.count()];
        let now = Ntp::from_unix(1_800_000_000, 5);
        for _ in 0..2 * again.len() {
            let mut datagram = Vec::new();
            packets.write_next(now, &mut datagram);
            let instance = number & 0xF_FFFF;
            prop_assert_eq!(Datagram::parse(&datagram), Ok(Datagram::Fdt { instance }));
            let lct = Lct::parse(&datagram).unwrap();
            prop_assert_eq!((lct.tsi, lct.toi, lct.codepoint), (8, &[0; 4][..], 0));
            prop_assert_eq!(lct.extension(193).is_some(), gzip);
            let fti = lct.extension(64).unwrap();
            prop_assert_eq!(&fti[2..6], (document.len() as u32).to_be_bytes());
            let time = lct.extension(2).unwrap();
            prop_assert_eq!(&time[2..6], now.seconds().to_be_bytes());
            let (id, bytes) = lct.payload.split_first_chunk::<4>().unwrap();
            prop_assert!(bytes.len() <= FDT_SYMBOL_BYTES);
            again[usize::from(id[3]) | usize::from(id[2]) << 8] = Some(bytes.to_vec());
        }
        let again: Vec<u8> = again.into_iter().flat_map(Option::unwrap).collect();
        prop_assert_eq!(again, document);
    }

    #[test]
    fn captured_datagrams_come_back(
        payloads in vec(vec(any::<u8>(), 0..300), 0..20),
        is_little: bool, is_nano: bool, is_v6: bool, chunk in 1usize..700,
        link in prop::sample::select(vec![0u32, 1, 101, 113, 276]),
    ) {
        let form = Form { is_little, is_nano, link };
        let file = capture(form, &payloads, is_v6);
        let (found, stats, is_capture) = read(&file, chunk);
        prop_assert_eq!(is_capture, Some(true));
        let found: Vec<_> = found.into_iter().map(|(_, bytes)| bytes).collect();
        prop_assert_eq!(found, payloads);
        prop_assert_eq!((stats.skipped_bytes, stats.cut, stats.other), (0, 0, 0));
    }

    #[test]
    fn a_damaged_capture_reads_the_same_in_pieces(
        payloads in vec(vec(any::<u8>(), 0..300), 3..20),
        damage in vec((24usize..2_000, any::<u8>()), 1..5), chunk in 1usize..700,
    ) {
        let mut file = capture(ETHERNET, &payloads, false);
        for (at, byte) in damage {
            if let Some(there) = file.get_mut(at) {
                *there = byte;
            }
        }
        prop_assert_eq!(read(&file, chunk), read(&file, usize::MAX));
    }

    #[test]
    fn any_bytes_are_no_capture(bytes in vec(any::<u8>(), 4..200), chunk in 1usize..9) {
        prop_assume!(!matches!(bytes[..4], [0xD4 | 0x4D | 0xA1 | 0x0A, ..]));
        let (found, _, is_capture) = read(&bytes, chunk);
        prop_assert!(found.is_empty());
        prop_assert_eq!(is_capture, Some(false));
    }
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let mut out = vec![1, 2];
    let symbol = |esi, bytes| Symbol {
        object: [1; 8],
        sbn: 0,
        esi,
        bytes,
    };
    let long = [0; MAX_SIGNAL_BYTES + 1];
    let beyond = 1 << 24;
    assert_eq!(
        write_symbol(0, &symbol(beyond, &[1]), &mut out),
        Err(UdpError::Esi(beyond))
    );
    for bytes in [&[][..], &long[..MAX_SYMBOL_BYTES + 1]] {
        assert!(write_symbol(0, &symbol(0, bytes), &mut out).is_err());
    }
    for bytes in [&[][..], &long] {
        assert!(write_signal(0, bytes, &mut out).is_err());
    }
    assert_eq!(out, [1, 2]);
    assert!(FdtPackets::new(0, 0, Vec::new(), false).is_err());
    assert!(FdtPackets::new(0, 0, vec![0; (1 << 20) + 1], false).is_err());
}

#[test]
fn the_ends_of_sessions_are_headers_alone() {
    for is_of_signals in [false, true] {
        let mut datagram = Vec::new();
        write_close(7, is_of_signals, &mut datagram);
        assert_eq!(datagram.len(), 12);
        assert_eq!(Datagram::parse(&datagram), Ok(Datagram::Close));
    }
}

#[test]
fn what_is_damaged_costs_its_record() {
    let payloads: Vec<Vec<u8>> = (0..30).map(|n| vec![n; 100]).collect();
    let mut file = capture(ETHERNET, &payloads, false);
    let record = 16 + 14 + 28 + 100;
    // The lengths of the 10th record.
    let at = 24 + 9 * record + 8;
    file[at..at + 8].fill(0xFF);
    let (found, stats, _) = read(&file, 1_000);
    assert_eq!(found.len(), 29);
    assert_eq!(stats.skipped_bytes, record as u64);
}

#[test]
fn what_is_no_datagram_is_passed_over() {
    let good = ip(&[7; 50], false);
    let changed = |at: usize, byte: u8| {
        let mut packet = good.clone();
        packet[at] = byte;
        packet
    };
    let frame = |ip: Vec<u8>| [ETHERNET.before(false, 0), ip].concat();
    let whole = frame(good.clone());
    let mut file = ETHERNET.header();
    for other in [
        frame(changed(9, 6)),    // TCP
        frame(changed(6, 0x20)), // the first of some fragments
        frame(changed(7, 0x01)), // another of them
        frame(changed(0, 0x44)), // a header of 16 bytes
        frame(changed(25, 7)),   // UDP of 7 bytes
        vec![0xAA; 60],          // another protocol
        vec![0xAA; 5],
    ] {
        file.extend(ETHERNET.record(&other, other.len()));
    }
    file.extend(ETHERNET.record(&whole, 50));
    // In two VLANs; with options before it; with padding behind it, as short frames have.
    let tagged = [ETHERNET.before(false, 2), good.clone()].concat();
    let mut options = ip(&[8; 20], true);
    options[6] = 0;
    options.splice(40..40, [17, 0, 5, 2, 0, 0, 1, 0]);
    let options = [ETHERNET.before(true, 0), options].concat();
    let padded = [frame(ip(&[9; 3], false)), vec![0; 15]].concat();
    for last in [tagged, options, padded] {
        file.extend(ETHERNET.record(&last, last.len()));
    }
    let (found, stats, _) = read(&file, 64);
    let found: Vec<_> = found.into_iter().map(|(_, bytes)| bytes).collect();
    assert_eq!(found, [vec![7; 50], vec![8; 20], vec![9; 3]]);
    assert_eq!((stats.other, stats.cut), (7, 1));
}

#[test]
fn forms_that_are_not_read_are_told() {
    let (_, stats, is_capture) = read(b"\x0a\x0d\x0d\x0a and so on", 3);
    assert!(stats.is_pcapng && is_capture == Some(true));
    let bluetooth = Form {
        link: 201,
        ..ETHERNET
    };
    let (_, stats, is_capture) = read(&bluetooth.header(), 100);
    assert_eq!((stats.unknown_link, is_capture), (Some(201), Some(true)));
}
