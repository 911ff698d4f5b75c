//! Datagrams, live and out of captures, where the receiver is built for them (feature `udp`). Without
//! it every recording is something else.

#[cfg(feature = "udp")]
pub(crate) use with::Datagrams;
#[cfg(not(feature = "udp"))]
pub(crate) use without::Datagrams;

#[cfg(feature = "udp")]
mod with {
    use fountain::{ObjectId, write_run_header};
    use udp::{Capture, CaptureStats, Captured, Datagram};

    use crate::receiver::Receiver;
    use crate::store::Store;

    /// Datagrams, on their way to packets.
    #[derive(Debug, Default)]
    pub(crate) struct Datagrams {
        capture: Capture,
        /// The packet that is given out.
        packet: Vec<u8>,
    }

    impl Datagrams {
        pub(crate) fn new() -> Self {
            Self::default()
        }

        /// Takes the next bytes of a recording, if it is a capture. Says whether it is.
        pub(crate) fn push(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) -> bool {
            let Self {
                capture,
                packet: buffer,
            } = self;
            capture.push(bytes, &mut |Captured { bytes, at }| {
                read(bytes, buffer, &mut |bytes| packet(bytes, at));
            });
            capture.is_capture() == Some(true)
        }

        /// Takes a datagram that has come live.
        pub(crate) fn datagram(&mut self, datagram: &[u8], packet: &mut impl FnMut(&[u8])) {
            read(datagram, &mut self.packet, packet);
        }

        pub(crate) fn stats(&self) -> CaptureStats {
            self.capture.stats()
        }
    }

    /// A symbol becomes the run that it is on every carrier, of one symbol; of a datagram that is
    /// something else, nothing does.
    fn read(datagram: &[u8], buffer: &mut Vec<u8>, packet: &mut impl FnMut(&[u8])) {
        match Datagram::parse(datagram) {
            Ok(Datagram::Symbol(symbol)) => {
                buffer.clear();
                write_run_header(ObjectId(symbol.object), symbol.sbn, symbol.esi, buffer);
                buffer.extend_from_slice(symbol.bytes);
                packet(buffer);
            }
            Ok(Datagram::Signal(bytes)) => packet(bytes),
            Ok(_) | Err(_) => {}
        }
    }

    impl<S: Store> Receiver<S> {
        /// Takes a datagram that has come live. It belongs to the current recording, and makes that
        /// one of datagrams. What has come cannot be read again.
        pub fn push_datagram(&mut self, datagram: &[u8]) -> Result<(), S::Error> {
            self.core.ration.earn(datagram.len());
            let Self { input, core } = self;
            let mut result = Ok(());
            input.push_datagram(datagram, &mut |packet| {
                if result.is_ok() {
                    result = core.packet(packet);
                }
            });
            result
        }

        /// What there was in the current recording, if it is a capture of a network.
        pub fn captured(&self) -> CaptureStats {
            self.input.datagrams().stats()
        }
    }
}

#[cfg(not(feature = "udp"))]
mod without {
    /// No datagrams.
    #[derive(Debug)]
    pub(crate) struct Datagrams;

    impl Datagrams {
        pub(crate) fn new() -> Self {
            Self
        }

        #[allow(
            clippy::unused_self,
            reason = "as where the receiver is built for datagrams"
        )]
        pub(crate) fn push(&mut self, _: &[u8], _: &mut impl FnMut(&[u8], u64)) -> bool {
            false
        }
    }
}
