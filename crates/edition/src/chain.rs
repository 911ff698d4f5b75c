//! The root chain: root N+1 is signed by root N, and the whole chain rides in every edition.

use crate::cbor::{Reader, Writer};
use crate::error::Error;
use crate::key::{Domain, PublicKey, SecretKey, Signature};
use crate::limits::CHAIN_LINKS;

/// A step from one root key to the next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The root key that follows.
    pub next: PublicKey,
    /// First edition number under the new root.
    pub first: u64,
    /// Signature by the root before it.
    pub signature: Signature,
}

/// A publisher's root keys, from the first one on. Not checked yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The first root key: who the publisher is.
    pub first: PublicKey,
    /// The steps since.
    pub links: Vec<Link>,
}

/// A chain whose every link verifies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedChain(Chain);

impl Link {
    /// Signs a step from `old` to `next`, valid from the edition `first` on.
    pub fn sign(old: &SecretKey, next: PublicKey, first: u64) -> Self {
        Self {
            next,
            first,
            signature: old.sign(Domain::Root, &message(&old.public(), &next, first)),
        }
    }
}

impl Chain {
    /// A chain of one root.
    pub fn of(first: PublicKey) -> Self {
        Self {
            first,
            links: Vec::new(),
        }
    }

    /// Verifies every link.
    pub fn verify(&self) -> Result<VerifiedChain, Error> {
        let mut root = self.first;
        let mut number = 0;
        let mut seen = vec![root];
        for (index, link) in self.links.iter().enumerate() {
            let broken = |why| Error::Chain { link: index, why };
            root.verify(
                Domain::Root,
                &message(&root, &link.next, link.first),
                &link.signature,
            )
            .map_err(|_| broken("its signature does not verify"))?;
            if link.first <= number {
                return Err(broken(
                    "its first edition does not come after the one before",
                ));
            }
            if seen.contains(&link.next) {
                return Err(broken("a root key returns"));
            }
            seen.push(link.next);
            number = link.first;
            root = link.next;
        }
        Ok(VerifiedChain(self.clone()))
    }

    pub(crate) fn write(&self, w: &mut Writer) {
        w.array(1 + self.links.len());
        w.bytes(&self.first.0);
        for link in &self.links {
            w.array(3);
            w.bytes(&link.next.0);
            w.uint(link.first);
            w.bytes(&link.signature.0);
        }
    }

    pub(crate) fn read(r: &mut Reader<'_>) -> Result<Self, Error> {
        let len = r.array("root keys", CHAIN_LINKS + 1)?;
        if len == 0 {
            return Err(r.invalid("a chain begins with the first root"));
        }
        let first = PublicKey(r.array_of()?);
        let links = (1..len)
            .map(|_| {
                if r.array("items of a root link", 3)? != 3 {
                    return Err(r.invalid("a root link has three items"));
                }
                Ok(Link {
                    next: PublicKey(r.array_of()?),
                    first: r.edition_number()?,
                    signature: Signature(r.array_of()?),
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { first, links })
    }
}

impl VerifiedChain {
    /// The chain.
    pub fn chain(&self) -> &Chain {
        &self.0
    }

    /// The first root key: who the publisher is.
    pub fn first(&self) -> PublicKey {
        self.0.first
    }

    /// The current root key.
    pub fn current(&self) -> PublicKey {
        self.0.links.last().map_or(self.0.first, |link| link.next)
    }

    /// The root key in force for the edition `number`.
    pub fn root_for(&self, number: u64) -> PublicKey {
        self.0
            .links
            .iter()
            .take_while(|link| link.first <= number)
            .last()
            .map_or(self.0.first, |link| link.next)
    }

    /// Whether an edition `number` whose chain is `other` stands under a root that this chain has
    /// replaced by then: whoever holds the old key, the publisher has moved on.
    pub fn supersedes(&self, other: &Self, number: u64) -> bool {
        self.first() == other.first()
            && self.0.links.len() > other.0.links.len()
            && !self.forks_from(other)
            && self.root_for(number) != other.current()
    }

    /// Whether the two chains name different successors of one root: an alarm, and neither is
    /// followed past the fork.
    pub fn forks_from(&self, other: &Self) -> bool {
        self.fork_from(other).is_some()
    }

    /// The first link (from 0) at which the two chains name different successors of one root.
    pub fn fork_from(&self, other: &Self) -> Option<usize> {
        if self.first() != other.first() {
            return None;
        }
        let mut links = self.0.links.iter().zip(&other.0.links);
        links.position(|(a, b)| a.next != b.next)
    }
}

fn message(old: &PublicKey, next: &PublicKey, first: u64) -> Vec<u8> {
    let mut message = old.0.to_vec();
    message.extend_from_slice(&next.0);
    message.extend_from_slice(&first.to_be_bytes());
    message
}
