//! Recordings of sound, where the receiver is built for them (feature `radio`). Without it every
//! recording is something else.

#[cfg(feature = "radio")]
pub(crate) use with::Sound;
#[cfg(not(feature = "radio"))]
pub(crate) use without::Sound;

#[cfg(feature = "radio")]
mod with {
    use radio::wav::WavError;
    use radio::{Heard, Listener, Recording};

    use crate::receiver::Receiver;
    use crate::store::Store;

    /// Bytes for which a sample counts where what came is weighed: as in a WAV of 16 bits.
    const SAMPLE_BYTES: usize = 2;

    /// The sound of a recording.
    #[derive(Debug)]
    pub(crate) struct Sound {
        source: Source,
        /// What was heard of the recording before.
        before: Option<Heard>,
    }

    /// What the sound comes out of.
    #[derive(Debug)]
    enum Source {
        /// Bytes, as long as they can be those of a WAV.
        Wav(Box<Recording>),
        /// Samples.
        Samples { listener: Box<Listener>, rate: u32 },
        /// Samples at a rate at which nothing can be heard.
        Unheard { rate: u32 },
        /// Something else.
        Other,
    }

    impl Sound {
        pub(crate) fn new() -> Self {
            Self {
                source: Source::Wav(Box::default()),
                before: None,
            }
        }

        /// Another recording begins.
        pub(crate) fn next(&self) -> Self {
            Self {
                before: self.heard(),
                ..Self::new()
            }
        }

        /// Takes the next bytes, if they are for it. Says whether they are.
        pub(crate) fn push(&mut self, bytes: &[u8], packet: &mut impl FnMut(&[u8], u64)) -> bool {
            let Source::Wav(recording) = &mut self.source else {
                return false;
            };
            recording.push(bytes, packet);
            match recording.is_wav() {
                Some(true) => return true,
                Some(false) => self.source = Source::Other,
                None => {}
            }
            false
        }

        /// Takes the next samples.
        pub(crate) fn push_samples(
            &mut self,
            rate: u32,
            samples: &[f32],
            packet: &mut impl FnMut(&[u8], u64),
        ) {
            let is_begun =
                matches!(self.source, Source::Samples { rate: begun, .. } if begun == rate);
            if !is_begun {
                self.finish(packet);
                self.source = match Listener::new(rate) {
                    Ok(listener) => Source::Samples {
                        listener: Box::new(listener),
                        rate,
                    },
                    Err(_) => Source::Unheard { rate },
                };
            }
            if let Source::Samples { listener, rate } = &mut self.source {
                let rate = f64::from(*rate);
                listener.push(samples, &mut |bytes, second| {
                    packet(bytes, (second * rate) as u64);
                });
            }
        }

        pub(crate) fn finish(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
            match &mut self.source {
                Source::Wav(recording) => recording.finish(packet),
                Source::Samples { listener, rate } => {
                    let rate = f64::from(*rate);
                    listener.finish(&mut |bytes, second| packet(bytes, (second * rate) as u64));
                }
                Source::Unheard { .. } | Source::Other => {}
            }
        }

        fn heard(&self) -> Option<Heard> {
            match &self.source {
                Source::Wav(recording) => {
                    (recording.is_wav() == Some(true)).then(|| recording.heard())
                }
                Source::Samples { listener, .. } => Some(listener.heard()),
                Source::Unheard { rate } => Some(Heard {
                    error: Some(WavError::Rate { rate: *rate }),
                    ..Heard::default()
                }),
                Source::Other => None,
            }
        }
    }

    impl<S: Store> Receiver<S> {
        /// What has been heard of the current recording, if it is one of sound; between
        /// recordings, of the one before.
        pub fn heard(&self) -> Option<Heard> {
            let sound = self.input.sound();
            sound.heard().or(sound.before)
        }

        /// Takes the next samples of sound that was decoded elsewhere, or comes out of a device: one
        /// channel, 1 being full scale, at this rate in Hz. The recording is then one of sound, until
        /// [`Receiver::end_recording`]. The store is told of places in it in samples.
        pub fn push_samples(&mut self, rate: u32, samples: &[f32]) -> Result<(), S::Error> {
            self.core.earn(samples.len() * SAMPLE_BYTES);
            let Self { input, core } = self;
            let mut result = Ok(());
            input.push_samples_at(rate, samples, &mut |packet, at| {
                if result.is_ok() {
                    core.store.arrived(at);
                    result = core.packet(packet);
                }
            });
            result
        }
    }
}

#[cfg(not(feature = "radio"))]
mod without {
    /// No sound.
    #[derive(Debug)]
    pub(crate) struct Sound;

    impl Sound {
        pub(crate) fn new() -> Self {
            Self
        }

        pub(crate) fn next(&self) -> Self {
            Self
        }

        pub(crate) fn push(&mut self, _: &[u8], _: &mut impl FnMut(&[u8], u64)) -> bool {
            false
        }

        pub(crate) fn finish(&mut self, _: &mut impl FnMut(&[u8], u64)) {}
    }
}
