//! The carriers that a receiver knows, told apart by content and never by name. To add one is to
//! add a reader here.

use file::{Form, Reader};
use ts::{Container, Demux};

use crate::datagrams::Datagrams;
use crate::sound::Sound;

/// Bytes after which the readers are compared, again and again until one is left.
const STEP: usize = 64 << 10;
/// Of what a reader has been given, less than one part in so many is foreign to it where the
/// recording is its own, undamaged or nearly so.
const FOREIGN: u64 = 32;

/// What a recording is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Carrier {
    /// A transport stream.
    Ts,
    /// A program stream.
    Ps,
    /// A `.sky` file or a part of one.
    Sky,
    /// A zip with such a file in it.
    Zip,
    /// A page with such a file in it.
    Html,
    /// Sound.
    Radio,
    /// Datagrams of a network, live or captured.
    Udp,
}

impl Carrier {
    /// The name for programs and for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Carrier::Ts => "ts",
            Carrier::Ps => "ps",
            Carrier::Sky => "sky",
            Carrier::Zip => "zip",
            Carrier::Html => "html",
            Carrier::Radio => "radio",
            Carrier::Udp => "udp",
        }
    }
}

/// Bytes of a recording or a stream, on their way to packets.
#[derive(Debug)]
pub(crate) struct Input {
    ts: Demux,
    file: Reader,
    sound: Sound,
    datagrams: Datagrams,
    whose: Whose,
}

/// Which of the readers the bytes are for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// Both of these, side by side: it is not clear.
    Either,
    Ts,
    File,
    /// As its first bytes say.
    Sound,
    /// As its first bytes say, or because it is no bytes but datagrams.
    Udp,
}

impl Input {
    pub(crate) fn new() -> Self {
        Self {
            ts: Demux::new(),
            file: Reader::new(),
            sound: Sound::new(),
            datagrams: Datagrams::new(),
            whose: Whose::Either,
        }
    }

    /// Another recording begins.
    pub(crate) fn next(&self) -> Self {
        Self {
            sound: self.sound.next(),
            ..Self::new()
        }
    }

    /// What the recording is, as far as it can be told by now.
    pub(crate) fn carrier(&self) -> Option<Carrier> {
        let (ts, file) = (self.ts.stats(), self.file());
        let is_file = match self.whose {
            Whose::Sound => return Some(Carrier::Radio),
            Whose::Udp => return Some(Carrier::Udp),
            Whose::Ts => false,
            Whose::File => true,
            Whose::Either => file.is_mangled || file.records > ts.good_frames(),
        };
        match (is_file, ts.container) {
            (false, Some(Container::Program)) => Some(Carrier::Ps),
            (false, Some(_)) => Some(Carrier::Ts),
            (false, None) => match self.file.form()? {
                Form::Zip => Some(Carrier::Zip),
                _ => None,
            },
            (true, _) => Some(match self.file.form()? {
                Form::Sky | Form::Bare => Carrier::Sky,
                Form::Zip => Carrier::Zip,
                Form::Page | Form::Base64 => Carrier::Html,
            }),
        }
    }

    /// What has been seen of the transport stream.
    pub(crate) fn ts(&self) -> &Demux {
        &self.ts
    }

    /// What has been heard of the sound.
    #[cfg(feature = "radio")]
    pub(crate) fn sound(&self) -> &Sound {
        &self.sound
    }

    /// What has been seen of datagrams.
    #[cfg(feature = "udp")]
    pub(crate) fn datagrams(&self) -> &Datagrams {
        &self.datagrams
    }

    /// What has been seen of the file.
    pub(crate) fn file(&self) -> file::Stats {
        self.file.stats()
    }

    /// Takes the next bytes and gives every packet found in them to `packet`, with the offset in
    /// the recording from which it can be read again.
    pub(crate) fn push_at(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        let mut rest = bytes;
        while self.whose == Whose::Either && !rest.is_empty() {
            let (step, later) = rest.split_at(rest.len().min(STEP));
            rest = later;
            if self.sound.push(step, packet) {
                self.whose = Whose::Sound;
                break;
            }
            if self.datagrams.push(step, packet) {
                self.whose = Whose::Udp;
                break;
            }
            self.push_file(step, packet);
            self.push_ts(step, packet);
            self.whose = self.compare();
        }
        match self.whose {
            Whose::File => self.push_file(rest, packet),
            Whose::Ts => self.push_ts(rest, packet),
            Whose::Sound => {
                self.sound.push(rest, packet);
            }
            Whose::Udp => {
                self.datagrams.push(rest, packet);
            }
            Whose::Either => {}
        }
    }

    /// Takes the next samples of sound; packets as by [`Input::push_at`], offsets in samples.
    #[cfg(feature = "radio")]
    pub(crate) fn push_samples_at(
        &mut self,
        rate: u32,
        samples: &[f32],
        packet: &mut impl FnMut(&[u8], u64),
    ) {
        self.whose = Whose::Sound;
        self.sound.push_samples(rate, samples, packet);
    }

    /// Takes a datagram that has come live, and gives the packet in it to `packet`.
    #[cfg(feature = "udp")]
    pub(crate) fn push_datagram(&mut self, datagram: &[u8], packet: &mut impl FnMut(&[u8])) {
        self.whose = Whose::Udp;
        self.datagrams.datagram(datagram, packet);
    }

    /// The recording ends here; packets as by [`Input::push_at`].
    pub(crate) fn finish_at(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
        match self.whose {
            Whose::Sound => return self.sound.finish(packet),
            // Nothing is left of a capture but a part of a frame.
            Whose::Udp => return,
            Whose::Either | Whose::Ts | Whose::File => {}
        }
        if self.whose != Whose::Ts {
            self.file.finish(&mut |frame| packet(frame.bytes, frame.at));
        }
        if self.whose != Whose::File {
            self.ts.finish(&mut |frame| packet(frame.bytes, frame.at));
        }
    }

    fn push_file(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        self.file
            .push(bytes, &mut |frame| packet(frame.bytes, frame.at));
    }

    fn push_ts(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) {
        self.ts
            .push(bytes, &mut |frame| packet(frame.bytes, frame.at));
    }

    /// Whose the recording is, by its first bytes or because little of it is foreign to one reader
    /// and more to the other. How many packets each has found is no measure: whoever forges packets
    /// could plant records in the cells of a recording, or cells in the records of a file, and have
    /// it read no further. Where both could be meant, both go on.
    fn compare(&self) -> Whose {
        if let Some(Form::Sky | Form::Page) = self.file.form() {
            return Whose::File;
        }
        let (ts, file) = (self.ts.stats(), self.file());
        let is_own = |bytes: u64, skipped: u64| bytes >= STEP as u64 && skipped < bytes / FOREIGN;
        let is_ts = ts.container.is_some() && is_own(ts.bytes, ts.skipped_bytes);
        match (is_ts, is_own(file.bytes, file.skipped_bytes)) {
            (true, false) => Whose::Ts,
            (false, true) => Whose::File,
            (true, true) | (false, false) => Whose::Either,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use file::Writer;
    use ts::{Carriage, FrameSource, Mux, MuxConfig};

    /// Packets of no meaning.
    struct Noise(u64, Vec<u8>);

    impl FrameSource for Noise {
        fn next_frame(&mut self, _: Carriage) -> Option<&[u8]> {
            self.1.resize(1_000, 0);
            for byte in &mut self.1 {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                *byte = (self.0 >> 56) as u8;
            }
            Some(&self.1)
        }
    }

    fn air(cells: usize) -> Vec<u8> {
        let mut mux = Mux::new(MuxConfig::new("4M".parse().unwrap(), "News")).unwrap();
        let mut air = Vec::new();
        mux.next_cells(&mut Noise(1, Vec::new()), cells, &mut air)
            .unwrap();
        air
    }

    fn sky(count: usize) -> Vec<u8> {
        let (mut noise, mut writer, mut file) = (Noise(2, Vec::new()), Writer::new(), Vec::new());
        writer.header(&mut file);
        for _ in 0..count {
            let packet = noise.next_frame(Carriage::AsyncPes).unwrap();
            writer.record(packet, &mut file).unwrap();
        }
        file
    }

    /// What a recording is taken for, which readers go on, how many packets there were.
    fn read(bytes: &[u8]) -> (Option<Carrier>, Whose, usize) {
        let (mut input, mut packets) = (Input::new(), 0);
        input.push_at(bytes, &mut |_, _| packets += 1);
        let (carrier, whose) = (input.carrier(), input.whose);
        input.finish_at(&mut |_, _| packets += 1);
        (carrier, whose, packets)
    }

    #[test]
    #[cfg(all(feature = "radio", feature = "udp"))]
    fn recordings_are_told_apart_by_content() {
        let (air, sky) = (air(1_000), sky(200));
        let m2ts: Vec<u8> = air
            .chunks(188)
            .flat_map(|cell| [&[0; 4], cell].concat())
            .collect();
        let ps = include_bytes!("../../../vectors/ts-program-2.bin").repeat(5);
        let sound = [&radio::wav::header(8_000, 9).unwrap()[..], &[0; 18]].concat();
        let zip = [b"PK\x03\x04\x0a\0", &sky[..]].concat();
        let capture = [b"\xd4\xc3\xb2\xa1\x02\0\x04\0", &[0; 12][..], &[1, 0, 0, 0]].concat();
        for (name, bytes, carrier, whose) in [
            ("recording", &air[..], Some(Carrier::Ts), Whose::Ts),
            ("from the middle", &air[77..], Some(Carrier::Ts), Whose::Ts),
            ("192 bytes", &m2ts, Some(Carrier::Ts), Whose::Ts),
            ("short", &air[..20_000], Some(Carrier::Ts), Whose::Either),
            ("program stream", &ps, Some(Carrier::Ps), Whose::Ts),
            ("file", &sky, Some(Carrier::Sky), Whose::File),
            ("short file", &sky[..3_000], Some(Carrier::Sky), Whose::File),
            ("part", &sky[77..], Some(Carrier::Sky), Whose::File),
            (
                "short part",
                &sky[77..9_000],
                Some(Carrier::Sky),
                Whose::Either,
            ),
            ("zip", &zip, Some(Carrier::Zip), Whose::File),
            (
                "compressed zip",
                &zip[..20],
                Some(Carrier::Zip),
                Whose::Either,
            ),
            (
                "page",
                b"<!DOCTYPE html><p>",
                Some(Carrier::Html),
                Whose::File,
            ),
            ("neither", &[7; 200_000], None, Whose::Either),
            ("sound", &sound, Some(Carrier::Radio), Whose::Sound),
            (
                "cut sound",
                &sound[..20],
                Some(Carrier::Radio),
                Whose::Sound,
            ),
            ("too short", &sound[..11], None, Whose::Either),
            ("capture", &capture, Some(Carrier::Udp), Whose::Udp),
            ("cut capture", &capture[..4], Some(Carrier::Udp), Whose::Udp),
            ("too short", &capture[..3], None, Whose::Either),
        ] {
            let found = read(bytes);
            assert_eq!((found.0, found.1), (carrier, whose), "{name}");
        }
    }

    #[test]
    #[cfg(feature = "radio")]
    fn samples_are_what_a_wav_of_them_is() {
        let mode = radio::MODES
            .iter()
            .find(|mode| mode.name == "shortwave")
            .unwrap();
        let (mut modulator, mut framer) = (radio::Modulator::new(mode), radio::Framer::new(mode));
        let (mut samples, mut noise) = (Vec::new(), Noise(3, Vec::new()));
        for _ in 0..8 {
            framer.push(noise.next_frame(Carriage::AsyncPes).unwrap());
            modulator.frame(&framer.frame(), &mut samples).unwrap();
        }
        (1..mode.depth).for_each(|_| modulator.flush(&mut samples));
        let mut wav = radio::wav::header(mode.rate, samples.len() as u64)
            .unwrap()
            .to_vec();
        radio::wav::pcm16(&samples, &mut wav);
        let (carrier, whose, packets) = read(&wav);
        assert_eq!(packets, 8);
        let (mut input, mut heard) = (Input::new(), Vec::new());
        for piece in samples.chunks(999) {
            input.push_samples_at(mode.rate, piece, &mut |packet, at| {
                heard.push((packet.len(), at))
            });
        }
        assert_eq!((input.carrier(), input.whose), (carrier, whose));
        input.finish_at(&mut |packet, at| heard.push((packet.len(), at)));
        assert_eq!(heard.len(), packets);
        assert!(heard.iter().all(|(_, at)| *at < samples.len() as u64));
        // What is no rate of sound has no packets, and says why.
        let mut sound = input.next();
        sound.push_samples_at(10, &samples, &mut |_, _| panic!("a packet"));
        sound.finish_at(&mut |_, _| panic!("a packet"));
    }

    #[test]
    fn what_could_be_both_is_read_as_both() {
        // Records that fill the cells of a recording.
        let (sky, mut recording) = (sky(200), Vec::new());
        for piece in sky[10..].chunks(184) {
            recording.extend_from_slice(&[0x47, 0x1E, 0xEE, 0x10]);
            recording.extend_from_slice(piece);
        }
        assert_eq!(
            read(&recording).1,
            Whose::Ts,
            "those across cells are not whole"
        );
        let small = |writer: &mut Writer, out: &mut Vec<u8>| writer.record(&[1; 176], out).unwrap();
        let (mut writer, mut recording) = (Writer::new(), Vec::new());
        for _ in 0..20_000 {
            recording.extend_from_slice(&[0x47, 0x1E, 0xEE, 0x10]);
            small(&mut writer, &mut recording);
        }
        recording.extend_from_slice(&air(100));
        let (_, whose, packets) = read(&recording);
        assert_eq!(whose, Whose::Either);
        assert!(packets > 20_010, "the true ones are there too");
        // Cells that fill the records of a part of a file.
        let (mut writer, mut file) = (Writer::new(), vec![0; 3]);
        for _ in 0..60 {
            writer.record(&air(6), &mut file).unwrap();
        }
        file.extend_from_slice(&self::sky(50)[10..]);
        let (_, _, packets) = read(&file);
        assert!(packets >= 110, "{packets}");
    }
}
