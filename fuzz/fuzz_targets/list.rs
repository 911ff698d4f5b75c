//! Any bytes as a list; a list that is read is what its builder would have written.

#![no_main]

use fountain::{LIST_DOMAIN, ListBuilder, ListedRuns, MAX_PACKET_BYTES, Packet};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let mut packet = vec![3];
    packet.extend_from_slice(data);
    let Ok(Packet::List(list)) = Packet::parse(&packet) else {
        return;
    };
    assert!(list.entries().len() > 0);
    let signed = list.signed_bytes();
    assert!(signed.starts_with(LIST_DOMAIN));
    assert_eq!(signed[LIST_DOMAIN.len()..], packet[..packet.len() - 64]);
    assert!(list.verify(|_, _| false).is_err());
    let verified = list.verify(|_, _| true).expect("the verifier said yes");
    let mut listed = ListedRuns::new(50);
    listed.add(&verified);
    assert!(listed.len() <= 50 && !listed.is_empty());

    let builder = ListBuilder::new(
        list.publisher(),
        list.edition(),
        list.key(),
        list.certificate(),
        MAX_PACKET_BYTES,
    )
    .expect("it was read, so it fits");
    assert!(list.entries().len() <= builder.capacity());
});
