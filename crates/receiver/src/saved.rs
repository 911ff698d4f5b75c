//! What lasts from one receiver to the next.

use edition::Head;
use fountain::{Packet, write_head};

use crate::event::Event;
use crate::receiver::{Core, Known};
use crate::runs::{held_packet, hold};
use crate::store::{Kind, Name, Store};

impl<S: Store> Core<S> {
    pub(crate) fn save(&mut self) -> Result<(), S::Error> {
        for (id, known) in &mut self.objects {
            if let Known::Coming(reception) = known
                && self.reopened != Some(*id)
            {
                reception.save(&mut self.store)?;
            }
        }
        Ok(())
    }

    /// Saves the heads whose manifests are not here, and the runs that wait for something signed to
    /// name their object: a short recording may hold nothing else.
    pub(crate) fn save_waiting(&mut self) -> Result<(), S::Error> {
        let mut bytes = Vec::new();
        let mut keep = |packet: &[u8]| {
            bytes.extend_from_slice(&(packet.len() as u16).to_be_bytes());
            bytes.extend_from_slice(packet);
        };
        let all = self.editions.all.iter();
        for coming in all.filter(|coming| coming.opened.is_none()) {
            let mut packet = Vec::new();
            // What verified is a head.
            if write_head(coming.head.bytes(), &mut packet).is_ok() {
                keep(&packet);
            }
        }
        for held in self.waiting.iter() {
            keep(held_packet(held).0);
        }
        if bytes.is_empty() {
            return self.store.remove(Name::Waiting);
        }
        self.store.put(Name::Waiting, &bytes)
    }

    /// Takes up runs that waited; gives the heads that did.
    pub(crate) fn restore_waiting(&mut self) -> Result<Vec<Vec<u8>>, S::Error> {
        let bytes = self.store.get(Name::Waiting)?.unwrap_or_default();
        let mut heads = Vec::new();
        let mut rest = bytes.as_slice();
        while let Some((&[a, b], tail)) = rest.split_first_chunk() {
            let len = usize::from(u16::from_be_bytes([a, b]));
            let Some((packet, tail)) = tail.split_at_checked(len) else {
                break;
            };
            match Packet::parse(packet) {
                Ok(Packet::Run(run)) => {
                    hold(&mut self.waiting, run.object, packet, self.store.place());
                }
                Ok(Packet::Head(head)) => heads.push(head.to_vec()),
                _ => {}
            }
            rest = tail;
        }
        Ok(heads)
    }

    /// Takes up the editions whose heads are in the store.
    pub(crate) fn restore(&mut self) -> Result<(), S::Error> {
        let mut heads: Vec<_> = Vec::new();
        for hash in self.store.list(Kind::Heads)? {
            let bytes = self.store.get(Name::Head(hash))?.unwrap_or_default();
            let head = Head::parse(&bytes).ok().and_then(|head| head.verify().ok());
            heads.extend(head);
        }
        heads.sort_by_key(edition::SignedHead::number);
        for head in heads {
            let (manifest, transport) = (head.manifest(), head.transport());
            for dropped in self.editions.follow(head, true) {
                self.forget(&dropped)?;
            }
            self.want(manifest, transport, true)?;
        }
        // What was told before is not told again, but for what a person should know.
        self.tell_complete_tiers();
        self.events
            .retain(|event| matches!(event, Event::Warning(warning) if warning.lasts()));
        Ok(())
    }
}
