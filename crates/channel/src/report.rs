//! What really happened.

use crate::Pid;

/// Sent and lost, in units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Units that were sent.
    pub sent: u64,
    /// Those of them that were lost.
    pub lost: u64,
}

impl Count {
    /// Notes one unit.
    pub fn add(&mut self, lost: bool) {
        self.sent += 1;
        self.lost += u64::from(lost);
    }

    /// Lost over sent, 0 to 1; 0 if nothing was sent.
    #[must_use]
    pub fn loss(self) -> f64 {
        if self.sent == 0 {
            0.0
        } else {
            self.lost as f64 / self.sent as f64
        }
    }

    /// The shortest airtime over size with which any code could have got through: 1/(1−loss).
    #[must_use]
    pub fn limit(self) -> f64 {
        1.0 / (1.0 - self.loss())
    }
}

/// What a [`Channel`](crate::Channel) has done. Losses are counted within the cut only, so that
/// they are those of the recording.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Bytes that went in.
    pub bytes_in: u64,
    /// Bytes that came out.
    pub bytes_out: u64,
    /// All cells between the cuts, and those lost for whatever reason but the taking out of PSI.
    pub cells: Count,
    /// Payload units (a PES packet: in Skywave's streams, one packet of data, sound or picture)
    /// that began between the cuts on PIDs chosen for loss of packets, and those lost by it.
    pub packets: Count,
    /// Bursts that began, also those outside the cuts.
    pub bursts: u64,
    /// Cells of PSI and SI taken out.
    pub psi_cells_removed: u64,
    /// Cells sent twice.
    pub cells_doubled: u64,
    /// Bytes cut off at the beginning and at the end, of what was left by then.
    pub bytes_cut: (u64, u64),
    /// Bits flipped.
    pub bits_flipped: u64,
    /// Bytes put in, and at how many places.
    pub garbage_bytes: u64,
    /// See `garbage_bytes`.
    pub garbage_places: u64,
    pub(crate) pids: Vec<(Pid, Count)>,
}

impl Report {
    /// Cells of one PID between the cuts, and those lost.
    #[must_use]
    pub fn pid(&self, pid: Pid) -> Count {
        self.pids
            .iter()
            .find(|(of, _)| *of == pid)
            .map_or(Count::default(), |(_, count)| *count)
    }

    /// All PIDs that were seen between the cuts, in ascending order.
    #[must_use]
    pub fn pids(&self) -> &[(Pid, Count)] {
        &self.pids
    }
}
