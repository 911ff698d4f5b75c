//! A part of the slot on its way into the file: at the file's rate, at the level, exactly as long as
//! it was said to be.

use radio::Resampler;

use crate::error::Error;
use crate::send::radio::file::SoundFile;
use crate::send::radio::limiter::Limiter;

/// Samples of silence that are written at once.
const SILENCE: usize = 1 << 16;

/// The file, and the level of its peaks.
pub(crate) struct Output<'a> {
    pub(crate) file: SoundFile<'a>,
    /// Samples a second.
    pub(crate) rate: u32,
    /// Where peaks are, full scale being 1.
    pub(crate) level: f32,
}

/// A part that is being written.
pub(crate) struct Playing<'o, 'a> {
    output: &'o mut Output<'a>,
    resampler: Resampler,
    gain: f32,
    limiter: Limiter,
    /// Samples of the part that are still to come.
    left: u64,
    resampled: Vec<f32>,
    limited: Vec<f32>,
}

impl<'a> Output<'a> {
    /// So many samples of the file, from sound that has `rate` samples a second and is multiplied
    /// with `gain`; peaks over the level are taken down, and come back in `release` seconds.
    pub(crate) fn play(
        &mut self,
        samples: u64,
        rate: u32,
        gain: f32,
        release: f64,
    ) -> Result<Playing<'_, 'a>, Error> {
        Ok(Playing {
            resampler: Resampler::new(rate, self.rate)?,
            limiter: Limiter::new(self.level, self.rate, release),
            gain,
            left: samples,
            resampled: Vec::new(),
            limited: Vec::new(),
            output: self,
        })
    }

    /// Silence.
    pub(crate) fn pause(&mut self, samples: u64) -> Result<(), Error> {
        let silence = vec![0.0; SILENCE.min(samples as usize)];
        let mut left = samples;
        while left > 0 {
            let piece = (left as usize).min(SILENCE);
            self.file.write(&silence[..piece])?;
            left -= piece as u64;
        }
        Ok(())
    }
}

impl Playing<'_, '_> {
    /// The next samples.
    pub(crate) fn write(&mut self, samples: &[f32]) -> Result<(), Error> {
        self.resampled.clear();
        self.resampler.push(samples, &mut self.resampled);
        self.limit();
        self.put()
    }

    /// Silence until it is as long as was said.
    pub(crate) fn finish(mut self) -> Result<(), Error> {
        self.resampled.clear();
        self.resampler.finish(&mut self.resampled);
        self.limit();
        self.limiter.finish(&mut self.limited);
        self.put()?;
        self.output.pause(self.left)
    }

    fn limit(&mut self) {
        self.limited.clear();
        let gain = self.gain;
        self.resampled.iter_mut().for_each(|sample| *sample *= gain);
        self.limiter.push(&self.resampled, &mut self.limited);
    }

    fn put(&mut self) -> Result<(), Error> {
        let samples = self.limited.len().min(self.left as usize);
        self.left -= samples as u64;
        self.output.file.write(&self.limited[..samples])
    }
}
