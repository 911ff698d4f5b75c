//! Recordings of sound, where the receiver is built for them (feature `radio`). Without it every
//! recording is something else.

#[cfg(feature = "radio")]
pub(crate) use with::Sound;
#[cfg(not(feature = "radio"))]
pub(crate) use without::Sound;

#[cfg(feature = "radio")]
mod with {
    use radio::{Heard, Recording};

    use crate::receiver::Receiver;
    use crate::store::Store;

    /// The sound of a recording.
    #[derive(Debug, Default)]
    pub(crate) struct Sound {
        /// None once the recording has turned out to be something else.
        recording: Option<Box<Recording>>,
        /// What was heard of the recording before.
        before: Option<Heard>,
    }

    impl Sound {
        pub(crate) fn new() -> Self {
            Self {
                recording: Some(Box::default()),
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
            let Some(recording) = &mut self.recording else {
                return false;
            };
            recording.push(bytes, packet);
            match recording.is_wav() {
                Some(true) => return true,
                Some(false) => self.recording = None,
                None => {}
            }
            false
        }

        pub(crate) fn finish(&mut self, packet: &mut impl FnMut(&[u8], u64)) {
            if let Some(recording) = &mut self.recording {
                recording.finish(packet);
            }
        }

        fn heard(&self) -> Option<Heard> {
            let recording = self.recording.as_ref()?;
            (recording.is_wav() == Some(true)).then(|| recording.heard())
        }
    }

    impl<S: Store> Receiver<S> {
        /// What has been heard of the current recording, if it is one of sound; between
        /// recordings, of the one before.
        pub fn heard(&self) -> Option<Heard> {
            let sound = self.input.sound();
            sound.heard().or(sound.before)
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
