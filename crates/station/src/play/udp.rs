//! FLUTE for ever: the newest edition in datagrams, as `send udp` sends it, and the next one as soon as
//! there is one.

use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use crate::error::Error;
use crate::multicast::{Sender, SenderTerms};
use crate::play::backoff::Backoff;
use crate::play::board::CarrierStatus;
use crate::play::desk::Desk;
use crate::play::outlet::OutletStats;
use crate::send::{SendUdp, send_udp};

/// Waits between tries after a failure.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// The status is told so often.
const TOLD: Duration = Duration::from_secs(1);

/// A session.
#[derive(Debug, Clone)]
pub(crate) struct UdpLine {
    pub(crate) name: String,
    pub(crate) terms: SendUdp,
    pub(crate) sender: SenderTerms,
}

impl UdpLine {
    pub(crate) fn start(self, desk: &Arc<Desk>) -> Result<Vec<JoinHandle<()>>, Error> {
        self.tell(desk, 0, OutletStats::default(), None);
        let name = self.name.clone();
        desk.start(&name, |desk| self.run(desk))
    }

    fn run(self, desk: &Desk) {
        let mut wait = Backoff::new(WAITS.0, WAITS.1);
        let mut total = OutletStats::default();
        let mut trouble = None;
        loop {
            let newest = desk.newer_than(0);
            if let Some(newest) = newest.filter(|_| wait.may_try(desk.now())) {
                match self.edition(desk, newest.number, &mut total) {
                    Ok(()) => {
                        trouble = None;
                        wait.worked();
                    }
                    Err(error) => {
                        tracing::error!(carrier = self.name, %error, "nothing goes out");
                        trouble = Some(error.to_string());
                        wait.failed(desk.now());
                    }
                }
            } else {
                self.tell(desk, 0, total, trouble.clone());
                desk.wait(TOLD);
            }
            if desk.is_stopping() {
                return;
            }
        }
    }

    /// Sends an edition until there is a newer one, or the station stops.
    fn edition(&self, desk: &Desk, number: u64, total: &mut OutletStats) -> Result<(), Error> {
        let place = self.sender.place.to_string();
        let mut sender = Sender::open(&self.sender).map_err(Error::file(&place))?;
        total.reopened += 1;
        let before = *total;
        tracing::info!(carrier = self.name, edition = number, "on air");
        let (mut datagrams, mut told, mut refused_before) = (0, Duration::ZERO, 0);
        let mut out = |datagram: &[u8]| -> io::Result<bool> {
            sender.send(datagram)?;
            datagrams += 1;
            let now = desk.now();
            if now >= told {
                told = now + TOLD;
                let (refused, why) = sender.refused();
                total.sent = before.sent + datagrams - refused;
                total.dropped = before.dropped + refused;
                // What was refused once is no trouble any more.
                let trouble = why
                    .filter(|_| refused > refused_before)
                    .map(ToString::to_string);
                refused_before = refused;
                self.tell(desk, number, *total, trouble);
            }
            Ok(!desk.is_stopping() && desk.newer_than(number).is_none())
        };
        let terms = SendUdp {
            edition: Some(number),
            ..self.terms.clone()
        };
        send_udp(&desk.station, &terms, &mut || None, &mut out, &mut |_| {})?;
        Ok(())
    }

    fn tell(&self, desk: &Desk, edition: u64, outlet: OutletStats, trouble: Option<String>) {
        let status = CarrierStatus {
            kind: "udp",
            to: self.sender.place.to_string(),
            bits_per_s: self.terms.bits_per_s,
            is_due: true,
            edition,
            outlet,
            trouble,
            ..CarrierStatus::default()
        };
        desk.tell(&self.name, status);
    }
}
