//! A stream of frames that goes whenever there is room, or at a fixed share: everything but what
//! rides in pictures and sound.

use super::FrameSource;
use super::pes_queue::PesQueue;
use super::tables::spacing;
use crate::clock::Ticks;
use crate::{Carriage, CarriagePlan, TsError, pes, subtitle, teletext, ts_frame};

/// Teletext and subtitling packets are to be presented so long after they are sent; a decoder that
/// obeys has them in its buffers by then.
const PRESENTATION_DELAY: Ticks = Ticks::from_millis(300);

/// One data PID.
#[derive(Debug, Clone)]
pub(crate) struct DataLane {
    carriage: Carriage,
    queue: PesQueue,
    /// Of a fixed share.
    spacing: Option<Ticks>,
    due: Ticks,
    /// Cells sent, or as many as the laziest busy lane: what [`DataLane::share_key`] compares.
    sent: u64,
    /// Number of the next frame that goes in fragments.
    number: u8,
}

impl DataLane {
    pub(crate) fn new(plan: CarriagePlan, pid: u16, start: Ticks) -> DataLane {
        DataLane {
            carriage: plan.carriage,
            queue: PesQueue::new(pid),
            spacing: spacing(plan.share),
            due: start,
            sent: 0,
            number: 0,
        }
    }

    /// Whether the lane's turn has come; lanes of the rest are always ready.
    pub(crate) fn is_due(&self, now: Ticks) -> bool {
        self.spacing.is_none() || self.due <= now
    }

    /// Lanes with a fixed share first, then whoever had least.
    pub(crate) fn share_key(&self) -> (bool, u64) {
        (self.spacing.is_none(), self.sent)
    }

    /// Appends a cell of the current frame, or of the next one of `source`; `false` if there is
    /// none. `level` is where the lanes of the rest stand.
    pub(crate) fn send(
        &mut self,
        now: Ticks,
        level: u64,
        source: &mut dyn FrameSource,
        out: &mut Vec<u8>,
    ) -> Result<bool, TsError> {
        if self.queue.is_empty() {
            let Some(frame) = source.next_frame(self.carriage) else {
                self.sent = self.sent.max(level);
                return Ok(false);
            };
            ts_frame::check_length(frame)?;
            let pts = Ticks(now.0 + PRESENTATION_DELAY.0);
            let unit = self.queue.begin();
            match self.carriage {
                Carriage::Teletext => teletext::pack(frame, self.number, pts, unit),
                Carriage::Subtitle => subtitle::pack(frame, self.number, pts, unit),
                _ => {
                    let sealed = frame.len() + ts_frame::HEADER_BYTES;
                    pes::write_plain(pes::PRIVATE_STREAM_2, sealed, unit);
                    ts_frame::seal(frame, unit);
                }
            }
            self.number = self.number.wrapping_add(1);
        }
        self.queue.send(None, out);
        self.sent += 1;
        if let Some(spacing) = self.spacing {
            // After a pause there is no catching up.
            self.due = Ticks((self.due.0 + spacing.0).max(now.0.saturating_sub(spacing.0)));
        }
        Ok(true)
    }
}
